"""The rooms of the command line, one subject each; `lastmetre.cli` puts them together."""
