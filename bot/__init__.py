"""The chat: a client of the public API. Imports no server package."""
