"""A request is read as far as it must be: whom it names, its labels, and what of its head may travel on."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.access.key import Key
from halfopen.errors import BadBody
from halfopen.flows.asking import ask
from halfopen.flows.asking.ask import FEWEST, LONGEST, Asked, rounded
from halfopen.policy.eligible import ABILITIES
from halfopen.policy.rules import Lane, Policy, When
from halfopen.policy.world import Ask
from halfopen.wire.called import Called
from halfopen.wire.operations.table import OPERATIONS
from halfopen.wire.table import CHAT, MESSAGES, Dialect

HELLO = [{"role": "user", "content": "Hello"}]
ALICE = Key(id="k_1", name="alice", digest="")


def read(more: Mapping[str, object], headers: Mapping[bytes, bytes] = {}, dialect: Dialect = CHAT) -> Asked:
    """A body that is well but for what is said of it here."""
    body = {"model": "m", "messages": HELLO, "max_tokens": 9, **more}
    return ask.read("req-1", Called(dialect), msgspec.json.encode(body), headers, 12.5, ALICE)


def test_it_keeps_what_the_flows_need() -> None:
    data = msgspec.json.encode({"model": "halfopen/background", "messages": HELLO, "stream": True})
    asked = ask.read("req-1", Called(CHAT), data, {}, 12.5, ALICE)
    assert asked.ask == Ask(name="halfopen/background", dialect="chat", stream=True)
    assert (asked.id, asked.key, asked.began, asked.size, asked.dialect) == ("req-1", "alice", 12.5, len(data), CHAT)
    assert asked.labels == {}


@pytest.mark.parametrize("stream", [None, False])
def test_a_stream_is_only_what_asks_for_one(stream: bool | None) -> None:
    assert not read({"stream": stream}).ask.stream


def test_equal_requests_ask_equal_things_whatever_they_say() -> None:
    other = read({"messages": [{"role": "user", "content": "Something else"}]})
    assert read({}).ask == other.ask
    assert hash(read({}).ask) == hash(other.ask)


@pytest.mark.parametrize("label", ["zone", "task"])
def test_a_label_is_taken_from_the_body_or_from_the_head_and_the_two_may_agree(label: str) -> None:
    in_body: Mapping[str, object] = {"metadata": {f"halfopen_{label}": "home", "team": "blue"}}
    in_head = {b"x-halfopen-" + label.encode(): b"home"}
    for asked in (read(in_body), read({}, in_head), read(in_body, in_head)):
        assert asked.labels == {label: "home"}
        assert getattr(asked.ask, label) == "home"


@pytest.mark.parametrize("value", [b"home ", b"home\t", b" home"])
def test_blanks_around_a_label_in_the_head_are_not_part_of_it(value: bytes) -> None:
    asked = read({"metadata": {"halfopen_zone": "home"}}, {b"x-halfopen-zone": value})
    assert asked.ask.zone == asked.labels["zone"] == "home"


@pytest.mark.parametrize("lane", ["background", "halfopen/background"])
def test_a_lane_may_be_written_with_its_prefix_or_without(lane: str) -> None:
    assert read({}, {b"x-halfopen-lane": lane.encode()}).ask.lane == "background"


BAD: Mapping[str, tuple[Mapping[str, object], Mapping[bytes, bytes], str]] = {
    "no model": ({"model": ""}, {}, "`model` is missing"),
    "a model that is a number": ({"model": 7}, {}, "`model` is `7`"),
    "an endless model": ({"model": "m" * (LONGEST + 1)}, {}, "at most 256"),
    "an endless label": ({"metadata": {"halfopen_task": "t" * (LONGEST + 1)}}, {}, "`task` has 257"),
    "an unknown label": ({"metadata": {"halfopen_zoen": "home"}}, {}, "no label `halfopen_zoen`"),
    "a label that is no text": ({"metadata": {"halfopen_zone": 1}}, {}, "must be a string"),
    "a stream that is a word": ({"stream": "yes"}, {}, "true or false"),
    "no messages": ({"messages": []}, {}, "`messages` is empty"),
}


@pytest.mark.parametrize(("more", "headers", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_request_is_told_which_field_is_wrong(
    more: Mapping[str, object], headers: Mapping[bytes, bytes], said: str
) -> None:
    with pytest.raises(BadBody, match=said):
        read(more, headers)


@pytest.mark.parametrize(("inner", "outer"), [("home", "anywhere"), ("anywhere", "home")])
def test_a_label_said_in_two_ways_is_refused_since_either_might_be_the_private_one(inner: str, outer: str) -> None:
    with pytest.raises(BadBody, match=f"says `{outer}` .* says `{inner}`"):
        read({"metadata": {"halfopen_zone": inner}}, {b"x-halfopen-zone": outer.encode()})


@pytest.mark.parametrize("dialect", [CHAT, MESSAGES], ids=["chat", "messages"])
def test_only_headers_on_the_dialects_list_cross(dialect: Dialect) -> None:
    private = {
        b"authorization": b"Bearer theirs",
        b"x-api-key": b"theirs",
        b"cookie": b"a=b",
        b"x-halfopen-zone": b"home",
    }
    listed = dict.fromkeys(dialect.headers, b"1")
    crossing = dict(read({}, {**private, **listed}, dialect).headers)
    assert crossing == listed
    assert listed


@pytest.mark.parametrize(
    ("name", "value"), [(b"x-halfopen-zoen", b"home"), (b"x-halfopen-zone", b""), (b"x-halfopen-zone", b" ")]
)
def test_a_label_that_was_meant_to_say_something_never_says_nothing(name: bytes, value: bytes) -> None:
    with pytest.raises(BadBody, match=r"no header|is empty"):
        read({}, {name: value}, CHAT)


PICTURE = [{"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}}]
NEEDS: Mapping[str, tuple[Mapping[str, object], frozenset[str]]] = {
    "nothing": ({}, frozenset()),
    "eyes": ({"messages": [{"role": "user", "content": PICTURE}]}, frozenset({"image"})),
    "hands": ({"tools": [{"type": "function", "function": {"name": "look"}}]}, frozenset({"tools"})),
    "thought": ({"reasoning_effort": "high"}, frozenset({"reasoning"})),
    "form": ({"response_format": {"type": "json_object"}}, frozenset({"schema"})),
}


@pytest.mark.parametrize(("more", "needs"), NEEDS.values(), ids=NEEDS.keys())
def test_it_is_known_what_a_request_needs_of_a_model(more: Mapping[str, object], needs: frozenset[str]) -> None:
    assert read(more).ask.needs == needs
    assert needs <= set(ABILITIES)


@pytest.mark.parametrize(
    ("tokens", "kept"),
    [(0, 0), (4095, 0), (4096, 4096), (6143, 4096), (6144, 6144), (8191, 6144), (8192, 8192), (10**6, 786432)],
)
def test_the_length_of_a_prompt_is_rounded_down_to_two_binary_digits(tokens: int, kept: int) -> None:
    assert rounded(tokens) == kept


@given(st.integers(0, 2**40))
def test_rounding_never_adds_to_a_prompt_and_takes_less_than_half(tokens: int) -> None:
    kept = rounded(tokens)
    assert kept <= tokens
    assert kept * 2 > tokens or tokens < FEWEST


def test_prompts_of_about_one_length_ask_equal_things() -> None:
    long, longer = ([{"role": "user", "content": "word " * count}] for count in (33_500, 40_000))
    assert read({"messages": long}).ask == read({"messages": longer}).ask
    assert read({"messages": long}).ask.tokens == 32768
    assert read({}).ask.tokens == 0


def test_characters_that_are_written_as_escapes_do_not_make_a_prompt_longer() -> None:
    said = {"model": "m", "messages": [{"role": "user", "content": "привет " * 5_000}]}
    plain = ask.read("r", Called(CHAT), json.dumps(said, ensure_ascii=False).encode(), {}, 0.0).ask
    escaped = ask.read("r", Called(CHAT), json.dumps(said).encode(), {}, 0.0).ask
    assert escaped.tokens <= plain.tokens == 12288


GERMAN = Policy(lanes={"german": Lane(when=When(language=("de",), size=("small",)))}, default_lane="german")


def test_facts_are_recognized_where_a_lane_asks_for_them_and_those_alone() -> None:
    prompt = {"messages": [{"role": "user", "content": "Schreib mir bitte eine kurze Einladung zum Geburtstag."}]}
    asked = read({"model": "halfopen/auto", **prompt})
    assert asked.facts(GERMAN) == {"language": "de", "size": "small"}
    assert asked.facts(Policy(lanes={"all": Lane()}, default_lane="all")) == {}
    assert read({"model": "halfopen/german", **prompt}).facts(GERMAN) == {}


def test_of_what_is_no_conversation_nothing_is_recognized() -> None:
    data = msgspec.json.encode({"model": "halfopen/auto", "input": "Guten Morgen allerseits"})
    asked = ask.read("r", Called(OPERATIONS["embeddings"]), data, {}, 0.0)
    assert (asked.facts(GERMAN), asked.ask.needs, asked.ask.tokens) == ({}, frozenset(), 0)
