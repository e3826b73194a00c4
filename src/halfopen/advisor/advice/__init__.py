"""Which way to take, task by task and for all of them: with reasons, tipping points, doubts and a plan."""
