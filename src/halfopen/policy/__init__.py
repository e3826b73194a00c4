"""Who may serve a request, and who should: lanes as rules, and the decision as a pure function."""
