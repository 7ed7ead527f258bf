"""The hotel gate: what an order means at check-in."""
