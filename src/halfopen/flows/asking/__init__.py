"""A request as it came in: what it asks, what it says of itself, and whose key it shows."""
