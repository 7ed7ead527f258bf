"""The facts a field follows: the ledger's changes made into rows, and read for a check."""
