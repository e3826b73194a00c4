"""Facts are computed when somebody asks, and every row of the table keeps to its answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from halfopen.advisor.quality import categories
from halfopen.apps.shipped import shipped
from halfopen.conversation.outline import Outline, Said, Shown
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.recognize import table
from halfopen.recognize.category import CATEGORIES
from halfopen.recognize.facts import facts
from halfopen.recognize.size import STEPS
from halfopen.recognize.table import BY_NAME, RECOGNIZERS

PAGE = Path(__file__).parent.parent.parent / "docs" / "recognize.md"
ROLES, KINDS = get_args(Role), get_args(MediaKind)
OUTLINES = some.builds(
    Outline,
    texts=some.lists(some.builds(Said, some.just("p"), some.sampled_from(ROLES), some.text())).map(tuple),
    media=some.lists(some.builds(Shown, some.just("p"), some.sampled_from(KINDS)), max_size=3).map(tuple),
    tools=some.lists(some.text(), max_size=2).map(tuple),
    called=some.booleans(),
    results=some.booleans(),
    schema=some.booleans(),
    turns=some.integers(0, 9),
    elsewhere=some.booleans(),
    size=some.integers(0, 2**40),
)
QUESTION = Outline(texts=(Said("messages.0.content", "user", "What is the capital of Mongolia?"),), turns=1, size=90)


def test_only_what_is_asked_for_is_told() -> None:
    assert facts(["language", "task"], QUESTION) == {"language": "en", "task": "question_answering"}
    assert facts([], QUESTION) == {}


def test_a_fact_that_others_are_made_of_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counting(outline: Outline) -> str:
        seen.append("code")
        return "none"

    rows = {**BY_NAME, "code": replace(BY_NAME["code"], function=counting)}
    monkeypatch.setattr("halfopen.recognize.facts.BY_NAME", rows)
    assert set(facts(["category", "task", "code"], QUESTION)) == {"category", "task", "code"}
    assert seen == ["code"]


def test_a_fact_that_nobody_recognizes_is_an_error() -> None:
    with pytest.raises(KeyError, match="weather"):
        facts(["weather"], QUESTION)


@given(OUTLINES)
def test_whatever_is_written_every_answer_is_one_of_those_that_the_table_names(outline: Outline) -> None:
    found = facts(BY_NAME, outline)
    assert {name: answer for name, answer in found.items() if answer not in BY_NAME[name].answers} == {}


def test_every_row_is_told_apart_and_made_only_of_rows_above_it() -> None:
    names = [row.name for row in RECOGNIZERS]
    assert len(set(names)) == len(names)
    above: set[str] = set()
    for row in RECOGNIZERS:
        assert set(row.after) <= above
        assert len(set(row.answers)) == len(row.answers)
        above.add(row.name)
    assert table.BY_NAME.keys() == above


@pytest.mark.parametrize(("most", "name"), STEPS)
def test_a_size_ends_where_it_says_by_bytes_and_not_by_letters(most: int, name: str) -> None:
    def sized(text: str) -> str:
        return facts(["size"], Outline(texts=(Said("p", "user", text),)))["size"]

    assert sized("a" * most) == name
    assert sized("a" * (most + 1)) != name
    assert sized("é" * (most // 2)) == name
    assert sized("é" * (most // 2 + 1)) != name


def test_the_bound_of_tokens_is_a_power_of_two_and_never_below_the_size() -> None:
    for size in (0, 1, 255, 256, 257, 4_096, 4_097, 2**24):
        told = int(facts(["tokens"], Outline(size=size))["tokens"])
        assert told >= size
        assert told & (told - 1) == 0
    assert facts(["tokens"], Outline(size=2**24 + 1)) == {"tokens": "unknown"}


def test_no_bound_of_tokens_is_made_up_for_media_or_for_what_is_kept_elsewhere() -> None:
    assert facts(["tokens"], Outline(size=100, media=(Shown("p", "image"),))) == {"tokens": "unknown"}
    assert facts(["tokens"], Outline(size=100, elsewhere=True)) == {"tokens": "unknown"}


def test_every_category_is_one_in_which_models_were_rated() -> None:
    assert set(CATEGORIES) <= set(categories(shipped().models))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Write a Python function that merges two sorted lists.", "coding"),
        ("Solve for x: 3x + 7 = 22.", "math"),
        ("Wie hoch ist die Zugspitze, und wer war zuerst dort oben?", "german"),
        ("Ile kosztuje bilet na pociąg z Krakowa do Gdańska?", "overall"),
    ],
)
def test_the_task_has_a_category_before_the_language_has_one(text: str, category: str) -> None:
    assert facts(["category"], Outline(texts=(Said("p", "user", text),), turns=1)) == {"category": category}


def test_every_fact_and_every_answer_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    answers = [answer for row in RECOGNIZERS if row.name != "tokens" for answer in row.answers]
    assert [name for name in (*BY_NAME, *answers) if f"`{name}`" not in page] == []
