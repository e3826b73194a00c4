"""What a document of ours may say, and how well it is told what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from halfopen import documents
from halfopen.documents import Complaint, Complaints


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    place: str
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    country: str
    opened: date
    seats: tuple[Seat, ...] = ()
    prices: dict[str, Decimal] = field(default_factory=dict)
    kind: Literal["opera", "cinema"] = "cinema"
    doors: int = 1
    lit: bool = False
    warmth: float = 20.0
    tags: frozenset[str] = frozenset()
    staff: list[str] = field(default_factory=list)
    open_on: str | tuple[str, ...] = "daily"

    def __post_init__(self) -> None:
        if self.doors < 1:
            raise ValueError("a hall without a door")


SOUND = """
country: NO
opened: 1949-02-18
seats:
  - place: 7
    price: 0.10
  - {place: "~", price: ~}
prices: {front: 12, back: 8.50}
kind: opera
doors: 4
lit: true
warmth: 19.5
tags: [old, wooden]
staff: [Ann]
open_on: [mo, we]
"""


def complaints(text: str, type: Any = Hall) -> list[str]:
    with pytest.raises(Complaints) as caught:
        documents.read(text, type, "hall.yaml")
    assert str(caught.value) == "\n".join(map(str, caught.value.complaints))
    return [str(complaint) for complaint in caught.value.complaints]


def test_text_stays_text_until_its_field_says_what_it_is() -> None:
    hall = documents.read(SOUND, Hall, "hall.yaml")
    assert hall == Hall(
        country="NO",
        opened=date(1949, 2, 18),
        seats=(Seat(place="7", price=Decimal("0.10")), Seat(place="~", price=None)),
        prices={"front": Decimal(12), "back": Decimal("8.50")},
        kind="opera",
        doors=4,
        lit=True,
        warmth=19.5,
        tags=frozenset({"old", "wooden"}),
        staff=["Ann"],
        open_on=("mo", "we"),
    )
    assert str(hall.seats[0].price) == "0.10"


def test_a_document_may_be_a_list_or_a_mapping_of_rows() -> None:
    assert documents.read("- {place: a}\n- {place: b}", tuple[Seat, ...], "s") == (Seat(place="a"), Seat(place="b"))
    assert documents.read("x: {place: a}", dict[str, Seat], "s") == {"x": Seat(place="a")}


def test_every_row_of_a_list_knows_its_line() -> None:
    assert documents.rows("# two\n- place: a\n\n- place: b\n", Seat, "s") == (
        (2, Seat(place="a")),
        (4, Seat(place="b")),
    )
    assert documents.rows("", Seat, "s") == ()


def test_one_where_several_belong_and_a_name_stuck_to_its_value_are_told_as_they_should_be() -> None:
    text = "country: NO\nopened: 1949-02-18\ntags: old\nseats:\n  - place:7\n"
    assert complaints(text) == [
        "hall.yaml:3: tags: `old`; expected a list, `[old]` or each after a `- `",
        "hall.yaml:5: seats[0]: `place:7`; did you mean `place: 7`?",
    ]


def test_a_word_that_is_only_somewhat_like_one_of_the_choices_is_told_all_of_them() -> None:
    kind = Literal["nearest", "price"]
    assert complaints("[cheapest]", tuple[kind, ...]) == ["hall.yaml:1: [0]: `cheapest`; expected `nearest` or `price`"]
    assert complaints("[neerest]", tuple[kind, ...]) == ["hall.yaml:1: [0]: `neerest`; did you mean `nearest`?"]


def test_a_row_that_is_missing_is_asked_for_by_an_example() -> None:
    text = "country: NO\nopened: 1949-02-18\nseats: [7]\n"
    assert complaints(text) == ["hall.yaml:3: seats[0]: `7`; expected a mapping such as `{place: ...}`"]
    assert complaints("a: 1", dict[str, Hall]) == [
        "hall.yaml:1: a: `1`; expected a mapping such as `{country: ..., opened: 2026-11-24}`"
    ]
    assert complaints("a: 1", dict[str, Settings]) == ["hall.yaml:1: a: `1`; expected a mapping with `port`"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    port: int = 4000


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "~", "{}"])
def test_an_empty_document_is_an_empty_list_or_mapping_or_a_row_of_defaults(text: str) -> None:
    assert documents.read(text, Settings, "s") == Settings()
    assert documents.read(text, dict[str, Seat], "s") == {}


def test_an_empty_document_lacks_what_a_row_requires() -> None:
    assert complaints("") == [
        "hall.yaml:1: country: missing; expected text",
        "hall.yaml:1: opened: missing; expected a date such as 2026-11-24",
    ]


@pytest.mark.parametrize("text", ["~", "null", ""])
def test_only_a_plain_null_is_none(text: str) -> None:
    assert documents.read(f"a: {text}", dict[str, str | None], "s") == {"a": None}
    assert documents.read(f"a: '{text}'", dict[str, str | None], "s") == {"a": text}
    assert complaints(f"a: {text}", dict[str, str]) == ["hall.yaml:1: a: nothing; expected text"]


@pytest.mark.parametrize("text", ["NO", "yes", "Null", "NULL", "0x1F", "1e3", "12:30:45", "2026-11-24", ".inf", "<<"])
def test_what_yaml_would_guess_at_is_left_alone(text: str) -> None:
    assert documents.read(f"a: {text}", dict[str, str | None], "s") == {"a": text}


def test_a_wrong_name_is_told_the_right_one() -> None:
    text = "country: NO\nopened: 1949-02-18\nseats:\n  - place: a\n    prise: 3\n"
    assert complaints(text) == ["hall.yaml:5: seats[0].prise: unknown field; did you mean `price`?"]


def test_a_name_like_no_other_is_told_all_names() -> None:
    assert complaints("place: a\nzzz: 1\n", Seat) == [
        "hall.yaml:2: zzz: unknown field; expected one of `place`, `price`"
    ]


def test_everything_wrong_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        "country: [NO]\nopened: 18.2.1949\nkind: oprea\nseats: 4\nlit: yes\ndoors: two\nwarmth: nan\nprices: {a: b}\n"
    )
    assert complaints(text) == [
        "hall.yaml:1: country: a list; expected text",
        "hall.yaml:2: opened: `18.2.1949`; expected a date such as 2026-11-24",
        "hall.yaml:3: kind: `oprea`; did you mean `opera`?",
        "hall.yaml:4: seats: `4`; expected a list, `[...]` or each after a `- `",
        "hall.yaml:5: lit: `yes`; expected true or false",
        "hall.yaml:6: doors: `two`; expected a whole number",
        "hall.yaml:7: warmth: `nan`; expected a finite number",
        "hall.yaml:8: prices.a: `b`; expected a number such as 0.15",
    ]


def test_a_complaint_is_a_record() -> None:
    with pytest.raises(Complaints) as caught:
        documents.read("place: a\nprise: 1\n", Seat, "s.yaml")
    assert caught.value.complaints == (
        Complaint("s.yaml", 2, "prise", "unknown field", "one of `place`, `price`", "price"),
    )


def test_a_row_that_refuses_itself_is_a_complaint_on_its_line() -> None:
    assert complaints("# hall\ncountry: NO\nopened: 1949-02-18\ndoors: 0\n") == [
        "hall.yaml:2: a hall without a door; expected a sound hall"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    width: int = 1
    height: int = 1

    def __post_init__(self) -> None:
        low = [documents.amiss(name, "`0`", "more") for name in ("width", "height") if not getattr(self, name)]
        if low:
            raise Complaints(low)


def test_a_row_that_knows_which_of_its_fields_is_wrong_is_told_by_that_field_and_its_line() -> None:
    text = "gates:\n  - height: 2\n    width:\n      0\n  - {width: 0, height: 0}\n"
    assert complaints(text, dict[str, tuple[Gate, ...]]) == [
        "hall.yaml:3: gates[0].width: `0`; expected more",
        "hall.yaml:5: gates[1].width: `0`; expected more",
        "hall.yaml:5: gates[1].height: `0`; expected more",
    ]


def test_a_union_complains_of_the_member_with_the_shape_that_was_given() -> None:
    text = "country: NO\nopened: 1949-02-18\nopen_on: {mo: 1}\n"
    assert complaints(text) == ["hall.yaml:3: open_on: a mapping; expected text or a list"]
    assert complaints(text.replace("{mo: 1}", "[[mo]]")) == ["hall.yaml:3: open_on[0]: a list; expected text"]


def test_a_union_takes_the_first_member_that_fits() -> None:
    assert documents.read("[1, x]", tuple[int | str, ...], "s") == (1, "x")


def test_a_long_value_is_quoted_in_part() -> None:
    said = complaints("doors: " + "x" * 1000, dict[str, int])
    assert said == [f"hall.yaml:1: doors: `{'x' * documents.SHOWN}...`; expected a whole number"]


@pytest.mark.parametrize("type", [tuple[int, str], dict[float, str], bytes, complex])
def test_a_type_that_no_text_can_be_read_as_is_a_defect_of_ours(type: Any) -> None:
    with pytest.raises(TypeError):
        documents.read("[1, 2]" if type == tuple[int, str] else "a: 1" if type == dict[float, str] else "x", type, "s")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30)


@given(st.lists(st.tuples(TEXT, st.decimals(allow_nan=False, allow_infinity=False)), max_size=5))
def test_what_was_written_is_read_to_the_last_digit(pairs: list[tuple[str, Decimal]]) -> None:
    text = yaml.safe_dump([{"place": place, "price": str(price)} for place, price in pairs], allow_unicode=True)
    seats = documents.read(text, tuple[Seat, ...], "s")
    assert [(seat.place, str(seat.price)) for seat in seats] == [(place, str(price)) for place, price in pairs]


@given(st.text(max_size=60))
def test_whatever_is_given_it_is_read_or_complained_about_with_its_line(text: str) -> None:
    complaints: tuple[Complaint, ...] = ()
    try:
        documents.read(text, dict[str, Seat], "s")
    except Complaints as wrong:
        complaints = wrong.complaints
    assert all(complaint.file == "s" and complaint.line >= 1 for complaint in complaints)


def test_keys_that_are_whole_numbers_are_read_as_such() -> None:
    assert documents.read("{200: 0.5, 900: 0.5}", dict[int, Decimal], "s") == {200: Decimal("0.5"), 900: Decimal("0.5")}
    with pytest.raises(Complaints, match="s:1: `many`; expected a whole number"):
        documents.read("{many: 1}", dict[int, str], "s")
