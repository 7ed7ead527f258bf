"""The registry: the only writer of legal facts, and the ledger in which each of them has its place."""
