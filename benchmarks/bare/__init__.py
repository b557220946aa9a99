"""What is left when everything but the database is taken away."""
