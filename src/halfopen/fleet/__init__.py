"""How much iron: what fits on which accelerators, how fast it would be, and how many of them keep a promise."""
