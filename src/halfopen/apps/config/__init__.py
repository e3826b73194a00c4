"""What a team says: its settings, read and checked, and its environment."""
