"""`halfopen fleet`: what fits on a machine and how fast it would be, the cheapest plan, and a table of predictions."""

from __future__ import annotations

from collections.abc import Mapping

from halfopen.apps.cli.fleet.asked import EXAMPLES, run

# verb -> what it does, in a line. Without one, the options of `asked` are answered.
VERBS: Mapping[str, str] = {
    "predict": "Times and throughput of a table of servers, row by row.",
}

__all__ = ["EXAMPLES", "VERBS", "run"]
