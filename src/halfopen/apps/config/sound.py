"""What a row of halfopen.yaml may not say although its types allow it: each check yields what is amiss, by field.

A value that could hold a key is never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from halfopen.catalog.model import NAME
from halfopen.catalog.provider import ADDRESS, COUNTRY
from halfopen.documents import Complaint, Complaints, amiss, nearest
from halfopen.wire.called import Spoken
from halfopen.wire.operations.table import OPERATIONS
from halfopen.wire.quirks import QUIRKS
from halfopen.wire.table import DIALECTS

SPOKEN: Mapping[str, Spoken] = {**DIALECTS, **OPERATIONS}
ASKABLE = sorted({row.operation for row in SPOKEN.values()} - {"count"})  # who serves chat counts, too
PATH = re.compile(r"/[!-\"$-~]*")  # printable ASCII without a space or a `#`: it goes on the request line as it is
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LOCAL = re.compile(r"(localhost|\d+(\.\d+){3})(:\d+)?(/.*)?")
REMOTE = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/.*)?")


def refuse(wrong: Iterable[Complaint]) -> None:
    """Raises Complaints if there are any."""
    if complaints := list(wrong):
        raise Complaints(complaints)


def unknown(field: str, word: str, known: Iterable[str]) -> Complaint:
    """A name that is none of the known ones."""
    names = list(known)
    return amiss(field, f"`{word}`", f"one of {', '.join(f'`{name}`' for name in names)}", nearest(word, names))


def named(text: str) -> str:
    """What is written somehow, as a name of ours: `Qwen/Qwen3-8B` is `qwen-qwen3-8b`."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.casefold()).strip("._-") or "unnamed"


def misnamed(field: str, name: str) -> Iterator[Complaint]:
    """A name of ours that has other signs than such a name has."""
    if not NAME.fullmatch(name):
        yield amiss(field, f"`{name}`", "small letters, digits, `.`, `_` and `-`", named(name))


@contextmanager
def told_as(where: str, **fields: str) -> Iterator[None]:
    """What a row of the catalog says of itself, said of the setting that it was made from."""
    try:
        yield
    except Complaints as wrong:
        placed = [replace(one, field=f"{where}.{fields.get(one.field, one.field)}") for one in wrong.complaints]
        raise Complaints(placed) from None


def outside(row: Any, bounds: Mapping[str, tuple[int, int | None]], under: str = "") -> Iterator[Complaint]:
    """The row's numbers that are below the least or above the most that is allowed; None is neither."""
    for name, (least, most) in bounds.items():
        value = getattr(row, name)
        if value is not None and (value < least or (most is not None and value > most)):
            yield amiss(under + name, f"`{value}`", f"{least} or more" if most is None else f"{least} to {most}")


def instant(row: Any, names: Iterable[str], under: str = "") -> Iterator[Complaint]:
    """The row's times, in seconds, that leave none."""
    for name in names:
        if (value := getattr(row, name)) <= 0:
            yield amiss(under + name, f"`{value:g}`", "seconds, above zero")


def address(url: str | None, dialects: Mapping[str, str] | None) -> Iterator[Complaint]:
    """A base URL that is none, or that carries what would be sent to nobody or shown to everybody."""
    if url is None:
        return
    bare, plain = re.split(r"[?#]", url, maxsplit=1)[0], url.rstrip("/")
    if "@" in url:
        alone = "an address without them: `key_env` names the variable that holds a key"
        yield amiss("base_url", "an address with a user or a password", alone)
    elif bare != url:
        yield amiss("base_url", f"`{bare}` with a query or a fragment", "an address without them", bare)
    elif not ADDRESS.fullmatch(plain):
        scheme = "http" if LOCAL.fullmatch(plain) else "https" if REMOTE.fullmatch(plain) else ""
        near = f"{scheme}://{plain}" if scheme else None
        yield amiss("base_url", f"`{url}`", "an http or https address such as http://127.0.0.1:8000", near)
    elif _port(plain) == 0:
        yield amiss("base_url", f"`{url}`", "a host, and a port from 1 to 65535")
    elif plain.endswith("/v1") and dialects is None:
        found = f"`{url}`, to which the dialects' paths add /v1 again"
        yield amiss("base_url", found, "an address without it", plain.removesuffix("/v1"))


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return 0


def served(operations: Iterable[str]) -> Iterator[Complaint]:
    """Operations that nobody can ask for."""
    for place, name in enumerate(operations):
        if name not in ASKABLE:
            yield unknown(f"operations[{place}]", name, ASKABLE)


def speech(dialects: Mapping[str, str] | None, quirks: Iterable[str] | None) -> Iterator[Complaint]:
    """Dialects that nobody here speaks, paths that are none, quirks that are not in the table."""
    for name, path in (dialects or {}).items():
        field = f"dialects.{name}"
        if name not in SPOKEN:
            yield unknown(field, name, SPOKEN)
        elif not PATH.fullmatch(path):
            near = f"/{path}" if "://" not in path and PATH.fullmatch(f"/{path}") else None
            yield amiss(field, f"`{path}`", f"a path that begins with `/`, such as {SPOKEN[name].path}", near)
    for place, quirk in enumerate(quirks or ()):
        if quirk not in QUIRKS:
            yield unknown(f"quirks[{place}]", quirk, QUIRKS)


def reach(key_env: str | None, proxy: str | None, countries: Iterable[str] | None) -> Iterator[Complaint]:
    """A key where its variable's name should stand, a proxy or a country that is written otherwise."""
    if key_env is not None and not VARIABLE.fullmatch(key_env):
        expected = "the name of the environment variable that holds the key, such as GROQ_API_KEY"
        yield amiss("key_env", "no name of a variable", expected)
    host, _, port = (proxy or "").rpartition(":")
    if proxy is not None and not (re.fullmatch(r"[^\s/@]+", host) and re.fullmatch(r"\d{1,5}", port)):
        yield amiss("proxy", "no `host:port`", "such as proxy.example:3128, without scheme, path or password")
    for place, country in enumerate(countries or ()):
        if not COUNTRY.fullmatch(country):
            near = country.upper() if COUNTRY.fullmatch(country.upper()) else None
            yield amiss(f"countries[{place}]", f"`{country}`", "an ISO 3166 code of two capital letters", near)
