"""What is written is read again as what it was, whatever is in it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from halfopen.apps.importers.tree import document
from halfopen.documents.written import comment, section

NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name != "<<")
SCALARS = st.text(max_size=200) | st.sampled_from(
    ["null", "~", "", "a: b", "#", "NO", "- x", "[", "'", '"', "\n", "\u2028"]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(NAMES, inner, min_size=1, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4) | st.lists(TREES, min_size=1, max_size=4))
def test_rows_are_read_as_they_were_written(rows: Any) -> None:
    assert document("\n".join(section("it", rows)), "f", "").root == {"it": rows}


@given(st.lists(st.text()))
def test_nothing_leaves_a_comment(lines: list[str]) -> None:
    text = "\n".join([*comment(lines), "it: 1"])
    assert document(text, "f", "").root == {"it": "1"}
