"""Pages rendered on the server, over the same use cases and the same actor. No rules."""
