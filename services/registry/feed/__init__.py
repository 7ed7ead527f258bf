"""What followers are told: the ledger's changes, confirmations, and how far each has read."""
