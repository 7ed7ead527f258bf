"""Who may do what: identities, the table of roles, RPCs and scopes, and the one place that enforces it."""
