"""What the managing routes answer, a module for each kind of question."""
