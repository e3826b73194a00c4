"""The calls that are no conversation: what is asked, what leaves, what was used as each provider tells it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec
import pytest

from halfopen.catalog.price import KINDS
from halfopen.errors import BadBody, BrokenProtocol, ServerError
from halfopen.wire import table as dialects
from halfopen.wire.operations import table
from halfopen.wire.operations.row import Operation
from halfopen.wire.operations.table import BY_METHOD, BY_PATH, OPERATIONS, called

Json = dict[str, Any]
FORM = b"multipart/form-data; boundary=xYz"

# What callers send, as little of it as a service could answer.
ASKED: dict[str, Json] = {
    "embeddings": {"model": "m", "input": ["a", "b"]},
    "completions": {"model": "m", "prompt": "Once"},
    "rerank": {"model": "m", "query": "sea", "documents": ["a", "b"]},
    "images": {"model": "m", "prompt": "a boat"},
    "speech": {"model": "m", "input": "Hello", "voice": "alloy"},
    "moderation": {"model": "m", "input": "Hello"},
    "count_messages": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
    "count_gemini": {"contents": [{"parts": [{"text": "Hi"}]}]},
    "embed_gemini": {"content": {"parts": [{"text": "Hi"}]}},
    "embed_many_gemini": {"requests": [{"model": "models/m", "content": {"parts": [{"text": "Hi"}]}}]},
}
DATA = [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}]
PICTURE = [{"b64_json": "aGk="}]
SCORES = [{"index": 1, "relevance_score": 0.9}]

# What providers answer, and what was used; None is unpriced.
ANSWERED: dict[str, list[tuple[str, Json, dict[str, int] | None]]] = {
    "embeddings": [
        ("openai", {"data": DATA, "usage": {"prompt_tokens": 8, "total_tokens": 8}}, {"input": 8, "output": 0}),
        ("voyage tells the sum alone", {"data": DATA, "usage": {"total_tokens": 8}}, {"input": 8, "output": 0}),
        ("a true zero", {"data": DATA, "usage": {"prompt_tokens": 0}}, {"input": 0, "output": 0}),
        ("nothing", {"data": DATA}, None),
        ("null", {"data": DATA, "usage": None}, None),
        ("a count that cannot be", {"data": DATA, "usage": {"prompt_tokens": -8}}, None),
    ],
    "completions": [
        (
            "as chat",
            {"choices": [{"text": " upon"}], "usage": {"prompt_tokens": 3, "completion_tokens": 5}},
            {"input": 3, "output": 5},
        ),
        ("nothing", {"choices": [{"text": " upon"}]}, None),
    ],
    "rerank": [
        (
            "cohere",
            {"results": SCORES, "meta": {"api_version": {"version": "2"}, "billed_units": {"search_units": 2}}},
            {"request": 2, "input": 0, "output": 0},
        ),
        (
            "cohere's units as a number with a point",
            {"results": SCORES, "meta": {"billed_units": {"search_units": 1.0}}},
            {"request": 1, "input": 0, "output": 0},
        ),
        ("half a unit", {"results": SCORES, "meta": {"billed_units": {"search_units": 0.5}}}, None),
        ("jina", {"results": SCORES, "usage": {"total_tokens": 815}}, {"input": 815, "output": 0}),
        ("voyage", {"data": SCORES, "usage": {"total_tokens": 26}}, {"input": 26, "output": 0}),
        ("nothing", {"results": SCORES, "meta": {}}, None),
    ],
    "images": [
        (
            "with details",
            {
                "data": PICTURE,
                "usage": {
                    "input_tokens": 50,
                    "input_tokens_details": {"text_tokens": 50, "image_tokens": 0},
                    "output_tokens": 4200,
                    "output_tokens_details": {"text_tokens": 40, "image_tokens": 4160},
                    "total_tokens": 4250,
                },
            },
            {"input": 50, "output": 40, "output_image": 4160},
        ),
        (
            "without, all that was made is picture",
            {"data": PICTURE, "usage": {"input_tokens": 50, "output_tokens": 4160, "total_tokens": 4210}},
            {"input": 50, "output": 0, "output_image": 4160},
        ),
        (
            "pictures were sent along",
            {
                "data": PICTURE,
                "usage": {"input_tokens": 9, "input_tokens_details": {"image_tokens": 8}, "output_tokens": 4160},
            },
            None,
        ),
        (
            "drawn by two models",
            {"data": PICTURE, "usage": {"input_tokens": 9, "output_tokens": 1}, "svg_usage": {"output_tokens": 5}},
            None,
        ),
        ("sold by the picture", {"created": 1, "data": PICTURE}, None),
    ],
    "transcription": [
        (
            "by the token",
            {
                "text": "Hello",
                "usage": {
                    "type": "tokens",
                    "input_tokens": 14,
                    "input_token_details": {"text_tokens": 4, "audio_tokens": 10},
                    "output_tokens": 5,
                    "total_tokens": 19,
                },
            },
            {"input": 4, "input_audio": 10, "output": 5},
        ),
        ("by the minute", {"text": "Hello", "usage": {"type": "duration", "seconds": 9}}, None),
        (
            "by the minute, with tokens beside",
            {"text": "Hello", "usage": {"input_tokens": 4, "output_tokens": 5, "prompt_audio_seconds": 203}},
            None,
        ),
        ("nothing", {"text": "Hello"}, None),
    ],
    "moderation": [
        ("openai", {"id": "modr-1", "results": [{"flagged": False}]}, None),
        ("mistral", {"results": [{}], "usage": {"prompt_tokens": 7, "total_tokens": 7}}, {"input": 7, "output": 0}),
    ],
    "count_messages": [("free", {"input_tokens": 2095}, {"input": 0, "output": 0})],
    "count_gemini": [("free", {"totalTokens": 31}, {"input": 0, "output": 0})],
    "embed_gemini": [
        ("nothing", {"embedding": {"values": [0.1]}}, None),
        (
            "google",
            {"embedding": {"values": [0.1]}, "usageMetadata": {"promptTokenCount": 5}},
            {"input": 5, "output": 0},
        ),
    ],
    "embed_many_gemini": [("nothing", {"embeddings": [{"values": [0.1]}]}, None)],
}
CASES = [
    pytest.param(OPERATIONS[row], told, used, id=f"{row}: {name}")
    for row, cases in ANSWERED.items()
    for name, told, used in cases
]


@pytest.mark.parametrize(("row", "told", "used"), CASES)
def test_what_was_used_is_read_from_the_answer(row: Operation, told: Json, used: dict[str, int] | None) -> None:
    found = row.told(msgspec.json.encode(told)).usage
    assert found == used
    assert found is None or ({"input", "output"} <= set(found) <= set(KINDS))


@pytest.mark.parametrize("name", ANSWERED)
def test_an_error_sent_as_a_success_is_a_fault(name: str) -> None:
    usage = OPERATIONS[name].told
    with pytest.raises(ServerError, match="out of disk"):
        usage(b'{"error":{"message":"out of disk"}}')
    with pytest.raises(BrokenProtocol):
        usage(b'{"object":"list"}')
    if name != "transcription":
        with pytest.raises(BrokenProtocol):
            usage(b"<html>busy</html>")


def test_what_is_no_json_is_the_answer_itself_where_it_may_be() -> None:
    assert table.TRANSCRIPTION.told(b"1\n00:00:00,000 --> 00:00:02,000\nHello\n").usage is None
    assert table.SPEECH.told(b"ID3\x04\0\0\xff\xfb").usage is None
    assert table.SPEECH.gives == "bytes"


@pytest.mark.parametrize("name", ASKED)
def test_a_request_leaves_with_another_model_and_is_else_the_same(name: str) -> None:
    row = OPERATIONS[name]
    body = row.read(msgspec.json.encode(ASKED[name]), b"application/json")
    row.check(body)
    out = msgspec.json.decode(row.prepare(body, "lab/new", ()))
    if row.model_in == "body":
        assert out == {**ASKED[name], "model": "lab/new"}
    else:
        assert b"models/m" not in row.prepare(body, "new", ())
        assert set(out) == set(ASKED[name])


@pytest.mark.parametrize("name", ASKED)
def test_what_no_service_could_answer_is_refused_by_name(name: str) -> None:
    row = OPERATIONS[name]
    for field in set(ASKED[name]) - {"model", "voice"}:
        for lacking in ({}, {field: None}):
            body = {key: value for key, value in ASKED[name].items() if key != field} | lacking
            with pytest.raises(BadBody, match=f"`{field}`"):
                row.check(row.read(msgspec.json.encode(body), b"application/json"))


def test_numbers_and_fields_that_we_do_not_know_keep_their_bytes() -> None:
    body = b'{"input":[1.50,1E3],"model":"m","metadata":{"halfopen_lane":"background"},"new":{"a":1,"a":2}}'
    row = table.EMBEDDINGS
    out = row.prepare(row.read(body, b""), "large", ())
    assert out == b'{"input":[1.50,1E3],"model":"large","new":{"a":1,"a":2}}'


def test_a_recording_is_sent_as_a_form() -> None:
    row = table.TRANSCRIPTION
    head = b'--xYz\r\nContent-Disposition: form-data; name="model"\r\n\r\n'
    tail = b'\r\n--xYz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\0\r\n--xYz--\r\n'
    body = row.read(head + b"m" + tail, FORM)
    row.check(body)
    assert row.prepare(body, "whisper", ()) == head + b"whisper" + tail
    assert not row.streams(body)
    assert b"content-type" in row.headers
    with pytest.raises(BadBody, match="file"):
        row.check(row.read(head + b"m\r\n--xYz--\r\n", FORM))
    with pytest.raises(BadBody, match="multipart/form-data"):
        row.read(b'{"model":"m"}', b"application/json")


def test_google_reads_the_model_in_every_place() -> None:
    row = table.COUNT_GEMINI
    asked = {"generateContentRequest": {"model": "models/m", "contents": []}}
    out = row.prepare(row.read(msgspec.json.encode(asked), b""), "gemini-x", ())
    assert msgspec.json.decode(out) == {"generateContentRequest": {"model": "models/gemini-x", "contents": []}}
    row = table.EMBED_MANY_GEMINI
    out = row.prepare(row.read(msgspec.json.encode(ASKED["embed_many_gemini"]), b""), "tunedModels/x", ())
    assert msgspec.json.decode(out)["requests"][0]["model"] == "tunedModels/x"
    with pytest.raises(BadBody, match="`requests`"):
        row.prepare(row.read(b'{"requests":[1]}', b""), "m", ())


def test_a_path_says_which_operation_it_is() -> None:
    for path, row in BY_PATH.items():
        assert called(path) == (row, "")
    for method, row in BY_METHOD.items():
        assert called(f"/v1beta/models/gemini%2Fx:{method}") == (row, "gemini/x")
        assert called(f"/v1/models/m:{method}") == (row, "m")
    for path in (
        "/v1/embedding",
        "/v1/models/m:generateContent",
        "/v1/models/:countTokens",
        "/v2/models/m:countTokens",
    ):
        assert called(path) is None
    assert table.EMBED_GEMINI.target("/v1beta", "m", False) == "/v1beta/models/m:embedContent"
    assert table.COUNT_GEMINI.target("/v1", "tunedModels/a b", False) == "/v1/tunedModels/a%20b:countTokens"
    assert table.RERANK.target("/v2/rerank", "m", False) == "/v2/rerank"


def test_no_path_and_no_name_is_that_of_a_dialect() -> None:
    assert not set(BY_PATH) & {dialect.path for dialect in dialects.DIALECTS.values()}
    assert not set(OPERATIONS) & set(dialects.DIALECTS)


def test_a_row_can_be_relayed_as_a_dialect_is() -> None:
    """All that a dialect is asked for, but for what translates, and what only conversations have."""
    hub = {"asked", "answered", "hears", "tells", "outline", "needs", "state"}
    wanted = {field.name for field in fields(dialects.Dialect)} - hub
    assert wanted <= {field.name for field in fields(Operation)} | {"path"}


LIMITS: list[tuple[Json, int | None]] = [
    ({"prompt": "a"}, None),
    ({"prompt": "a", "max_tokens": 5, "n": 2}, 10),
    ({"prompt": ["a", "b"], "max_tokens": 5}, 10),
    ({"prompt": [1, 2, 3], "max_tokens": 5}, 5),
    ({"prompt": [[1], [2, 3]], "max_tokens": 5, "n": 2, "best_of": 4}, 40),
    ({"prompt_embeds": "AAA", "max_tokens": 5}, 5),
]


@pytest.mark.parametrize(("body", "most"), LIMITS)
def test_how_much_a_completion_may_be(body: Json, most: int | None) -> None:
    row = table.COMPLETIONS
    assert row.limit(row.read(msgspec.json.encode(body), b"")) == most


def test_what_generates_nothing_has_no_unseen_tokens_and_what_speaks_or_paints_is_not_guessed() -> None:
    for row in (table.EMBEDDINGS, table.RERANK, table.MODERATION, table.COUNT_MESSAGES):
        assert row.limit({}) == 0
    for row in (table.IMAGES, table.SPEECH, table.TRANSCRIPTION):
        assert row.limit({}) is None
        assert not row.estimated


def test_who_streams() -> None:
    asks = {"stream": msgspec.Raw(b"true"), "stream_format": msgspec.Raw(b'"sse"')}
    assert {name for name, row in OPERATIONS.items() if row.streams(asks)} == {
        "completions",
        "images",
        "speech",
        "transcription",
    }
    assert not any(row.streams({}) for row in OPERATIONS.values())
