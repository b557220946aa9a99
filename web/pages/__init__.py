"""Pages: parse, call one use case, draw or send on. No SQL, no rules."""
