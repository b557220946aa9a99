"""The speed figures, and how they are made (see README.md, "Speed")."""
