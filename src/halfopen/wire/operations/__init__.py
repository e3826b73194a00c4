"""The calls that are no conversation, a row each: passed through, priced as far as they can be, never translated."""
