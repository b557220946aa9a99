"""What people write: the booking service of a tutorial."""
