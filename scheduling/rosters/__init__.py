"""Volunteers: their shifts, places, hours, and how holes are filled (docs/ROSTERS.md)."""
