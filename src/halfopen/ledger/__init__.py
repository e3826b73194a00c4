"""What happened and what it cost: the row of an attempt, its exact settlement, and what can be asked of the rows."""
