"""What providers tell of their limits with every answer: how much is left, and when there is more.

OpenAI and who follows it: `x-ratelimit-remaining-requests`, `-tokens` and `x-ratelimit-reset-...` as a span (`6m0s`,
`12ms`, or seconds). Anthropic: `anthropic-ratelimit-requests-remaining`, and the same of `tokens`, `input-tokens` and
`output-tokens`, with `...-reset` as a moment (RFC 3339).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

OPENAI = ("requests", "tokens")
ANTHROPIC = ("requests", "tokens", "input-tokens", "output-tokens")
LONGEST = 3600.0  # seconds that a provider's word is believed
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_part = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def spent(headers: Iterable[tuple[bytes, bytes]], now: float) -> float | None:
    """Seconds for which the provider has nothing left, `now` being seconds since 1970; None if there is something."""
    told = {name.decode("latin-1"): value.decode("latin-1").strip() for name, value in headers if b"ratelimit" in name}
    found = [min(max(seconds, 0.0), LONGEST) for seconds in _empty(told, now)] if told else []
    return max(found, default=None)


def _empty(told: dict[str, str], now: float) -> Iterator[float]:
    for kind in OPENAI:
        if _none(told.get(f"x-ratelimit-remaining-{kind}")):
            yield from _known(span(told.get(f"x-ratelimit-reset-{kind}", "")))
    for kind in ANTHROPIC:
        if _none(told.get(f"anthropic-ratelimit-{kind}-remaining")):
            yield from _known(until(told.get(f"anthropic-ratelimit-{kind}-reset", ""), now))


def _known(seconds: float | None) -> Iterator[float]:
    if seconds is not None:
        yield seconds


def _none(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"-?0+(\.0+)?", text) is not None


def span(text: str) -> float | None:
    """Seconds of `6m0s`, `1h2m3s`, `12ms` or `7.5`; None if it is none of these."""
    if re.fullmatch(r"\d{1,8}(\.\d+)?", text):  # more of them are a moment, and none that we know of
        return float(text)
    parts = _part.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def until(text: str, now: float) -> float | None:
    """Seconds until a moment; None if it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now
