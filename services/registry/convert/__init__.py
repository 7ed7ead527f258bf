"""Requests of the protos, read into commands. Everything that cannot be read is reported at once."""
