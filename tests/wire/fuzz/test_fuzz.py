"""Every reader against bytes that nearly are what it expects: what was once found, and some cases of a campaign.

A campaign of minutes is `make fuzz`; what it finds lies in `seeds/` and is tried here ever after.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from halfopen.errors import BadBody
from tests.wire.fuzz.campaign import SEEDS, campaign, case
from tests.wire.fuzz.judging import judged, smaller, target_of
from tests.wire.fuzz.mutants import LONGEST, Mutants
from tests.wire.fuzz.targets import TARGETS, Target

FOUND = sorted(SEEDS.glob("*.seed"))


@pytest.mark.parametrize("path", FOUND, ids=[path.name for path in FOUND])
def test_what_was_found_once_is_mended(path: Path) -> None:
    finding = judged(target_of(path.name), path.read_bytes())
    assert finding is None, finding


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_some_mutants_are_read_or_refused(name: str) -> None:
    for seed in TARGETS[name].mutants.seeds:
        assert judged(name, seed) is None
    for number in range(20):
        finding = judged(name, TARGETS[name].mutants.one(Random(f"{name} in CI {number}")))
        assert finding is None, finding


def eats(data: bytes) -> None:
    if b"loop" in data:
        while True:
            pass
    if b"crash" in data:
        raise KeyError(data)
    if b"no" in data:
        raise BadBody("no")


@pytest.fixture
def bad_reader(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(TARGETS, "bad", Target(eats, BadBody, Mutants([b'{"a": "no"}', b'["crash"]'])))
    return "bad"


def test_a_reader_that_falls_over_or_hangs_is_found_and_one_that_refuses_is_not(bad_reader: str) -> None:
    assert judged(bad_reader, b"no") is None
    crashed, hung = judged(bad_reader, b"crash"), judged(bad_reader, b"loop", 0.05)
    assert crashed
    assert crashed.what.startswith("KeyError")
    assert hung
    assert hung.what == "TookTooLongError: It took more than 0.05 s."


def test_what_is_found_is_made_smaller_and_kept(bad_reader: str, tmp_path: Path) -> None:
    finding = judged(bad_reader, b'{"a": [1, 2, "crash"], "b": "' + b"x" * 100 + b'"}')
    assert finding
    assert smaller(finding).data == b"crash"
    assert campaign(0.01, 0, [bad_reader], tmp_path, Console(quiet=True)) >= 1
    (path,) = tmp_path.iterdir()
    assert target_of(path.name) == bad_reader
    assert judged(bad_reader, path.read_bytes())


def test_a_case_can_be_made_again_from_its_number() -> None:
    names = list(TARGETS)
    assert [case(number, names) for number in range(50)] == [case(number, names) for number in range(50)]
    assert all(len(case(number, names)[1]) <= LONGEST for number in range(50))
