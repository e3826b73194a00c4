"""What verbs are given: settings, the ledger, and answers in the terminal."""
