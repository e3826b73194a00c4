"""Code is what its fence says it is, and else what it looks like; prose about code is none."""

from __future__ import annotations

import re

import pytest

from halfopen.conversation.outline import Outline, Said
from halfopen.recognize.code import ANSWERS, LONGEST, code, of
from halfopen.recognize.signs import INFO, SIGNS, Sign


def _asked(*texts: str) -> Outline:
    return Outline(texts=tuple(Said("p", "user", text) for text in texts))


def test_what_the_fence_says_counts_more_than_what_the_code_looks_like() -> None:
    assert of("```rust\ndef f(x):\n    return x\n```") == "rust"
    assert of("```text\ndef f(x):\n    return x\n```") == "python"


def test_a_fence_of_a_language_that_we_cannot_name_is_other() -> None:
    assert of("```elixir\nIO.puts 1\n```") == "other"


def test_a_query_inside_of_a_program_does_not_make_it_sql() -> None:
    assert of('rows = db.run("SELECT a FROM b")\nfor row in rows:\n    print(row)') == "python"


def test_the_newest_code_counts_and_what_lies_far_back_is_not_read() -> None:
    java, go = "System.out.println(1);", "x := 1\nfmt.Println(x)"
    assert code(_asked(java, go)) == "go"
    assert code(_asked(java, "Thank you. And now?")) == "java"
    assert code(_asked(java, "word " * LONGEST)) == "none"


def test_every_language_has_signs_and_a_name_on_fences() -> None:
    assert {sign.language for sign in SIGNS} == set(INFO.values()) == set(ANSWERS) - {"other", "none"}


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign.language}-{sign.word.strip()}")
def test_a_sign_is_searched_in_small_letters_and_its_pattern_cannot_run_for_ever(sign: Sign) -> None:
    assert (sign.word, sign.mark) == (sign.word.lower(), sign.mark.lower())
    plain = re.sub(r"\[[^\]]+\]|\\.", "c", sign.pattern.pattern)
    assert not re.search(r"\.[*+]", plain), "`.*` from every place to the end takes the square of the length"
