"""Who asks: the query log, and who may read it."""
