"""Who may do what: identity, roles, row limits, audit."""
