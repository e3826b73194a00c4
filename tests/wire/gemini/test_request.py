"""A gemini request names its model in the path; nothing of its body is rewritten but our labels."""

from __future__ import annotations

import pytest

from halfopen.errors import BadBody
from halfopen.wire import body as bodies
from halfopen.wire.gemini.request import (
    METHODS,
    called,
    check,
    check_query,
    labels,
    limit,
    prepare,
    target,
    usage_asked,
)

CALLED = {
    "/v1beta/models/gemini-2.5-pro:generateContent": ("gemini-2.5-pro", False),
    "/v1/models/gemini-2.5-pro:streamGenerateContent": ("gemini-2.5-pro", True),
    "/v1beta/models/halfopen/realtime:generateContent": ("halfopen/realtime", False),
    "/v1beta/models/halfopen%2Frealtime:generateContent": ("halfopen/realtime", False),
    "/v1beta/models/models/gemini-2.5-pro:generateContent": ("models/gemini-2.5-pro", False),
    "/v1beta/models/tunedModels/mine:generateContent": ("tunedModels/mine", False),
    "/v1beta/models/llama3.1:8b:generateContent": ("llama3.1:8b", False),
    "/v1beta/models/gemini-2.5-pro:countTokens": None,
    "/v1beta/models/gemini-2.5-pro": None,
    "/v1beta/models/:generateContent": None,
    "/v2/models/gemini-2.5-pro:generateContent": None,
    "/v1beta/files": None,
    "/v1/models": None,
}


@pytest.mark.parametrize(("path", "meant"), CALLED.items())
def test_a_path_says_which_model_and_whether_to_stream(path: str, meant: tuple[str, bool] | None) -> None:
    assert called(path) == meant


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "a b", "llama3.1:8b", "publishers/google/models/x"])
@pytest.mark.parametrize("stream", METHODS.values())
def test_what_is_called_is_what_was_meant(model: str, stream: bool) -> None:
    path, _, query = target(model, stream).partition("?")
    assert query == ("alt=sse" if stream else "")
    version = "/v1beta" if path.startswith("/models/") else "/v1beta/models"
    assert called(version + path) == (model, stream)


@pytest.mark.parametrize("model", ["models/gemini-2.5-pro", "tunedModels/mine"])
def test_a_name_that_says_where_it_stands_is_not_put_elsewhere(model: str) -> None:
    assert target(model, False) == f"/{model}:generateContent"


@pytest.mark.parametrize("query", ["alt=sse", "key=k&alt=sse", "alt=sse&prettyPrint=false"])
def test_a_stream_of_events_is_served(query: str) -> None:
    check_query(query, stream=True)


@pytest.mark.parametrize("query", ["", "alt=json", "alt=", "alt=json&alt=sse"])
def test_a_stream_that_is_an_array_is_refused_and_the_way_is_told(query: str) -> None:
    with pytest.raises(BadBody, match="alt=sse"):
        check_query(query, stream=True)


def test_a_whole_answer_needs_no_query() -> None:
    check_query("", stream=False)
    check_query("alt=json", stream=False)
    with pytest.raises(BadBody, match="streamGenerateContent"):
        check_query("alt=sse", stream=False)


BODY = (
    b'{"contents": [{"parts":[{"text":"Hi","x_y":1e2}]}], "generation_config":{"max_output_tokens":7},'
    b' "labels": {"halfopen_lane":"cheap","team":"a"}, "tomorrow": [1.50]}'
)


def test_every_value_but_our_labels_leaves_as_it_came() -> None:
    body = bodies.read(BODY)
    out = bodies.read(prepare(body, "gemini-2.5-pro", ()))
    assert list(out) == list(body)
    assert bytes(out.pop("labels")) == b'{"team":"a"}'
    assert {name: bytes(value) for name, value in out.items()} == {name: bytes(body[name]) for name in out}


def test_labels_that_are_all_ours_leave_nothing_behind() -> None:
    body = bodies.read(b'{"contents":[1],"labels":{"halfopen_lane":"cheap"}}')
    assert labels(body) == {"lane": "cheap"}
    assert prepare(body, "m", ()) == b'{"contents":[1]}'
    assert "labels" in body


def test_a_label_that_is_no_word_is_refused() -> None:
    with pytest.raises(BadBody, match="must be a string"):
        labels(bodies.read(b'{"labels":{"halfopen_lane":7}}'))


def test_a_model_in_the_body_is_the_one_in_the_path() -> None:
    body = bodies.read(b'{"model":"models/asked","contents":[1]}')
    assert prepare(body, "served", ()) == b'{"model":"models/served","contents":[1]}'


@pytest.mark.parametrize(
    "spelled",
    [b'"generationConfig":{"maxOutputTokens":7,"candidateCount":2}', b'"generation_config":{"max_output_tokens":14}'],
)
def test_a_limit_is_read_in_either_spelling(spelled: bytes) -> None:
    assert limit(bodies.read(b"{%b}" % spelled)) == 14


def test_who_says_no_limit_has_none() -> None:
    assert limit(bodies.read(b'{"contents":[1]}')) is None
    assert usage_asked({})


@pytest.mark.parametrize(
    "body", [b"{}", b'{"contents":"Hi"}', b'{"contents":[]}', b'{"contents":[1],"generationConfig":7}']
)
def test_what_no_service_could_read_is_refused(body: bytes) -> None:
    with pytest.raises(BadBody, match=r"contents|generationConfig"):
        check(bodies.read(body))
