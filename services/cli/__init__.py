"""`courtlist`, the command line: a client of the public services."""
