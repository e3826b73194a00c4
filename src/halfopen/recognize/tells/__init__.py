"""What gives a task away: rows of words and patterns, by task."""
