"""Public shapes: what the API takes and answers."""
