"""Prices ready for use, budgets with what is spent and reserved, and tokens that nobody told."""
