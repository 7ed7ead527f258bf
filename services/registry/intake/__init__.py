"""Rows of the registers that courts already have: read, and judged as pure functions.

A record goes through two steps: `reading.read` turns its bytes into fields by their names, and
`judging.judge` applies every rule that a row of an import must pass and says what it is. Nothing here
does I/O, and nothing here enters anybody: a SOUND row still waits for the second person and the
president.
"""
