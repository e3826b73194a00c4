"""Where the words of an answer come from: Google's grounding and citations, which count bytes, and ours in characters.

groundingChunks    [{"web": {"uri": "https://x.example", "title": "Rivers"}}]
groundingSupports  [{"segment": {"startIndex": 7, "endIndex": 16, "partIndex": 1}, "groundingChunkIndices": [0]}]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from halfopen.conversation.parts import Citation, Search, Text
from halfopen.errors import BrokenProtocol
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import told
from halfopen.wire.gemini.proto import searched as searches
from halfopen.wire.gemini.proto.spelled import Spelled
from halfopen.wire.pen import Pen, Tree, pen

GROUNDING, CITATIONS = searches.GROUNDING, "citationMetadata"
MOST = 1_000  # citations of one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A citation that counts the bytes of a part; `part` is its place among the parts, if that is told."""

    part: int | None
    start: int
    end: int | None
    url: str | None
    title: str | None
    own: bytes = b""

    def of(self, text: str) -> Citation:
        """The same, counting the characters of that part's text. Without an end it is about all of it."""
        said = text.encode()
        if self.end is None or not 0 <= self.start <= self.end <= len(said):
            return Citation(url=self.url, title=self.title, own=self.own)
        start, end = (len(said[:edge].decode("utf-8", "ignore")) for edge in (self.start, self.end))
        return Citation(url=self.url, title=self.title, start=start, end=end, own=self.own)


def grounded(raw: bytes) -> list[Found]:
    """Each segment with each of the pages that support it. Raises BrokenProtocol."""
    top = Spelled(raw, f"candidates.0.{GROUNDING}", BrokenProtocol)
    pages = [each.inner("web") for each in top.each("groundingChunks")]
    known = [(page.text("uri"), page.text("title")) if page else None for page in pages]
    found: list[Found] = []
    for support in top.each("groundingSupports"):
        segment = support.inner("segment") or Spelled(b"{}")
        part, start, end = (segment.count(name) for name in ("partIndex", "startIndex", "endIndex"))
        for place in support.counts("groundingChunkIndices")[: MOST - len(found)]:
            page = known[place] if 0 <= place < len(known) else None
            if page is not None:
                found.append(Found(part=part, start=start or 0, end=end, url=page[0], title=page[1]))
    return found


def cited(raw: bytes) -> list[Found]:
    """Works that were quoted at length. Raises BrokenProtocol."""
    top = Spelled(raw, f"candidates.0.{CITATIONS}", BrokenProtocol)
    found: list[Found] = []
    for item in list(top.each("citations"))[:MOST]:
        start, end, url, title = item.count("startIndex"), item.count("endIndex"), item.text("uri"), item.text("title")
        found.append(Found(part=None, start=start or 0, end=end, url=url, title=title, own=item.whole))
    return found


def searched(raw: bytes, answer: str, texts: Sequence[tuple[int, Text]]) -> Search | None:
    """The search that a grounding tells of, and in its `extra` what neither it nor the texts' citations say."""
    found = searches.read(raw, answer)
    if found is None:
        return None
    known = write(texts, pen(searches.NAME, "", asks=False), [replace(found, raw=b"")])[GROUNDING]
    told_there = Spelled(raw, GROUNDING, BrokenProtocol)
    beyond = dict(found.extra)
    for name in ("groundingChunks", "groundingSupports"):
        value = told_there.raw(name)
        if value is not None and not _same(value, known, name):
            beyond[name] = value
    return replace(found, extra=beyond)


def _same(raw: bytes, known: object, name: str) -> bool:
    try:
        told_there = msgspec.json.decode(raw)
    except UNREADABLE:
        return False
    return isinstance(known, dict) and told_there == known.get(name, [])


def write(texts: Iterable[tuple[int, Text]], pen: Pen, found: Sequence[Search] = ()) -> Tree:
    """The fields of a candidate that say where its texts, by their places, come from, and what was searched for."""
    pages: dict[tuple[str, str | None], int] = {}
    for each in (page for search in found for page in search.pages or ()):
        pages.setdefault((each.url, each.title), len(pages))
    supports: list[Tree] = []
    own: list[object] = []
    for place, text in texts:
        for cite in text.citations:
            if pen.native and cite.own:
                own.append(msgspec.Raw(cite.own))
            elif cite.url is None:
                pen.losses.knob("citations", "gemini cites addresses only")
            else:
                page = pages.setdefault((cite.url, cite.title), len(pages))
                _support(supports, _segment(place, text.text, cite), page)
    web = [{"web": {"uri": url, **told(title=title)}} for url, title in pages]
    grounding: object = searches.queries(found) | told(groundingChunks=web or None, groundingSupports=supports or None)
    if pen.native and found:
        grounding = msgspec.Raw(found[-1].raw)
    return told(**{GROUNDING: grounding or None, CITATIONS: {"citations": own} if own else None})


def _segment(place: int, text: str, cite: Citation) -> Tree:
    """As proto JSON has it, a zero is not written."""
    start, end = (0, len(text)) if cite.start is None or cite.end is None else (cite.start, cite.end)
    edges = (len(text[:edge].encode()) for edge in (start, end))
    names = ("partIndex", "startIndex", "endIndex")
    return {name: count for name, count in zip(names, (place, *edges), strict=True) if count} | {
        "text": text[start:end]
    }


def _support(supports: list[Tree], segment: Tree, page: int) -> None:
    """One more page for the last segment, or the next segment."""
    last = supports[-1] if supports else None
    if last and last["segment"] == segment and isinstance(indices := last["groundingChunkIndices"], list):
        indices.append(page)
    else:
        supports.append({"segment": segment, "groundingChunkIndices": [page]})


def only_that(raw: bytes, texts: Sequence[tuple[int, Text]], pen: Pen) -> bool:
    """Whether the texts' citations say all that stood in the grounding."""
    again = write(texts, pen).get(GROUNDING)
    try:
        return again is not None and msgspec.json.decode(raw) == again
    except UNREADABLE:
        return False
