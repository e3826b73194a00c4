"""How sure the model was of each token: Google's `logprobsResult`, and the shape in which others have it.

{"chosenCandidates": [{"token": "In", "tokenId": 7, "logProbability": -0.1}], "topCandidates": [{"candidates": []}]}
{"content": [{"token": "In", "logprob": -0.1, "bytes": [73, 110], "top_logprobs": []}]}
"""

from __future__ import annotations

import msgspec

from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import told
from halfopen.wire.gemini.proto.spelled import Spelled
from halfopen.wire.pen import Tree

FIELD = "logprobsResult"


class _Likely(msgspec.Struct):
    token: str
    logprob: float
    token_id: int | None = None


class _Token(_Likely):
    top_logprobs: list[_Likely] = []


class _Known(msgspec.Struct):
    content: list[_Token] | None = None


_known = msgspec.json.Decoder(_Known)


def read(result: Spelled) -> bytes | None:
    """Raises BrokenProtocol."""
    tops = [[_read(each) for each in top.each("candidates")] for top in result.each("topCandidates")]
    chosen = [_read(each) for each in result.each("chosenCandidates")]
    content = [
        token | {"bytes": list(str(token["token"]).encode()), "top_logprobs": tops[place] if place < len(tops) else []}
        for place, token in enumerate(chosen)
    ]
    return msgspec.json.encode({"content": content, "refusal": None}) if content else None


def _read(item: Spelled) -> Tree:
    likely = item.number("logProbability")
    return {"token": item.of("token"), "logprob": likely or 0.0} | told(token_id=item.count("tokenId"))


def write(logprobs: bytes) -> Tree | None:
    """None for what is none."""
    try:
        tokens = _known.decode(logprobs).content
    except UNREADABLE:
        return None
    if not tokens:
        return None
    tops = [{"candidates": [_write(each) for each in token.top_logprobs]} for token in tokens]
    return {"chosenCandidates": [_write(token) for token in tokens], "topCandidates": tops}


def _write(likely: _Likely) -> Tree:
    return {"token": likely.token} | told(tokenId=likely.token_id) | {"logProbability": likely.logprob}
