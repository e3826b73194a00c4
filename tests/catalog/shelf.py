"""The catalog that ships, read from its files, and small rows to try rules on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import halfopen.catalog
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from halfopen.catalog.read import read
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source

DATA = Path(halfopen.catalog.__file__).parent / "data"
DAY = date(2026, 11, 24)  # the tests live on this day
MADE = date(2026, 11, 25)  # when something was last looked up for the catalog
SOURCES = (Source(name="a test", checked=DAY),)

SEEDS = (
    "claude-opus-4",
    "claude-sonnet-4",
    "gpt-4.1",
    "o1",
    "gemini-2.5-pro",
    "llama-4-maverick",
    "llama-4-scout",
    "deepseek-v3",
    "deepseek-r1",
    "qwen2.5-max",
    "mistral-large-2411",
    "mistral-large-3",
    "phi-4",
)


def files() -> Mapping[str, str]:
    """The catalog's files, by their path below `data`."""
    paths = [path for path in DATA.rglob("*") if path.is_file()]
    return {path.relative_to(DATA).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def shipped() -> Catalog:
    return read(files())


def model(name: str, **more: Any) -> Model:
    return Model(**{"name": name, "title": name, "lab": "a lab", "weights": "open", "sources": SOURCES} | more)


def provider(name: str, **more: Any) -> Provider:
    row = {"name": name, "title": name, "hosting": "hosted", "operator": None, "sources": SOURCES}
    return Provider(**row | {"base_url": f"https://{name}.test", "dialects": {"chat": "/v1/chat/completions"}} | more)


def offer(model: str, provider: str, **more: Any) -> Offer:
    return Offer(**{"model": model, "provider": provider, "served_as": model, "sources": SOURCES} | more)
