"""HTTP: credentials to actor, routes, problems. No SQL, no rules."""
