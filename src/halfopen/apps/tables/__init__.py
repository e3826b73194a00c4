"""The tables that verbs print and routes answer: one function each, so that their numbers are the same."""
