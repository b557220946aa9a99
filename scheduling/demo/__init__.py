"""A demonstration laid over a district's real divisions: made-up points, services and people, marked as such."""
