"""Synthetic registers: courts, cases and debtors that never were, in any number.

Rows are in the import's superset or in the shapes of public copies, with or without flaws. A row
follows from the seed and its place alone, so that any number of processes writes the same bytes.
Every identity number passes every check and can belong to nobody.
"""
