"""The journal: lines that come back as they went in, and segments that no torn line can spoil."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.adapters.sqlite import segments
from halfopen.adapters.sqlite.journal import Journal, sync
from halfopen.adapters.sqlite.lines import Told, Unreadable, read, write
from halfopen.errors import LedgerFull
from halfopen.ledger.entry import Entry
from halfopen.money import MOST
from halfopen.testing.entries import row

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.floats(allow_nan=False, allow_infinity=False)
rows = st.builds(
    row,
    request=texts,
    attempt=st.integers(1, 9),
    at=times,
    lane=texts,
    stream=st.booleans(),
    usage=st.dictionaries(texts, st.integers(0, 10**30), max_size=4),
    cost=st.none() | st.integers(0, MOST),
    first_ms=st.none() | times,
    labels=st.dictionaries(texts, texts, max_size=4),
    simulated=st.booleans(),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.roll()
    sync(journal.take_unsynced())


def read_all(folder: Path) -> list[segments.Group]:
    return [g for name in segments.names(folder) for g in segments.groups(folder / name, 0, finished=True)]


def entries(folder: Path) -> list[Entry]:
    return [entry for group in read_all(folder) for entry in group.entries]


def said(line: bytes) -> str:
    told = read(line)
    return told.digest if isinstance(told, Told) else told.request


@given(rows)
def test_a_row_comes_back_as_it_went_in_from_one_line(entry: Entry) -> None:
    line = write(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read(line) == entry


@given(texts, texts)
def test_a_decision_comes_back_byte_for_byte_from_one_line(digest: str, decision: str) -> None:
    line = write(Told(digest, decision))
    assert line.count(b"\n") == 1
    assert read(line) == Told(digest, decision)


@given(rows, st.data())
def test_no_part_of_a_line_is_taken_for_a_row(entry: Entry, data: st.DataObject) -> None:
    line = write(entry).removesuffix(b"\n")
    cut = data.draw(st.integers(0, len(line) - 1))
    with pytest.raises(Unreadable):
        read(line[:cut] + b"\n")


def test_a_mapping_that_is_no_dict_can_be_written() -> None:
    assert read(write(row(labels=MappingProxyType({"task": "x"})))) == row(labels={"task": "x"})


def test_a_row_written_before_a_field_was_added_can_still_be_read() -> None:
    old = write(row()).replace(b',"simulated":false', b"")
    assert read(old) == row()


def test_a_row_is_in_the_file_when_append_returns_and_only_its_owner_can_read_it(
    tmp_path: Path, journal: Journal
) -> None:
    journal.append(row(), ("d1", b'{"itinerary": []}'))
    path = tmp_path / journal.active
    assert path.read_bytes().endswith(write(row()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_decision_is_written_once_a_segment_before_the_first_row_that_names_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for i, digest in enumerate(["d1", "d1", "d2", "d1"]):
        journal.append(row(request=str(i), decision=digest), (digest, b"{}"))
    journal.roll()
    journal.append(row(request="4"), ("d1", b"{}"))
    journal.append(row(request="5", decision=""), ("", b""))
    journal.roll()
    sync(journal.take_unsynced())
    first, second = (list(segments.lines(tmp_path / name, 0)) for name in segments.names(tmp_path))
    assert [said(line) for line in first] == ["d1", "0", "1", "d2", "2", "3"]
    assert [said(line) for line in second] == ["d1", "4", "5"]


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    journal = Journal(tmp_path, room=5000)
    for i in range(50):
        journal.append(row(request=str(i)), ("d1", b"{}"))
    journal.roll()
    sync(journal.take_unsynced())
    assert len(segments.names(tmp_path)) > 5
    assert [entry.request for entry in entries(tmp_path)] == [str(i) for i in range(50)]


def test_every_descriptor_is_handed_over_once_to_be_synced(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    journal = Journal(tmp_path)
    first = journal.take_unsynced()
    assert journal.take_unsynced() == []
    journal.append(row(), ("d1", b"{}"))
    second = journal.take_unsynced()
    journal.roll()
    third = journal.take_unsynced()
    assert [len(first), len(second), len(third)] == [1, 1, 1]
    for descriptors in (first, second, third):
        sync(descriptors)
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("size", [1, 100, 5000])
def test_groups_of_any_size_hold_whole_lines_and_say_where_they_end(tmp_path: Path, size: int) -> None:
    path = tmp_path / "1.jsonl"
    path.write_bytes(b"".join(write(row(request=str(i))) for i in range(20)) + b'{"request":"torn')
    groups = list(segments.groups(path, 0, finished=False, size=size))
    assert [entry.request for group in groups for entry in group.entries] == [str(i) for i in range(20)]
    assert groups[-1].end == path.stat().st_size - len(b'{"request":"torn')
    resumed = list(segments.groups(path, groups[0].end, finished=True, size=size))
    assert [entry.request for group in [groups[0], *resumed] for entry in group.entries] == [str(i) for i in range(20)]
    assert resumed[-1].set_aside == [(groups[-1].end, b'{"request":"torn')]


def test_a_line_of_rubbish_is_set_aside_and_the_next_is_read(tmp_path: Path) -> None:
    rubbish = b"\x00\x00\r\x00{]\n"
    (tmp_path / "1.jsonl").write_bytes(write(row(request="a")) + rubbish + write(row(request="b")))
    (group,) = read_all(tmp_path)
    assert [entry.request for entry in group.entries] == ["a", "b"]
    assert group.set_aside == [(len(write(row(request="a"))), rubbish)]


FULL = """
import resource, signal, sys
from pathlib import Path
from halfopen.adapters.sqlite.journal import Journal
from halfopen.errors import LedgerFull
from halfopen.testing.entries import row

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
journal = Journal(Path(sys.argv[1]))
for i in range(60):
    try:
        journal.append(row(request=f"r{i}"), ("d1", b"{}"))
        print("kept", f"r{i}")
    except LedgerFull as full:
        print("refused", f"r{i}", full.message)
"""


def on_a_small_disk(folder: Path, limit: int) -> list[list[str]]:
    child = subprocess.run(
        [sys.executable, "-c", FULL, str(folder), str(limit)], capture_output=True, text=True, check=True
    )
    return [line.split(maxsplit=2) for line in child.stdout.splitlines()]


def test_a_row_that_the_disk_took_in_part_is_refused_and_never_merged_with_the_next(tmp_path: Path) -> None:
    told = on_a_small_disk(tmp_path, 10_000)
    kept = [words[1] for words in told if words[0] == "kept"]
    refused = [words for words in told if words[0] == "refused"]
    assert len(refused) >= 3
    assert all("bytes were taken" in words[2] and "--data" in words[2] for words in refused)
    assert [entry.request for entry in entries(tmp_path)] == kept
    assert len([piece for group in read_all(tmp_path) for piece in group.set_aside]) == len(refused)


def test_a_disk_without_any_room_refuses_every_row_in_one_segment(tmp_path: Path) -> None:
    told = on_a_small_disk(tmp_path, 0)
    assert {words[0] for words in told} == {"refused"}
    assert "File too large" in told[0][2]
    assert entries(tmp_path) == []
    assert len(segments.names(tmp_path)) == 1


def test_a_journal_whose_folder_went_away_refuses_rows_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    journal = Journal(folder)
    journal.roll()
    folder.rename(tmp_path / "away")
    with pytest.raises(LedgerFull, match="No such file"):
        journal.append(row(), ("d1", b"{}"))
    (tmp_path / "away").rename(folder)
    journal.append(row(request="back"), ("d1", b"{}"))
    journal.roll()
    sync(journal.take_unsynced())
    assert [entry.request for entry in entries(folder)] == ["back"]
