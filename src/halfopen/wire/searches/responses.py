"""Searches in responses: the tool `web_search`, and an item for each search with what it found."""

from __future__ import annotations

from halfopen.conversation.parts import Page, Search
from halfopen.conversation.request import WebSearch
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.searches.declared import ABOUT, less, located, whereabouts

NAME = "responses"
TOOL, CALL = "web_search", "web_search_call"  # types of tools begin so, and go on with a date or `_preview`
SOURCES = "web_search_call.action.sources"  # what `include` asks for: what was found
MADE_UP = "ws_halfopen_"


def read_tool(item: Fields, kind: str) -> WebSearch:
    filters, near = item.inner("filters"), item.inner("user_location")
    domains = filters.texts("allowed_domains") if filters else None
    place, size = whereabouts(near), item.text("search_context_size")
    extra = item.rest | (under("filters", filters) if filters else {}) | (under("user_location", near) if near else {})
    return WebSearch(
        dialect=NAME,
        kind=kind,
        raw=item.whole,
        allowed_domains=domains or (),
        location=place,
        context_size=size,
        extra=extra,
    )


def write_tool(tool: WebSearch, counted: bool, out: Pen, path: str) -> object:
    """`counted`: how often it may be used is said for the whole request."""
    if out.native:
        return out.own(tool, path)
    less(tool, ("allowed_domains", "location", "context_size", *(["max_uses"] if counted else [])), out, path)
    near, domains = located(tool.location), list(tool.allowed_domains)
    return {"type": TOOL} | told(
        filters={"allowed_domains": domains} if domains else None,
        user_location=None if near is None else {"type": ABOUT} | near,
        search_context_size=tool.context_size,
    )


def read(item: Fields) -> Search:
    """A search, or a look into a page, which nobody else tells."""
    named, status, action = item.text("id") or "", item.text("status"), item.inner("action")
    failed = status if status == "failed" else None
    kind = action.text("type") if action else None
    if action is None or kind not in (None, "search"):
        extra = item.rest | ({"action": action.whole} if action else {})
        return Search(dialect=NAME, kind=CALL, raw=item.whole, id=named, failed=failed, extra=extra)
    queries = (action.text("query"), *(action.texts("queries") or ()))
    sources = action.items("sources")
    pages = [Page(url=each.text("url") or "", title=each.text("title")) for each in sources or ()]
    unknown = {"sources": b"[]"} if any(not page.url for page in pages) else {}  # what is found at no address
    return Search(
        dialect=NAME,
        kind=CALL,
        raw=item.whole,
        id=named,
        queries=tuple(dict.fromkeys(query for query in queries if query)),
        pages=None if sources is None else tuple(page for page in pages if page.url),
        failed=failed,
        extra=item.rest | under("action", action) | unknown,
    )


def write(part: Search, run: dict[str, Tree], out: Pen, path: str) -> Tree | None:
    """The item of a search of another's, to a client.

    None where what was found belongs to a search of the same run, by its id: of items that follow each other.
    """
    known = None if part.queries else run.get(part.id)
    if known is None and not part.queries and part.pages is None:
        out.losses.content(path, f"`{part.kind}` says nothing of a search that responses could tell")
        return None
    names = [*part.extra, *(["title"] if any(page.title for page in part.pages or ()) else [])]
    out.losses.fields(path, names)
    action: Tree = {"type": "search", "query": part.queries[0] if part.queries else ""}
    item: Tree = known or {"type": CALL, "status": "completed", "action": action}
    if len(part.queries) > 1:
        action["queries"] = list(part.queries)
    if part.pages is not None:
        sources = [{"type": "url", "url": page.url} for page in part.pages]
        item["action"] = {**_action(item), "sources": sources}
    if part.failed is not None:
        out.losses.knob(f"{path}.failed", "responses tells that a search failed, and not why")
        item["status"] = "failed"
    if known is None:
        run[part.id] = item
    return None if known else item


def _action(item: Tree) -> Tree:
    action = item["action"]
    assert isinstance(action, dict)
    return action
