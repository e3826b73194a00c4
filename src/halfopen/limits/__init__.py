"""How often to try, and when to stop trying: breakers and the retry table, as values."""
