"""Usage as it is charged, from each dialect's own way to say it, and back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from halfopen.catalog.price import KINDS, PIECES
from halfopen.wire.chat.answer import told as chat_told
from halfopen.wire.chat.stream import ChatStream
from halfopen.wire.messages.answer import told as messages_told
from halfopen.wire.messages.stream import MessagesStream
from halfopen.wire.tally import HOME, MAIN, TOTAL, Table
from halfopen.wire.usage import CHAT, GEMINI, MESSAGES, MOST_TOKENS, RESPONSES, read, service_of, write
from tests.wire.usages import ALIKE, HEARD, Cases, Told

TABLES = {"chat": CHAT, "messages": MESSAGES, "responses": RESPONSES, "gemini": GEMINI}


def rows(*sets: Cases) -> list[Any]:
    return [
        pytest.param(TABLES[dialect], *case, id=f"{dialect}: {name}")
        for each in sets
        for dialect, cases in each.items()
        for name, case in cases.items()
    ]


@pytest.mark.parametrize(("table", "told", "usage"), rows(ALIKE, HEARD))
def test_usage_is_read(table: Table, told: Told, usage: dict[str, int]) -> None:
    assert read(table, msgspec.json.encode(told)) == usage


@pytest.mark.parametrize(("table", "told", "usage"), rows(ALIKE))
def test_usage_is_written_as_it_was_read(table: Table, told: Told, usage: dict[str, int]) -> None:
    assert write(table, usage) == told


@pytest.mark.parametrize("name", TABLES)
def test_what_a_dialect_can_say_comes_back_the_same(name: str) -> None:
    """Each kind that it has a place for, alone and all together."""
    table = TABLES[name]
    kinds = sorted({row.kind for row in table.rows} - {"", TOTAL})
    for some in ([*MAIN], *([*MAIN, kind] for kind in kinds), kinds):
        usage = {kind: 100 + place for place, kind in enumerate(some)} | {"output": 1000}
        assert read(table, msgspec.json.encode(write(table, usage))) == usage


@pytest.mark.parametrize("name", TABLES)
def test_what_a_dialect_has_no_place_for_is_in_its_sums(name: str) -> None:
    table = TABLES[name]
    usage = {kind: 10**place for place, kind in enumerate((*MAIN, *HOME))}
    back = read(table, msgspec.json.encode(write(table, usage)))
    assert sum(back.values()) == sum(usage.values())
    assert set(back) == set(usage) & {row.kind for row in table.rows}


def test_every_kind_has_a_price_or_is_reasoning() -> None:
    kinds = {row.kind for table in TABLES.values() for row in table.rows} - {"", TOTAL}
    assert kinds - {"reasoning"} <= set(KINDS)
    assert {*MAIN, *HOME} == set(KINDS) - set(PIECES)


@pytest.mark.parametrize("told", [{}, {"total_tokens": 5}, {"prompt_tokens": 5, "completion_tokens": None}])
def test_a_count_that_is_missing_is_not_a_zero(told: Told) -> None:
    assert read(CHAT, msgspec.json.encode(told)) == {}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("told", [b"", b"null", b"5", b"[]", b'"x"', b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_usage_object_tells_nothing(name: str, told: bytes) -> None:
    assert read(TABLES[name], told) == {}


ABSURD = ["-1", str(MOST_TOKENS + 1), "1" + "0" * 30, "9" * 5000, "7.5", "1e3", "true", '"7"', "[]", "{}"]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("count", ABSURD, ids=lambda count: count[:12])
def test_a_count_that_cannot_be_is_not_told(name: str, count: str) -> None:
    """In whichever place of the table."""
    table = TABLES[name]
    plain = write(table, {"input": 100, "output": 5})
    assert read(table, msgspec.json.encode(plain))["input"] == 100
    for row in table.rows:
        head, _, field = row.path.partition(".")
        listed, _, modality = head.partition("[")
        inner: Any = msgspec.Raw(count.encode())
        inner = {field: inner} if field else inner
        inner = [{"modality": modality[:-1], "tokenCount": inner}] if modality else inner
        assert read(table, msgspec.json.encode({**plain, listed: inner})) == {}, row


@pytest.mark.parametrize("name", ["chat", "responses", "gemini"])
def test_more_inside_a_count_than_it_holds_is_not_told(name: str) -> None:
    table = TABLES[name]
    told = write(table, {"input": 5, "cached_read": 6, "output": 5})
    told = {field: 10 if count == 11 else count for field, count in told.items()}
    assert read(table, msgspec.json.encode(told))["input"] == 4
    told = {field: 5 if count == 10 else count for field, count in told.items()}
    assert read(table, msgspec.json.encode(told)) == {}


def test_the_end_of_a_messages_stream_adds_to_its_beginning() -> None:
    begun = {
        "input_tokens": 3,
        "cache_read_input_tokens": 9,
        "cache_creation_input_tokens": 30,
        "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
        "output_tokens": 1,
    }
    before = read(MESSAGES, msgspec.json.encode(begun))
    whole = {"input": 3, "cached_read": 9, "cache_write_5m": 10, "cache_write_1h": 20, "output": 7}
    zeros = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    for end in ({}, {"cache_creation_input_tokens": 30}, {"input_tokens": 3, "cache_read_input_tokens": 9}, zeros):
        later = read(MESSAGES, msgspec.json.encode({**end, "output_tokens": 7}), before)
        assert {**before, **later} == whole, end


def test_a_later_event_that_lacks_a_detail_does_not_bill_it_twice() -> None:
    before = read(GEMINI, b'{"promptTokenCount":100,"cachedContentTokenCount":64,"candidatesTokenCount":1}')
    later = read(GEMINI, b'{"promptTokenCount":100,"candidatesTokenCount":9}', before)
    assert {**before, **later} == {"input": 36, "cached_read": 64, "output": 9}
    thought = read(GEMINI, b'{"promptTokenCount":100,"candidatesTokenCount":1,"thoughtsTokenCount":50}')
    assert {**thought, **read(GEMINI, b'{"promptTokenCount":100}', thought)} == thought
    more = read(GEMINI, b'{"candidatesTokenCount":9}', thought)
    assert {**thought, **more} == {"input": 100, "output": 59, "reasoning": 50}
    continuous = read(CHAT, b'{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}')
    assert read(CHAT, b'{"prompt_tokens":9,"completion_tokens":2}', continuous)["input"] == 5


SERVED = {
    b"": "standard",
    b"null": "standard",
    b'"default"': "standard",
    b'"auto"': "standard",
    b'"on_demand"': "standard",
    b'"flex"': "flex",
    b'"priority"': "priority",
    b'"scale"': "scale",  # which no price line has, so that it is unpriced and not sold at the plain price
    b"7": "standard",
    b"{": "standard",
    b'{"input_tokens":1}': "standard",
    b'{"service_tier":"standard"}': "standard",
    b'{"service_tier":"batch"}': "batch",
    b'{"service_tier":"standard","speed":"fast"}': "fast",
    b'{"trafficType":"ON_DEMAND"}': "standard",
    b'{"trafficType":"ON_DEMAND_PRIORITY"}': "priority",
    b'{"trafficType":"PROVISIONED_THROUGHPUT"}': "provisioned_throughput",
    b'{"serviceTier":"flex"}': "flex",
    b'{"serviceTier":{},"trafficType":null}': "standard",
}


@pytest.mark.parametrize(("told", "service"), SERVED.items(), ids=repr)
def test_the_service_is_called_as_price_lines_call_it(told: bytes, service: str) -> None:
    assert service_of(told) == service
    assert service_of(msgspec.Raw(told)) == service


def test_answers_and_streams_say_their_service() -> None:
    usage = b'"usage":{"prompt_tokens":3,"completion_tokens":2}'
    assert chat_told(b'{"choices":[],"service_tier":"flex",' + usage + b"}")[:2] == ({"input": 3, "output": 2}, "flex")
    assert chat_told(b'{"choices":[]}')[:2] == (None, "standard")
    chat = ChatStream(usage_asked=True)
    chat.feed(b'data: {"choices":[],"service_tier":"priority",' + usage + b"}\n\ndata: [DONE]\n\n")
    assert (chat.seen.usage, chat.seen.service) == ({"input": 3, "output": 2}, "priority")

    usage = b'"usage":{"input_tokens":3,"output_tokens":2,"service_tier":"batch"}'
    assert messages_told(b'{"content":[],' + usage + b"}")[:2] == ({"input": 3, "output": 2}, "batch")
    messages = MessagesStream()
    messages.feed(b'data: {"type":"message_start","message":{' + usage + b"}}\n\n")
    messages.feed(b'data: {"type":"message_delta","usage":{"output_tokens":9}}\n\n')
    assert (messages.seen.usage, messages.seen.service) == ({"input": 3, "output": 9}, "batch")
