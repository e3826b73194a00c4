"""Whether a provider may search, fetch or run something by itself for a request: what that brings, no byte bounds."""

from __future__ import annotations

import re

from halfopen.wire.body import Body

SEARCHES = 10  # that a provider makes at most for one request, where nothing says how many: an assumption
_TOOLS = re.compile(
    rb"web_?search|web_?fetch|url_?context|google_?search|file_?search|code_?(?:interpreter|execution)|retrieval|computer"
    rb"|\"mcp|image_generation|x_search|connector",
    re.IGNORECASE,
)


def runs_by_itself(body: Body) -> bool:
    """By the names of its tools. A tool of the caller's own that is named so reserves more than it must."""
    return "web_search_options" in body or ("tools" in body and _TOOLS.search(body["tools"]) is not None)
