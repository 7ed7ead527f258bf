"""A partner as an integrator would write one: keeps a copy of restrictions, and asks before it refuses."""
