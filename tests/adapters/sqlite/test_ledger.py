"""The ledger of one machine: found at once, drained once, private, and one gateway's alone."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from halfopen.adapters.sqlite import database, segments
from halfopen.adapters.sqlite.drain import Drain
from halfopen.adapters.sqlite.folder import InUse, NoLedger, Unusable, hold, prepare
from halfopen.adapters.sqlite.journal import Journal, sync
from halfopen.adapters.sqlite.ledger import SqliteLedger, opened
from halfopen.adapters.sqlite.lines import write
from halfopen.adapters.sqlite.reader import Reader
from halfopen.errors import LedgerFull
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Question
from halfopen.ports.stores import LedgerStore
from halfopen.testing.entries import row

WHY = ("d1", '{"itinerary": ["a", "ü"]}'.encode())


def stored(data: Path) -> list[str]:
    """The requests in the database itself, the journal left out."""
    with closing(sqlite3.connect(data / "ledger.db")) as db:
        return [request for (request,) in db.execute("SELECT request FROM attempts ORDER BY rowid")]


def test_a_row_is_found_as_soon_as_it_was_appended_and_after_it_was_drained(tmp_path: Path) -> None:
    first, second = row(fault="stalled", final=False, cost=None), row(attempt=2, labels={"task": "x"}, simulated=True)

    async def main() -> None:
        async with opened(tmp_path) as ledger:
            store: LedgerStore = ledger
            store.append(second, WHY)
            store.append(first, WHY)
            store.append(row(request="req-11"), WHY)
            assert await store.find("req-1") == [first, second]
            assert await store.decision("d1") == WHY[1]
            assert await store.decision("d2") is None
            assert await store.find("req-") == []
            real, simulated = await store.answer(Question(where={"fault": ""}))
            assert (real.attempts, simulated.attempts) == (1, 1)

    asyncio.run(main())
    assert Reader(tmp_path).find("req-1") == [first, second]
    assert Reader(tmp_path).decision("d1") == WHY[1]


def test_close_leaves_every_row_in_the_database_and_no_journal(tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path) as ledger:
            for i in range(2000):
                ledger.append(row(request=str(i)), WHY)

    asyncio.run(main())
    assert stored(tmp_path) == [str(i) for i in range(2000)]
    assert segments.names(tmp_path / "journal") == []


def test_the_background_work_drains_without_being_asked(tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path) as ledger:
            ledger.append(row(), WHY)
            async with asyncio.timeout(10):
                while not await asyncio.to_thread(stored, tmp_path):
                    await ledger.round()
            assert ledger.trouble == ""

    asyncio.run(main())


def test_draining_twice_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = prepare(tmp_path)
    (journal / "1.jsonl").write_bytes(b"".join(write(row(request=str(i))) for i in range(5)))
    with closing(database.open_for_writing(tmp_path)) as db:
        drain = Drain(db, journal, lambda: "1.jsonl")
        drain()
        drain()
        assert database.drained(db) == {"1.jsonl": (journal / "1.jsonl").stat().st_size}
        db.execute("DELETE FROM drained")  # as if the place, though not the rows, had been lost
        drain()
    assert stored(tmp_path) == ["0", "1", "2", "3", "4"]
    assert "5 rows of 1.jsonl were in the ledger already" in caplog.text


def test_a_drain_goes_on_behind_what_it_drained_while_the_segment_grows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = prepare(tmp_path)
    journal = Journal(folder)
    with closing(database.open_for_writing(tmp_path)) as db:
        drain = Drain(db, folder, lambda: journal.active)
        for i in range(6):
            journal.append(row(request=str(i)), WHY)
            drain()
            assert len(stored(tmp_path)) == i + 1
        assert segments.names(folder) == [journal.active]
        journal.roll()
        drain()
        assert segments.names(folder) == []
        assert database.drained(db) == {}
    sync(journal.take_unsynced())
    assert "already" not in caplog.text


def test_a_finished_segment_stays_while_a_reader_keeps_the_database_from_being_synced(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    with closing(database.open_for_writing(tmp_path)) as db, closing(database.open_for_reading(tmp_path)) as reader:
        drain = Drain(db, folder, lambda: "")
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM attempts").fetchone() == (0,)
        (folder / "1.jsonl").write_bytes(write(row()))
        drain()
        assert segments.names(folder) == ["1.jsonl"]
        reader.execute("COMMIT")
        drain()
        assert segments.names(folder) == []
    assert stored(tmp_path) == ["req-1"]


def test_a_torn_line_is_set_aside_on_the_next_start_and_its_neighbours_are_kept(tmp_path: Path) -> None:
    torn = write(row(request="torn"))[:-5]
    (prepare(tmp_path) / "1.jsonl").write_bytes(write(row(request="before")) + torn)

    async def main() -> None:
        async with opened(tmp_path) as ledger:
            ledger.append(row(request="after"), WHY)

    asyncio.run(main())
    assert sorted(stored(tmp_path)) == ["after", "before"]
    assert Reader(tmp_path).set_aside() == 1
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        assert db.execute("SELECT bytes FROM set_aside").fetchone() == (torn,)


def test_a_second_gateway_is_refused_with_a_sentence_and_the_first_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path) as ledger:
            ledger.append(row(request="a"), WHY)
            with pytest.raises(InUse, match=r"another halfopen \(process \d+\) .* --data"):
                SqliteLedger(tmp_path)
            ledger.append(row(request="b"), WHY)

    asyncio.run(main())
    asyncio.run(main())
    assert stored(tmp_path) == ["a", "b"]


def test_everything_written_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"

    async def main() -> dict[str, int]:
        async with opened(data) as ledger:
            ledger.append(row(), WHY)
            async with asyncio.timeout(10):
                while not await asyncio.to_thread(stored, data):
                    await ledger.round()
            return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [data, *data.rglob("*")]}

    modes = asyncio.run(main())
    assert {"ledger.db", "ledger.db-wal", "ledger.db-shm", "lock"} <= modes.keys()
    assert modes.pop("data") == 0o700
    assert modes.pop("journal") == 0o700
    assert set(modes.values()) == {0o600}


def test_reading_while_writing_sees_every_row_once_wherever_it_is(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    lock = hold(tmp_path)
    database.open_for_writing(tmp_path).close()
    done = threading.Event()

    def drain_without_rest(journal: Journal) -> None:
        with closing(database.open_for_writing(tmp_path)) as db:
            drain = Drain(db, folder, lambda: journal.active)
            while not done.is_set():
                drain()

    journal = Journal(folder, room=20_000)  # a new segment every 30 rows or so, and old ones deleted
    thread = threading.Thread(target=drain_without_rest, args=(journal,))
    thread.start()
    try:
        for i in range(1, 1500):
            journal.append(row(request=str(i)), WHY)
            if i % 25 == 0:
                (line,) = Reader(tmp_path).answer(Question())
                assert (line.attempts, line.requests, line.cost) == (i, i, {"USD": i * 1_500_000})
                assert Reader(tmp_path).find(str(i)) == [row(request=str(i))]
    finally:
        done.set()
        thread.join()
        journal.roll()
        sync(journal.take_unsynced())
        os.close(lock)


def test_a_ledger_that_cannot_be_drained_says_so_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def renamed(old: str, new: str) -> None:
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as db:
            db.execute(f"ALTER TABLE {old} RENAME TO {new}")

    async def main() -> list[Entry]:
        async with opened(tmp_path) as ledger:
            renamed("decisions", "elsewhere")
            ledger.append(row(), WHY)
            async with asyncio.timeout(10):
                while not ledger.trouble:
                    await ledger.round()
            assert "cannot be drained" in ledger.trouble
            found = await ledger.find("req-1")
            renamed("elsewhere", "decisions")
            async with asyncio.timeout(10):
                while ledger.trouble:
                    await ledger.round()
            return found

    assert asyncio.run(main()) == [row()]
    assert stored(tmp_path) == ["req-1"]
    assert "no such table: decisions" in caplog.text


def test_a_sync_that_fails_is_told_and_what_follows_goes_to_another_segment(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with opened(tmp_path) as ledger:
            before = ledger._journal.active
            reading, writing = os.pipe()
            ledger._journal._unsynced.append(writing)  # which no kernel can sync
            async with asyncio.timeout(10):
                while not ledger.trouble:
                    await ledger.round()
            assert "cannot be synced: [Errno 22]" in ledger.trouble
            ledger.append(row(), WHY)
            assert ledger._journal.active != before
            async with asyncio.timeout(10):
                while ledger.trouble:
                    await ledger.round()
            os.close(reading)

    asyncio.run(main())
    assert stored(tmp_path) == ["req-1"]
    assert caplog.text.count("cannot be synced") == 1


def test_a_commit_does_not_wait_for_the_disk_but_a_checkpoint_does(tmp_path: Path) -> None:
    prepare(tmp_path)
    with closing(database.open_for_writing(tmp_path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL


def test_a_ledger_that_cannot_be_read_is_our_fault_and_says_why(tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(tmp_path) as ledger:
            with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as db:
                db.execute("ALTER TABLE attempts RENAME TO elsewhere")
                with pytest.raises(LedgerFull, match="cannot be read: no such table"):
                    await ledger.find("req-1")
                db.execute("ALTER TABLE elsewhere RENAME TO attempts")

    asyncio.run(main())


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("held", [(), ("lock", "ledger.db", "catalog"), ("catalog.json.77",)])
def test_a_folder_of_ours_that_others_could_read_is_closed_to_them(tmp_path: Path, held: tuple[str, ...]) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    for name in held:
        (data / name).touch()
    os.close(hold(data))
    assert mode(data) == 0o700


def test_a_folder_with_files_of_others_stays_as_it_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "thesis.txt").touch()
    os.close(hold(data))
    assert (mode(data), mode(data / "lock")) == (0o755, 0o600)


def test_a_folder_that_cannot_be_written_to_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "journal").touch()
    with pytest.raises(Unusable, match=r"journal cannot be used for the ledger \(File exists\): make it .* --data"):
        prepare(tmp_path)
    with pytest.raises(Unusable, match=r"cannot be used for the ledger \(Not a directory\)"):
        hold(tmp_path / "journal" / "deeper")


def test_a_folder_without_a_ledger_and_one_of_another_version_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoLedger, match="there is no ledger in"):
        Reader(tmp_path).find("x")
    prepare(tmp_path)
    with closing(database.open_for_writing(tmp_path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(NoLedger, match="version 99"):
        SqliteLedger(tmp_path)


LATER = ("settles", "dropped", "answered_as", "spoken")  # columns, by the versions that brought them


@pytest.mark.parametrize(("version", "without"), [(1, LATER), (2, LATER[:1])])
def test_a_ledger_of_an_older_version_is_brought_up_to_date_with_its_rows(
    tmp_path: Path, version: int, without: tuple[str, ...]
) -> None:
    folder = prepare(tmp_path)
    with closing(database.open_for_writing(tmp_path)) as db:
        (folder / "1.jsonl").write_bytes(write(row()))
        Drain(db, folder, lambda: "")()
        db.execute("DROP INDEX attempts_answered_as")
        for column in without:
            db.execute(f"ALTER TABLE attempts DROP COLUMN {column}")
        db.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(NoLedger, match=f"version {version}.*: start the gateway once"):
        Reader(tmp_path).find("req-1")
    with closing(database.open_for_writing(tmp_path)):
        assert Reader(tmp_path).find("req-1") == [row()]
        (line,) = Reader(tmp_path).answer(Question())
        assert line.attempts == 1
