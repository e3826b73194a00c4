"""Counts tokens in a process of its own: a tokenizer takes 160 MB, and one long text would hold up every request."""
