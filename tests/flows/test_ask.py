"""A request is read as far as it must be: whom it names, its labels, and what of its head may travel on."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from halfopen.errors import BadBody
from halfopen.flows import ask
from halfopen.flows.ask import LONGEST, Asked
from halfopen.policy.world import Ask
from halfopen.wire.table import CHAT, MESSAGES, Called, Dialect

HELLO = [{"role": "user", "content": "Hello"}]


def read(more: Mapping[str, object], headers: Mapping[bytes, bytes] = {}, dialect: Dialect = CHAT) -> Asked:
    """A body that is well but for what is said of it here."""
    body = {"model": "m", "messages": HELLO, "max_tokens": 9, **more}
    return ask.read("req-1", Called(dialect), msgspec.json.encode(body), headers, 12.5, "alice")


def test_it_keeps_what_the_flows_need() -> None:
    data = msgspec.json.encode({"model": "halfopen/background", "messages": HELLO, "stream": True})
    asked = ask.read("req-1", Called(CHAT), data, {}, 12.5, "alice")
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
