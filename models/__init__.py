"""Ground floor: what exists. Tables, vocabulary, public shapes, the database. Imports no project package."""
