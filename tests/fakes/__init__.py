"""Doubles of peers, spoken to over real sockets."""
