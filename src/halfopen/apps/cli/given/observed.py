"""The workload that was observed: what the ledger's requests of the last days make a month."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from halfopen.adapters.sqlite.folder import NoLedger
from halfopen.adapters.sqlite.reader import Reader
from halfopen.costs.workload import Workload
from halfopen.ledger.observed import Seen, observed

DAYS = {"d": 1, "w": 7}


def of_ledger(span: str, where: Path, now: float) -> Workload:
    """Of a span such as 30d or 4w before `now`, from the ledger in a folder. Raises ValueError."""
    if not (span[:-1].isdigit() and span[-1:] in DAYS and 0 < int(span[:-1]) <= 3660):
        raise ValueError(f"--from-ledger is `{span}`; it is a span such as 30d or 4w")
    days = int(span[:-1]) * DAYS[span[-1]]
    try:
        seen = [Seen(*row) for row in Reader(where).answered(now - days * 86400)]
    except NoLedger as why:
        raise ValueError(str(why)) from None
    except sqlite3.Error as why:
        raise ValueError(f"the ledger in {where} cannot be read ({why}): name another folder with --data") from None
    return Workload(tasks=observed(seen, days))
