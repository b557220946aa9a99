"""The tests of the project. A package, so that `tests.telegram` is never mistaken for the library `telegram`."""
