"""Searches in messages: the tool `web_search_...`, its call, and what came of it, in two blocks.

Anthropic takes them back only with what it has sealed in them. What others found is shown to its clients in the same
form and without a seal; an id says so.
"""

from __future__ import annotations

from halfopen.conversation.parts import Mark, Own, Page, Search
from halfopen.conversation.request import WebSearch
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.searches.declared import ABOUT, less, located, whereabouts

NAME = "messages"
TOOLS = "web_search_"  # how their types begin, before a date
TOOL, CALLED = "web_search_20250305", "web_search"  # the one that most models have; all have that name
CALL, FOUND = "server_tool_use", "web_search_tool_result"
MADE_UP = "srvtoolu_halfopen_"
UNSEALED = "halfopen"  # in the place of what Anthropic seals in a citation
_ERRORS = (
    "invalid_tool_input",
    "unavailable",
    "max_uses_exceeded",
    "too_many_requests",
    "query_too_long",
    "request_too_large",
)


def read_tool(item: Fields, kind: str, mark: Mark | None) -> WebSearch:
    item.text("name")
    near = item.inner("user_location")
    return WebSearch(
        dialect=NAME,
        kind=kind,
        raw=item.whole,
        allowed_domains=item.texts("allowed_domains") or (),
        blocked_domains=item.texts("blocked_domains") or (),
        location=whereabouts(near),
        max_uses=item.count("max_uses"),
        mark=mark,
        extra=item.rest | (under("user_location", near) if near else {}),
    )


def write_tool(tool: WebSearch, out: Pen, path: str) -> object:
    if out.native:
        return out.own(tool, path)
    less(tool, ("allowed_domains", "blocked_domains", "location", "max_uses"), out, path)
    near = located(tool.location)
    return {"type": TOOL, "name": CALLED} | told(
        allowed_domains=list(tool.allowed_domains) or None,
        blocked_domains=list(tool.blocked_domains) or None,
        max_uses=tool.max_uses,
        user_location=None if near is None else {"type": ABOUT} | near,
    )


def read_call(item: Fields) -> Own:
    """A call of a tool that the provider runs. Of those other than a search nobody else knows what they are."""
    named, called = item.text("id"), item.text("name")
    if called != CALLED:
        return Own(dialect=NAME, kind=CALL, raw=item.whole)
    given = item.inner("input")
    asked = given and (given.text("query"), *(given.texts("queries") or ()))
    return Search(
        dialect=NAME,
        kind=CALL,
        raw=item.whole,
        id=named or "",
        queries=tuple(dict.fromkeys(query for query in asked or () if query)),
        extra=_beside(item) | (under("input", given) if given else {}),
    )


def read_found(item: Fields) -> Search:
    """Pages, or an error. Their own fields are the same in all of them, so they are named once."""
    named, pages, failed = item.needed("tool_use_id"), None, None
    extra = dict[str, bytes]()
    if item.is_list("content"):
        found = list(item.each("content"))
        pages = tuple(Page(url=each.text("url") or "", title=each.text("title")) for each in found)
        for each in found:
            each.text("type")
            extra |= {name: value for name, value in each.rest.items() if value != b'""'}
    elif error := item.inner("content"):
        failed = error.text("error_code") or "unavailable"
    return Search(
        dialect=NAME,
        kind=FOUND,
        raw=item.whole,
        id=named,
        pages=pages,
        failed=failed,
        extra=_beside(item) | extra,
    )


def _beside(item: Fields) -> dict[str, bytes]:
    """What else a block says; that the model itself made the call is said in every one."""
    caller = item.inner("caller")
    for name in ("content", "cache_control"):
        item.raw(name)
    called_by = caller.whole if caller and caller.text("type") != "direct" else None
    return item.rest | ({} if called_by is None else {"caller": called_by})


def write(part: Search, out: Pen, path: str) -> list[Tree]:
    """A search of another's, to a client."""
    if not part.queries and part.pages is None:
        out.losses.content(path, f"`{part.kind}` says nothing of a search that messages could tell")
        return []
    out.losses.fields(path, part.extra)
    named, queries = f"{MADE_UP}{part.id}", list(part.queries)
    given: Tree = {"query": queries[0] if queries else ""} | ({"queries": queries} if len(queries) > 1 else {})
    call: Tree = {"type": CALL, "id": named, "name": CALLED, "input": given}
    if part.pages is None and part.failed is None:
        return [call]
    found: object = [_result(page) for page in part.pages or ()]
    if part.failed is not None:
        code = part.failed if part.failed in _ERRORS else "unavailable"
        found = {"type": "web_search_tool_result_error", "error_code": code}
    return [call, {"type": FOUND, "tool_use_id": named, "content": found}]


def _result(page: Page) -> Tree:
    return {"type": "web_search_result", "url": page.url, "title": page.title or "", "encrypted_content": ""}
