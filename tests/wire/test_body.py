"""A body read one level deep."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import BadBody
from halfopen.wire import body
from halfopen.wire.body import MOST_KEYS

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, max_size=6), st.sampled_from([None, 1, 3]))
def test_every_value_keeps_its_bytes_and_the_keys_their_order(given: dict[str, object], indent: int | None) -> None:
    text = json.dumps(given, indent=indent).encode()
    read = body.read(text)
    assert list(read) == list(given)
    assert all(bytes(raw) in text for raw in read.values())
    assert json.loads(body.write(read)) == json.loads(text)
    assert body.write(body.read(body.write(read))) == body.write(read)


def test_numbers_are_not_rounded_on_the_way() -> None:
    text = b'{"temperature":0.10,"seed":123456789012345678901234567890,"x":1e400}'
    assert body.write(body.read(text)) == text


def test_a_key_given_twice_goes_out_once_with_its_last_value() -> None:
    assert body.write(body.read(b'{"seed":1,"n":1,"seed":2}')) == b'{"seed":2,"n":1}'


@pytest.mark.parametrize(
    "data",
    [
        b'{"model":"a","n":1,"model":"b"}',
        b'{"model":"a","model":"a"}',
        b'{"model":"a","mod\\u0065l":"b"}',
        b'{"\\u006Dodel":"a","\\u006dodel":"b"}',
        b'{"stream":true,"stream":false}',
        b'{"metadata":{},"metadata":null}',
    ],
)
def test_what_decides_where_a_request_goes_is_refused_when_it_is_given_twice(data: bytes) -> None:
    with pytest.raises(BadBody, match="given twice"):
        body.read(data)


def test_what_stands_once_at_the_top_may_stand_again_further_in() -> None:
    text = b'{"model":"a","messages":[{"model":"b"}],"x":{"model":"c","stream":1},"n":"\\"model\\":"}'
    assert body.write(body.read(text)) == text


def many(keys: int) -> bytes:
    return b"{" + b",".join(b'"k%d":1' % n for n in range(keys)) + b"}"


def test_a_body_and_its_metadata_have_at_most_a_thousand_keys_and_what_lies_deeper_any_number() -> None:
    read = body.read(b'{"metadata":%b,"tools":%b}' % (many(MOST_KEYS), many(MOST_KEYS * 3)))
    assert body.labels(read) == {}
    assert len(body.read(many(MOST_KEYS))) == MOST_KEYS
    with pytest.raises(BadBody, match="The body has more than 1,000 keys"):
        body.read(many(MOST_KEYS + 1))
    with pytest.raises(BadBody, match="The body has more than 1,000 keys"):
        body.read(b"{" + b",".join([b'"k":1'] * (MOST_KEYS + 1)) + b"}")
    with pytest.raises(BadBody, match="`metadata` has more than 1,000 keys"):
        body.labels(body.read(b'{"metadata":%b}' % many(MOST_KEYS + 1)))


WHY = {
    b"": "it is empty",
    b" \n": "it is empty",
    b'{"model":"m"': "it ends too early",
    b'{"a":"\\ud83d"}': "half a surrogate pair (`\\ud83d`)",
    b'{"a":"\\uDE00 x"}': "invalid utf-16 surrogate pair",
    b'{"\\ud83d":1}': "half a surrogate pair (`\\ud83d`)",
}


@pytest.mark.parametrize(("text", "why"), WHY.items())
def test_a_body_that_is_no_object_is_told_why(text: bytes, why: str) -> None:
    with pytest.raises(BadBody) as told:
        body.read(text)
    assert why in told.value.message
    assert "truncated" not in told.value.message


BAD = [b"", b"[]", b"null", b'"text"', b"{", b'{"a":}', b"{'a':1}", b'{"a":1} x', b"\xff\xfe", b"{" * 9, b'{"a":"\xff"']


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_object_is_told_so(text: bytes) -> None:
    with pytest.raises(BadBody) as told:
        body.read(text)
    assert len(told.value.message) > 30


def test_a_body_nested_without_end_is_told_so() -> None:
    with pytest.raises(BadBody):
        body.read(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}")


@pytest.mark.parametrize("value", ["1", "null", "[]", "{}", "true"])
def test_a_field_that_must_be_text_is_quoted_when_it_is_not(value: str) -> None:
    with pytest.raises(BadBody, match="must be a string"):
        body.text(body.read(f'{{"model":{value}}}'.encode()), "model")


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("false", False), ("null", False)])
def test_a_flag_may_be_null(value: str, flag: bool) -> None:
    assert body.flag(body.read(f'{{"stream":{value}}}'.encode()), "stream") is flag


@pytest.mark.parametrize("value", ['"true"', "1", "[]"])
def test_a_flag_is_nothing_else(value: str) -> None:
    with pytest.raises(BadBody, match="true or false"):
        body.flag(body.read(f'{{"stream":{value}}}'.encode()), "stream")


@pytest.mark.parametrize("value", ["[]", "[ \n ]", '"hi"', "{}", "null", "5"])
def test_a_list_that_must_hold_something_is_told_what(value: str) -> None:
    with pytest.raises(BadBody, match="for example"):
        body.must_be_list(body.read(f'{{"messages":{value}}}'.encode()), "messages", "[1]")


def test_our_labels_are_read_and_taken_out_and_nothing_else_is() -> None:
    data = b'{"metadata":{"halfopen_zone":"home","user":"u1","halfopen_task":"sum"},"n":1}'
    read = body.read(data)
    assert body.labels(read) == {"zone": "home", "task": "sum"}
    body.without_labels(read)
    assert body.write(read) == b'{"metadata":{"user":"u1"},"n":1}'


TWICE = [
    b'{"metadata":{"halfopen_zone":"home","halfopen_zone":"anywhere"}}',
    b'{"metadata":{"halfopen_zone":"home","halfopen_zone":"home"}}',
    b'{"metadata":{"halfopen_zone":"home","n":1,"halfopen\\u005fzone":"anywhere"}}',
    b'{"metadata":{"halfopen_zone":"home"},"metadata":{"halfopen_zone":"anywhere"}}',
    b'{"metadata":{"halfopen_zone":"home"},"n":1,"metadata":{}}',
    b'{"metad\\u0061ta":{"halfopen_zone":"home"},"metadata":null}',
]


@pytest.mark.parametrize("data", TWICE)
def test_a_label_that_is_given_twice_is_refused_since_either_might_be_the_private_one(data: bytes) -> None:
    with pytest.raises(BadBody, match="given twice"):
        body.labels(body.read(data))


def test_what_is_not_ours_may_be_given_twice() -> None:
    data = (
        b'{"metadata":{"user":"a","user":"b","x":{"halfopen_zone":1,"metadata":2},"halfopen_zone":"home"},"n":1,"n":2}'
    )
    assert body.labels(body.read(data)) == {"zone": "home"}


def test_metadata_that_held_only_labels_goes() -> None:
    read = body.read(b'{"metadata":{"halfopen_zone":"home"},"n":1}')
    body.without_labels(read)
    assert body.write(read) == b'{"n":1}'


def test_metadata_without_labels_keeps_its_bytes() -> None:
    text = b'{"metadata":{ "user" : "u1" }}'
    read = body.read(text)
    body.without_labels(read)
    assert body.write(read) == text


def test_a_long_value_is_quoted_by_its_start() -> None:
    quoted = body.shown(msgspec.Raw(b'"' + b"x" * 500 + b'"'))
    assert len(quoted) < 80
    assert quoted.endswith("...`")
