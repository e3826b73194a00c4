"""halfopen: open or closed models? Decide with evidence, route with guarantees."""

__version__ = "0.1.0"
