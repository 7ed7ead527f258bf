"""What `postgres.py`, `cache.py` and `migrate.py` stand on: addresses, faults, named SQL, hints to look again."""
