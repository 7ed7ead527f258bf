"""What the system does in a second, and how long it takes: `python -m tests.bench`."""
