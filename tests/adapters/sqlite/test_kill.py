"""Kill -9 in the middle, again and again: what `append` returned from is in the ledger, once."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from halfopen.adapters.sqlite import segments
from halfopen.adapters.sqlite.ledger import opened

CHILD = """
import asyncio, os, sys
from pathlib import Path
from halfopen.adapters.sqlite.ledger import opened
from halfopen.testing.entries import row

async def main(data, first):
    async with opened(Path(data)) as ledger:
        for i in range(first, 10_000):
            ledger.append(row(request=f"r{i}", decision=f"d{i % 7}"), (f"d{i % 7}", b"{}"))
            os.write(1, b"%-63d\\n" % i)  # a pipe holds some 1,000 of them: a child cannot run far ahead
            if i % 20 == 0:
                await asyncio.sleep(0.001)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def acknowledged(data: Path, first: int, kill_after: int) -> list[int]:
    """The rows that a child, from `first` on, says it has appended, until it is killed or has done all."""
    command = [sys.executable, "-c", CHILD, str(data), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as child:
        assert child.stdout is not None
        told = b""
        while more := child.stdout.read(8192):
            told += more
            if told.count(b"\n") >= kill_after:
                child.kill()
    return [int(line) for line in told.split(b"\n")[:-1]]


def test_every_row_whose_append_returned_survives_any_number_of_kills_exactly_once(tmp_path: Path) -> None:
    dice = random.Random(20260301)
    safe: list[int] = []
    for _ in range(5):
        # The row after the last acknowledged one may have been appended too, so the next child leaves it out.
        first = safe[-1] + 2 if safe else 0
        safe += acknowledged(tmp_path, first, kill_after=dice.randrange(200, 700))
    assert safe[-1] < 9_990, "the children finished before they could be killed"
    safe += acknowledged(tmp_path, safe[-1] + 2, kill_after=20_000)
    assert safe[-1] == 9_999

    async def restart() -> None:
        async with opened(tmp_path):
            pass

    asyncio.run(restart())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        found = Counter(int(request[1:]) for (request,) in db.execute("SELECT request FROM attempts"))
        decisions = {digest for (digest,) in db.execute("SELECT digest FROM decisions")}
    assert set(safe) <= found.keys()
    assert set(found.values()) == {1}
    assert len(found) <= len(safe) + 5
    assert decisions == {f"d{i}" for i in range(7)}
    assert segments.names(tmp_path / "journal") == []
