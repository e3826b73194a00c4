"""What can be seen of a request: texts by who said them."""

from __future__ import annotations

from halfopen.conversation.outline import Needs, Outline, Said


def test_texts_are_told_apart_by_who_said_them_and_keep_their_order() -> None:
    texts = (Said("system", "system", "Be brief."), Said("m.0", "user", "Hi"), Said("m.1", "assistant", "Hello"))
    outline = Outline(texts=(*texts, Said("m.2", "user", "Why?")))
    assert outline.of("user") == ("Hi", "Why?")
    assert outline.of("system", "assistant") == ("Be brief.", "Hello")
    assert outline.of("tool") == ()


def test_a_request_of_which_nothing_is_seen_needs_nothing() -> None:
    assert Needs().abilities == frozenset()
    assert Outline().reasoning is None
