"""Imports on their way into the record: staged, checked, signed, entered, and undone as a whole.

The calls of ImportService stage and sign; the importer (`python -m registry import`) checks and enters.
README.md tells how a row becomes a change, and what is promised when the importer dies.
"""
