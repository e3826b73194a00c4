"""What dialects have in common where they declare a search: what one of them cannot say, and where somebody is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from halfopen.conversation.request import Tool, WebSearch, Whereabouts
from halfopen.wire.fields import Fields, told
from halfopen.wire.pen import Pen, Tree

_FIELDS = ("allowed_domains", "blocked_domains", "location", "max_uses", "context_size")
_PLACE = ("city", "region", "country", "timezone")
ABOUT = "approximate"  # the only type of a location that there is


def whereabouts(place: Fields | None) -> Whereabouts | None:
    if place is None:
        return None
    place.text("type")
    city, region, country, timezone = (place.text(name) for name in _PLACE)
    return Whereabouts(city=city, region=region, country=country, timezone=timezone)


def located(place: Whereabouts | None) -> Tree | None:
    """The fields of a place that somebody told; there may be none of them."""
    return None if place is None else told(**{name: getattr(place, name) for name in _PLACE})


def less(tool: WebSearch, known: Collection[str], out: Pen, path: str) -> None:
    """Notes what of a search gets lost in a dialect that knows only these fields."""
    names = [name for name in _FIELDS if name not in known and getattr(tool, name) not in (None, ())]
    out.losses.fields(path, [*names, *(["cache"] if tool.mark else []), *tool.extra])


def first(tools: Sequence[object], place: int, out: Pen) -> bool:
    """Whether the search at that place is the first. There is one way to search, so a second one says nothing."""
    again = any(isinstance(tool, WebSearch) for tool in tools[:place])
    if again:
        out.losses.knob(f"tools.{place}", "one search is declared already")
    return not again


def only(tools: Sequence[object]) -> WebSearch | None:
    """The search of a request whose other tools are functions of the caller's: all that its provider runs."""
    searches = [tool for tool in tools if not isinstance(tool, Tool)]
    return searches[0] if len(searches) == 1 and isinstance(searches[0], WebSearch) else None
