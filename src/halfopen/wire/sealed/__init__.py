"""Thinking of one lab, carried round through a client of another dialect and back to that lab alone."""
