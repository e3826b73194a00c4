"""The managing routes as an OpenAPI document, made from the table of the routes and from nothing else.

It says what the table knows: method, path, what the route is for, the parameters of its path and of its query. The
shapes of the answers are described in docs/http.md and not here, because nothing would hold such a description true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from halfopen.apps.tables.query import FLAGS, MANY

VERSION = "3.1.0"
PLAIN = {"/": "text/html", "/healthz": "text/plain", "/readyz": "text/plain", "/metrics": "text/plain"}
SEVERAL = MANY | {"model", "claim"}


class Described(Protocol):
    """A row of the table."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def about(self) -> str: ...


def document(routes: Iterable[Described], parameters: Mapping[str, Mapping[str, str]], version: str) -> dict[str, Any]:
    """`parameters` are those of the query, by path, each with what it is for."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, parameters.get(route.path, {}))
    return {"openapi": VERSION, "info": {"title": "halfopen", "version": version}, "paths": paths}


def _operation(route: Described, query: Mapping[str, str]) -> dict[str, Any]:
    summary, _, more = route.about.partition("\n")
    told = [_of_path(name) for name in re.findall(r"{(\w+)}", route.path)]
    told += [_of_query(name, about) for name, about in query.items()]
    made: dict[str, Any] = {"summary": summary, "parameters": told, "responses": _responses(route)}
    if more.strip():
        made["description"] = " ".join(more.split())
    if route.method == "POST":
        made["requestBody"] = {"required": True, "content": {"application/json": {}}}
    return made


def _responses(route: Described) -> dict[str, Any]:
    kind = PLAIN.get(route.path, "application/json")
    return {
        "200": {"description": "The answer.", "content": {kind: {}}},
        "default": {"description": "What went wrong, in the caller's dialect.", "content": {"application/json": {}}},
    }


def _of_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _of_query(name: str, about: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "boolean" if name in FLAGS else "string"}
    if name in SEVERAL:
        schema = {"type": "array", "items": schema}
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}
