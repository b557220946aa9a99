"""Conversations of residents with the people who answer for a place (docs/THREADS.md)."""
