"""One batch of sound rows, from what the record holds on them to their positions in the ledger (README.md)."""
