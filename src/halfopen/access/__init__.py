"""Who may ask for what: keys with their roles, their bounds and their budgets."""
