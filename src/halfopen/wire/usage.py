"""Tokens as they are charged: kinds that do not overlap, whatever a dialect counts inside what.

`input` is the prompt without what was read from or written to a cache, and without audio; `cached_read`,
`cache_write_5m` and so on are those. `output` is all that was generated, reasoning included, but without audio and
pictures. `reasoning` is told beside them and never charged twice. Each dialect's usage object is a table here, read
and written by `read` and `write`; `service_of` says as what it was served.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from halfopen.wire.faults import UNREADABLE
from halfopen.wire.tally import MOST_TOKENS, NOTHING, TOTAL, Count, Row, Table, Usage, read, write

__all__ = [
    "ABSENT",
    "CHAT",
    "GEMINI",
    "MESSAGES",
    "MOST_TOKENS",
    "NOTHING",
    "RESPONSES",
    "STANDARD",
    "Count",
    "Told",
    "Usage",
    "read",
    "service_of",
    "write",
]

STANDARD = "standard"
ABSENT = msgspec.Raw()

_PROMPT, _MADE = "prompt_tokens", "completion_tokens"
CHAT = Table(
    Row(kind="cached_read", path="prompt_tokens_details.cached_tokens", inside=(_PROMPT,)),
    Row(kind="cache_write_5m", path="prompt_tokens_details.cache_write_tokens", inside=(_PROMPT,)),
    Row(kind="input_audio", path="prompt_tokens_details.audio_tokens", inside=(_PROMPT,)),
    Row(kind="output_audio", path="completion_tokens_details.audio_tokens", inside=(_MADE,)),
    # OpenAI counts it inside; xAI beside, and its total shows that.
    Row(kind="reasoning", path="completion_tokens_details.reasoning_tokens", into=_MADE, proof="total_tokens"),
    Row(kind="cached_read", path="prompt_cache_hit_tokens", inside=(_PROMPT,), told="never"),  # DeepSeek's
    Row(kind="input", path=_PROMPT, told="always"),
    Row(kind="output", path=_MADE, told="always"),
    Row(kind=TOTAL, path="total_tokens", told="always"),
    whole=True,
)

_WRITTEN = "cache_creation_input_tokens"
MESSAGES = Table(
    Row(kind="cache_write_1h", path="cache_creation.ephemeral_1h_input_tokens", inside=(_WRITTEN,), told="beside"),
    Row(kind="cache_write_5m", path="cache_creation.ephemeral_5m_input_tokens", told="beside"),
    Row(kind="reasoning", path="output_tokens_details.thinking_tokens"),
    Row(kind="web_search", path="server_tool_use.web_search_requests"),
    Row(kind="", path="server_tool_use.web_fetch_requests", told="beside"),  # costs its tokens only
    Row(kind="cache_write_5m", path=_WRITTEN),
    Row(kind="cached_read", path="cache_read_input_tokens"),
    Row(kind="input", path="input_tokens", told="always"),
    Row(kind="output", path="output_tokens", told="always"),
    whole=False,
)

_IN, _OUT = ("input_tokens",), ("output_tokens",)
RESPONSES = Table(
    Row(kind="cached_read", path="input_tokens_details.cached_tokens", inside=_IN, told="always"),
    Row(kind="cache_write_5m", path="input_tokens_details.cache_write_tokens", inside=_IN, told="always"),
    Row(kind="input_audio", path="input_tokens_details.audio_tokens", inside=_IN),
    Row(kind="reasoning", path="output_tokens_details.reasoning_tokens", told="always"),
    Row(kind="output_audio", path="output_tokens_details.audio_tokens", inside=_OUT),
    Row(kind="input", path="input_tokens", told="always"),
    Row(kind="output", path="output_tokens", told="always"),
    Row(kind=TOTAL, path="total_tokens", told="always"),
    whole=True,
)

_ASKED, _CACHED, _SAID = "promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount"
_HEARD = "promptTokensDetails[AUDIO]"
GEMINI = Table(
    Row(kind="cached_audio", path="cacheTokensDetails[AUDIO]", inside=(_HEARD, _CACHED, _ASKED)),
    Row(kind="input_audio", path=_HEARD, inside=(_ASKED,)),
    Row(kind="output_audio", path="candidatesTokensDetails[AUDIO]", inside=(_SAID,)),
    Row(kind="output_image", path="candidatesTokensDetails[IMAGE]", inside=(_SAID,)),
    Row(kind="cached_read", path=_CACHED, inside=(_ASKED,)),
    Row(kind="reasoning", path="thoughtsTokenCount", into=_SAID),
    Row(kind="", path="toolUsePromptTokenCount", into=_ASKED),
    Row(kind="input", path=_ASKED, told="always"),
    Row(kind="output", path=_SAID, told="always"),
    Row(kind=TOTAL, path="totalTokenCount", told="always"),
    whole=False,
)


class _Served(msgspec.Struct):
    """Wherever a usage object says how it was served."""

    service_tier: Any = None
    speed: Any = None
    serviceTier: Any = None  # noqa: N815 - as it stands there
    trafficType: Any = None  # noqa: N815


_served = msgspec.json.Decoder(_Served | str | None)
# How providers call what everybody gets.
_PLAIN = ("", "default", "standard", "auto", "on_demand", "unspecified", "traffic_type_unspecified")


def service_of(told: bytes | msgspec.Raw) -> str:
    """The service that a provider says it served, as price lines call it: `batch`, `flex`, `priority`, `fast`.

    `told` is the value of `service_tier`, or the usage object where it stands in there. Where nothing is said it is
    the standard one; what no price line knows keeps its name, so that nobody prices it as something else.
    """
    try:
        found = _served.decode(told) if bytes(memoryview(told)[:1]) else None
    except UNREADABLE:
        return STANDARD
    names = (
        (found.speed, found.service_tier, found.serviceTier, found.trafficType)
        if isinstance(found, _Served)
        else (found,)
    )
    named = (name.lower().removeprefix("on_demand_") for name in names if isinstance(name, str))
    return next((name[:40] for name in named if name not in _PLAIN), STANDARD)


class Told(NamedTuple):
    """What a whole answer says of its cost. `usage` is None if it says nothing usable."""

    usage: Usage | None
    service: str = STANDARD
    kept: str = ""  # the id under which the provider keeps it, for a later request to go on from
