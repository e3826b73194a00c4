"""How often the recognizers are right, on requests that we wrote and labelled before there was a rule.

The floors are what was measured; a change that makes a recognizer worse has to say so here and in docs/recognize.md.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from halfopen.conversation.outline import Outline
from halfopen.recognize.code import code
from halfopen.recognize.facts import facts
from halfopen.recognize.language import language
from halfopen.recognize.written import prose
from tests.recognize.labels import Labelled, labelled, measured, rows

LONG = 40  # letters
Recognize = Callable[[Outline], str]


def task(outline: Outline) -> str:
    return facts(["task"], outline)["task"]


def _letters(each: Labelled) -> int:
    return sum(letter.isalpha() for letter in prose(each.outline))


# What it is about, the file, and the least accuracy and precision in per cent.
FLOORS = (
    (language, "language", "language", 97, 99),
    (language, "language", "held_back", 94, 95),
    (code, "code", "code", 97, 99),
    (code, "code", "held_back", 97, 97),
    (task, "task", "task", 97, 98),
    (task, "task", "held_back", 97, 97),
    (task, "task", "unseen", 65, 82),
)


@pytest.mark.parametrize(("recognize", "what", "file", "accuracy", "precision"), FLOORS)
def test_it_is_as_good_as_we_say(recognize: Recognize, what: str, file: str, accuracy: int, precision: int) -> None:
    found = measured(recognize, labelled(what, file))
    assert 100 * found.accuracy >= accuracy, found
    assert 100 * found.precision >= precision, found


@pytest.mark.parametrize("file", ["language", "held_back"])
def test_a_language_is_told_from_forty_letters_on(file: str) -> None:
    found = measured(language, [each for each in labelled("language", file) if _letters(each) >= LONG])
    assert found.accuracy >= 0.95, found


def test_there_are_enough_labels_of_each_answer_and_none_stands_twice() -> None:
    texts = [row["text"] for file in ("language", "code", "task", "held_back", "unseen") for row in rows(file)]
    assert len(texts) == len(set(texts))
    assert [len(labelled(what, what)) for what in ("language", "code", "task")] == [180, 82, 259]
    assert [len(labelled(what, "held_back")) for what in ("language", "code", "task")] == [90, 40, 41]
    assert len(labelled("task", "unseen")) == 55
