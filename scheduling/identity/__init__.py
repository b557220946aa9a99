"""Who is who: a chat linked to an account, one's own data to take along, and being forgotten (product: People 1)."""
