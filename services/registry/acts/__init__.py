"""The acts of courts: each reads the record at the desk, applies the law, and returns a plan."""
