"""The shared engine of the restriction services: it follows the ledger and answers checks.

A field supplies a `Policy`, a servicer for its typed question and a name; the engine owns the feed,
the projection, the index, the gate and the records (design §3.4 to §3.8).
"""
