"""The hub: what is asked and what is answered, in nobody's dialect."""
