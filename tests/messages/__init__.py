"""What is owed arrives: under load, through kills and restarts, over a simulated week."""
