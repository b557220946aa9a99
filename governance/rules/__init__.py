"""Pure rules of requests and the grid: no SQL, no clock, no disk."""
