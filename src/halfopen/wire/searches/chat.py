"""Searches in chat: the field `web_search_options`; what was found is told in the citations alone."""

from __future__ import annotations

from halfopen.conversation.request import WebSearch
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.searches.declared import ABOUT, less, located, whereabouts

NAME = "chat"
FIELD = "web_search_options"


def read(top: Fields) -> WebSearch | None:
    options = top.inner(FIELD)
    if options is None:
        return None
    near, size = options.inner("user_location"), options.text("search_context_size")
    about = near.inner(ABOUT) if near else None
    place, extra = whereabouts(about), dict[str, bytes]()
    for name, inner in ((ABOUT, about), ("user_location", near)):
        if inner:
            inner.text("type")
            extra |= under(name, inner)
    return WebSearch(
        dialect=NAME,
        kind=FIELD,
        raw=options.whole,
        location=place,
        context_size=size,
        extra=options.rest | extra,
    )


def write(tool: WebSearch, out: Pen, path: str) -> object:
    """Models that do not search may leave the field without a word, so that is told instead."""
    if out.native:
        return out.own(tool, path)
    less(tool, ("location", "context_size"), out, path)
    out.losses.knob(path, "in chat only a model that is made for it searches; any other answers as it is")
    near = located(tool.location)
    about: Tree | None = None if near is None else {"type": ABOUT, ABOUT: near}
    return told(search_context_size=tool.context_size, user_location=about)
