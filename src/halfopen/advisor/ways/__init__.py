"""Every way to serve a task: offers, batches, cascades, machines of one's own; with what it costs and what it lacks."""
