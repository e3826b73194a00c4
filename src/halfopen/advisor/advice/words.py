"""Figures as advice says them: dollars a month, shares, times, Elo."""

from __future__ import annotations

from collections.abc import Sequence

from halfopen.advisor.able import WANTED
from halfopen.money import PICO


def dollars(picos: int) -> str:
    """`$0.0042`, `$3.17`, `$1,240`: three digits that count, and all of those before the point."""
    value = picos / PICO
    size = abs(value)
    text = f"{size:,.0f}" if size >= 100 else f"{size:.2f}" if size >= 1 or not size else f"{size:.3g}"
    return f"{'-' if value < 0 else ''}${text}"


def several(count: int, what: str) -> str:
    """`1 request`, `2,063 requests`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def paper(topic: str) -> str:
    """A topic of compliance as what is wanted: `zero retention`, `no training on customer data`."""
    return f"{'no ' if WANTED.get(topic) == 'no' else ''}{topic.replace('_', ' ')}"


def share(part: float) -> str:
    """A part of one, in per cent."""
    return f"{100 * part:.0f} %" if part >= 0.01 or not part else "less than 1 %"


def times(factor: float) -> str:
    """`3.2 times`, `a third`: how many times as much."""
    return f"{factor:,.3g} times" if factor < 1000 else f"{factor:,.0f} times"


def elo(points: float) -> str:
    """`32 Elo ahead`, `5 Elo behind`."""
    return f"{abs(points):.0f} Elo {'behind' if round(points) < 0 else 'ahead'}"


def listed(words: Sequence[str], most: int = 4) -> str:
    """`a, b and c`; of more than `most` how many others."""
    shown = list(words[:most])
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
