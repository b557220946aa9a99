"""The rules of conversations: pure, tested without a database."""
