"""Searches in gemini: the tool `googleSearch`; what was asked and found stands in an answer's grounding.

webSearchQueries   ["Where does the Danube end?"]
groundingChunks    [{"web": {"uri": "https://x.example", "title": "Rivers"}}]
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from halfopen.conversation.parts import Own, Page, Part, Search
from halfopen.conversation.request import WebSearch
from halfopen.errors import BrokenProtocol
from halfopen.wire.fields import written
from halfopen.wire.gemini.proto.spelled import Spelled
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.searches.declared import less

NAME = "gemini"
TOOL = "googleSearch"
TOOLS = (TOOL, "googleSearchRetrieval")  # the second is what the first was called before
GROUNDING = "groundingMetadata"
CALLS = ("toolCall", "toolResponse")  # parts about what Google ran itself
_SEARCHES = "GOOGLE_SEARCH"


def read_tool(name: str, value: bytes, path: str) -> WebSearch:
    item = Spelled(value, path)
    blocked = item.texts("excludeDomains") or ()
    raw = written({name: msgspec.Raw(value)})
    return WebSearch(dialect=NAME, kind=name, raw=raw, blocked_domains=blocked, extra=item.rest)


def write_tool(tool: WebSearch, out: Pen, path: str) -> object:
    """Of domains only Vertex knows, and refuses them elsewhere."""
    if out.native:
        return out.own(tool, path)
    less(tool, (), out, path)
    return {TOOL: {}}


def read_part(item: Spelled) -> Own:
    """A part about a tool of Google's. Of a search it says nothing that the grounding does not."""
    kind, whole = next(name for name in CALLS if item.has(name)), item.whole
    inner = item.inner(kind)
    if inner is None or not inner.of("toolType").upper().startswith(_SEARCHES):
        return Own(dialect=NAME, kind=kind, raw=whole)
    return Search(dialect=NAME, kind=kind, raw=whole, id=inner.of("id"))


def read(raw: bytes, answer: str) -> Search | None:
    """The search that a grounding tells of, in the answer of that id; None if nobody searched. Raises BrokenProtocol.

    `extra` lacks what pages and citations say.
    """
    top = Spelled(raw, f"candidates.0.{GROUNDING}", BrokenProtocol)
    queries = top.texts("webSearchQueries") or ()
    pages = [each.inner("web") for each in top.each("groundingChunks")]
    top.raw("groundingSupports")
    if not queries:
        return None
    known = tuple(Page(url=page.of("uri"), title=page.text("title")) for page in pages if page)
    letters = "".join(letter for letter in answer if letter.isascii() and letter.isalnum())
    return Search(dialect=NAME, kind=GROUNDING, raw=raw, id=letters[-20:], queries=queries, pages=known, extra=top.rest)


def apart(said: Sequence[Part | None], out: Pen) -> tuple[list[Search], list[Part | None]]:
    """The searches of which the grounding tells, and the parts without any, each in its place."""
    found, rest = list[Search](), list[Part | None]()
    for place, part in enumerate(said):
        beside = isinstance(part, Search) and not stays(part, out)
        rest.append(None if beside else part)
        if isinstance(part, Search) and beside and shown(part, out, f"parts.{place}"):
            found.append(part)
    return found, rest


def stays(part: Search, out: Pen) -> bool:
    """Whether it stands among the other parts."""
    return out.native and part.kind in CALLS


def shown(part: Search, out: Pen, path: str) -> bool:
    """Whether the grounding tells of a search; what else of it gets lost is noted."""
    if out.native:
        return True
    if not part.queries and part.pages is None:
        what = "gemini does not tell why a search failed" if part.failed else f"`{part.kind}` says nothing of a search"
        out.losses.content(path, what)
        return False
    out.losses.fields(path, part.extra)
    return True


def queries(searches: Sequence[Search]) -> Tree:
    """What was asked."""
    asked = [query for search in searches for query in search.queries]
    return {"webSearchQueries": asked} if asked else {}
