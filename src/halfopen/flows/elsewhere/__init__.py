"""What a provider keeps: who holds what a request goes on from, and an answer looked at where it is kept."""
