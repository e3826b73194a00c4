"""Searches of the web that a provider makes by itself: how each dialect declares them, and tells what they found."""
