"""Backups of the services' schemas with PostgreSQL's own programs, and bringing them back.

The ledger is the truth: followers rebuild themselves from it. So a restore brings the registry back
and leaves followers as they are, for they may have seen endings that the backup does not hold.
"""
