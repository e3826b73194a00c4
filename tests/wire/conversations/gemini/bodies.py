"""How the conversations of gemini are put together, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations import responses_asked
from tests.wire.conversations.bodies import (
    NESTED,
    PIXEL,
)
from tests.wire.conversations.knobs import KNOBS as KNOB_PAIRS
from tests.wire.conversations.told import Arrival, Pair, Told
from tests.wire.conversations.tools import THOUGHTS as THOUGHT_PAIRS
from tests.wire.conversations.tools import TOOLS as TOOL_PAIRS
from tests.wire.conversations.words import MEDIA, PLAIN

Json = Any


OTHERS = ("chat", "messages", "responses")


def asks(*contents: Json, config: Json = None, **top: Json) -> Json:
    return {"contents": list(contents), "generationConfig": {"maxOutputTokens": 100, **(config or {})}, **top}


def from_elsewhere(body: Json) -> Json:
    """Calls that Google's models did not make say so, the first of each turn."""
    return body | {"contents": [_unsigned(content) for content in body["contents"]]}


def _unsigned(content: Json) -> Json:
    parts = [dict(part) for part in content["parts"]]
    calls = [part for part in parts if "functionCall" in part]
    if calls:
        calls[0]["thoughtSignature"] = "skip_thought_signature_validator"
    return content | {"parts": parts}


def tells(
    *contents: Json,
    to: Mapping[str, Arrival] | None = None,
    of: Mapping[str, Arrival] | None = None,
    config: Json = None,
    **top: Json,
) -> Told:
    body = asks(*contents, config=config, **top)
    usual = {name: comes(body) for name in OTHERS}
    return Told(body=body, to=to or {}, of=usual | dict(of or {}))


def comes(body: Json, *lost: str) -> Arrival:
    return Arrival(body=from_elsewhere(body), lost=lost)


_PAIRS: Mapping[str, Pair] = {pair.name: pair for pair in (*PLAIN, *MEDIA, *TOOL_PAIRS, *THOUGHT_PAIRS, *KNOB_PAIRS)}


def like_messages(name: str, *lost: str) -> dict[str, Arrival]:
    """What arrives in chat and in responses is what arrives there from messages."""
    of = responses_asked.ASKED[name].of["messages"].body
    return {"chat": Arrival(body=_PAIRS[name].to_chat, lost=lost), "responses": Arrival(body=of, lost=lost)}


def like_chat(name: str, there: str, *lost: str) -> dict[str, Arrival]:
    """What arrives there is what arrives from chat."""
    body = _PAIRS[name].to_messages if there == "messages" else responses_asked.ASKED[name].of["chat"].body
    return {there: Arrival(body=body, lost=lost)}


def loses(name: str, *lost: str) -> dict[str, Arrival]:
    """What arrives in responses is its own telling, and something of it is lost."""
    return {"responses": Arrival(body=responses_asked.ASKED[name].of["gemini"].body, lost=lost)}


def all_of(arrived: Arrival) -> dict[str, Arrival]:
    return dict.fromkeys(OTHERS, arrived)


def user(*parts: Json) -> Json:
    return {"role": "user", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def model(*parts: Json) -> Json:
    return {"role": "model", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def system(*words: str) -> Json:
    return {"parts": [{"text": each} for each in words]}


def picture(media_type: str, data: str, **more: Json) -> Json:
    return {"inlineData": {"mimeType": media_type, "data": data, **more}}


def held(url: str, media_type: str) -> Json:
    return {"fileData": {"mimeType": media_type, "fileUri": url}}


def call(named: str, name: str, args: Json) -> Json:
    return {"functionCall": {"id": named, "name": name, "args": args}}


def back(named: str, name: str, response: Json, **more: Json) -> Json:
    return {"functionResponse": {"id": named, "name": name, "response": response, **more}}


def function(name: str, **more: Json) -> Json:
    return {"functionDeclarations": [{"name": name, **more}]}


def chooses(mode: str, *names: str) -> Json:
    return {"functionCallingConfig": {"mode": mode, **({"allowedFunctionNames": list(names)} if names else {})}}


Q = user("Where does the Danube end?")
ASK = user("Rain in Ulm and in Passau?")
ULM, PASSAU = call("c1", "weather", {"town": "Ulm"}), call("c2", "weather", {"town": "Passau"})
SKY = function("weather", description="What the sky does.", parametersJsonSchema=NESTED)
SHOWN = user(held("https://x.example/a.png", "image/png"))
TYPELESS: Json = {"properties": {"town": {}}}
PNG = picture("image/png", PIXEL)
TALK = (Q, model("The sea."), user("Which?"))
POEM = user(picture("text/plain", "Um9zZXMgYXJlIHJlZC4=", displayName="poem"), "Which colour?")
