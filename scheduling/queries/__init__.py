"""Reads shared by use cases: each fetches what it needs in one statement."""
