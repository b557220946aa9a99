"""Routes: parse, call one use case, answer. No SQL, no rules."""
