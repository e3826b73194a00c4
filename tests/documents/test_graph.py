"""Text that is no YAML or has no end, a document laid over another, and the places of what is wrong in one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import yaml

from halfopen import documents
from halfopen.documents import Complaint, Complaints
from halfopen.documents.graph import NEIGHBOURS, SIGNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    place: str
    price: Decimal | None = None


def complaints(text: str, type: Any = Seat) -> list[str]:
    with pytest.raises(Complaints) as caught:
        documents.read(text, type, "hall.yaml")
    return [str(complaint) for complaint in caught.value.complaints]


def test_what_is_amiss_with_a_value_that_was_read_finds_its_line_later() -> None:
    text = "halls:\n  no. 1.5:\n    seats:\n      - a\n      - b\n  no: {}\n"
    fields = ["halls.no. 1.5.seats[1]", "halls.no. 1.5.seats[7]", "halls.no.doors", "elsewhere", ""]
    unplaced = Complaints(documents.amiss(field, "`b`", "`a`") for field in fields)
    assert str(unplaced).splitlines()[0] == "halls.no. 1.5.seats[1]: `b`; expected `a`"
    lines = {each.field: each.line for each in documents.placed(unplaced, text, "hall.yaml").complaints}
    assert lines == dict(zip(fields, [5, 3, 6, 1, 1], strict=True))


def test_a_complaint_that_has_its_place_keeps_it() -> None:
    known = Complaints([Complaint("other.yaml", 7, "a", "`b`", "`c`")])
    assert documents.placed(known, "a: b", "hall.yaml").complaints == known.complaints
    assert documents.placed(known, "a: [", "hall.yaml").complaints == known.complaints


UNDER = "front: {place: a, price: 1}\nback: {place: b}\n"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", {"front": ("a", 1), "back": ("b", None)}),
        ("back: {price: 2}", {"front": ("a", 1), "back": ("b", 2)}),
        ("front: {price: ~}", {"front": ("a", None), "back": ("b", None)}),
        ("side: {place: c}", {"front": ("a", 1), "back": ("b", None), "side": ("c", None)}),
    ],
    ids=["nothing", "a field", "a null", "a row"],
)
def test_a_document_laid_over_another_changes_what_it_names_and_null_is_something(
    text: str, read: dict[str, tuple[str, int | None]]
) -> None:
    laid = documents.read(text, dict[str, Seat], "s", under=UNDER)
    assert {name: (seat.place, seat.price) for name, seat in laid.items()} == read
    assert list(laid) == list(read)


def test_what_is_laid_over_is_complained_about_like_any_other() -> None:
    with pytest.raises(Complaints) as told:
        documents.read("\nfront: {place: x, place: y, prise: 1}\nback:\n", dict[str, Seat], "s", under=UNDER)
    assert [(each.line, each.field) for each in told.value.complaints] == [
        (2, "front.place"),
        (2, "front.prise"),
        (3, "back"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place: a\nplace: b\n", "hall.yaml:2: place: given twice, first on line 1; expected it once"),
        ("? [a]\n: b\nplace: a\n", "hall.yaml:1: a list as a key; expected text as a key"),
        ("place: !python/name a\n", "hall.yaml:1: place: the tag `!python/name`; expected a value without a tag"),
        ("place: a\n---\nplace: b\n", "hall.yaml:2: but found another document; expected YAML"),
        ("place: [a\n", f"hall.yaml:2: a `[` of line 1 that does not end here; expected {SIGNS}"),
        ("place: {a: b\n\nc: d}}", f"hall.yaml:3: a `{{` of line 1 that does not end here; expected {SIGNS}"),
        ("place:\n  'a\n", "hall.yaml:3: a quote of line 2 that never ends; expected the same quote at its end"),
        ("- a\nb: 1\n", "hall.yaml:2: a line without `- ` in a list; expected `- ` before each of its elements"),
        ("place:\n    a: 1\n  b: 2\n", f"hall.yaml:3: a line that is out of place; expected {NEIGHBOURS}"),
        ("place: 1\na\n", "hall.yaml:3: no `: ` in line 2; expected `name: value`"),
        ("\tplace: a\n", "hall.yaml:1: a tab in the indentation; expected spaces"),
        ("price:\n  \tplace: a\n", "hall.yaml:2: a tab in the indentation; expected spaces"),
        ("place: @a\n", "hall.yaml:1: `@` where a value begins; expected quotes around the value"),
        ("place: a\n  price: 1\n", f"hall.yaml:2: a `:` too many, or a line indented too far; expected {NEIGHBOURS}"),
        ("place: *gone\n", "hall.yaml:1: found undefined alias; expected YAML"),
        ("[a]", "hall.yaml:1: a list; expected a mapping such as `{place: ...}`"),
    ],
)
def test_what_is_not_a_document_of_ours_is_refused(text: str, said: str) -> None:
    assert complaints(text, Seat) == [said]


def test_a_character_that_yaml_forbids_is_refused() -> None:
    assert complaints("place: \x00", Seat)[0].startswith("hall.yaml:1: ")


def test_an_alias_is_what_it_repeats() -> None:
    text = "a: &seat {place: x}\nb: *seat\n"
    assert documents.read(text, dict[str, Seat], "s") == {"a": Seat(place="x"), "b": Seat(place="x")}


def test_a_billion_laughs_are_refused_before_the_first() -> None:
    lines = ["a0: &a0 [" + ", ".join(["lol"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)]
    (said,) = complaints("\n".join(lines), dict[str, str])
    assert said.startswith("hall.yaml:1: aliases that repeat ")


@pytest.mark.parametrize(
    "text",
    [
        "&a [*a]",
        "[" * 120 + "]" * 120,
        "[" * 50_000 + "]" * 50_000,
        "\n".join(["- &a0 [x]", *(f"- &a{n} [*a{n - 1}]" for n in range(1, 200))]),
    ],
    ids=["a circle", "deep", "very deep", "deep by aliases"],
)
def test_what_has_no_end_is_refused(text: str) -> None:
    assert len(complaints(text, tuple[str, ...])) == 1


@pytest.mark.parametrize("more", ["", "&a x, *a, "], ids=["no alias", "an alias"])
def test_a_hundred_levels_are_read_with_and_without_an_alias(more: str) -> None:
    deep, deeper = (documents.compose(f"[{more}" + "[" * depth + "]" * depth + "]", "s") for depth in (0, 99))
    assert (deep.start_mark.line, deeper.start_mark.line) == (0, 0)
    with pytest.raises(documents.Complaints, match="nested too deeply"):
        documents.compose(f"[{more}" + "[" * 110 + "]" * 110 + "]", "s")


def test_the_loader_in_pure_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert documents.read("{place: NO, price: 0.10}", Seat, "s") == Seat(place="NO", price=Decimal("0.10"))
    assert len(complaints("[" * 5_000 + "]" * 5_000, tuple[str, ...])) == 1
