"""A JSON object read one level deep: every value keeps its bytes, the keys their order.

What decides where a request may go stands in it once: given twice, either might be the private one. Any other key
given twice goes out once, with its last value, so that the provider reads what the policy read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Annotated, Any

import msgspec

from halfopen.errors import BadBody

Body = dict[str, msgspec.Raw]

LABEL = "halfopen_"  # our own entries in `metadata`, taken out before a request leaves
# What decides where a request may go: its name, our labels, and what only the provider that holds it can go on from.
DECIDING = frozenset(
    ("model", "stream", "metadata", "labels", "previous_response_id", "conversation", "container", "cachedContent")
)
SMALL = 2**16  # bytes in which there can be no number of keys that would hold up anybody
MOST_KEYS = 1_000  # of the body itself, and of `metadata`: more of them would hold up everybody else


class _Name(str):
    """A key that is equal to no other, so that one given twice stands twice."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


_object = msgspec.json.Decoder(Body)
_count = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=1, le=10**9)])
_text = msgspec.json.Decoder(str)
_flag = msgspec.json.Decoder(bool)
_half = re.compile(rb"\\u[dD][89abAB]..(?!\\u)")  # the first of two that stand for one character
_write = msgspec.json.Encoder().encode


def read(data: bytes, once: Collection[str] = DECIDING) -> Body:
    """The top level of a body. Raises BadBody unless it is one JSON object in which nothing of `once` stands twice."""
    try:
        # As clients write it, without blanks: what comes out again byte for byte has no key twice. Most bodies do.
        if len(data) <= SMALL and _write(plain := _object.decode(data)) == data and len(plain) <= MOST_KEYS:
            return plain
        pairs = _pairs(data, "The body")
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise BadBody(f"The body is not a JSON object: {_why(data, why)}. Send one object, encoded as UTF-8.") from None
    except RecursionError:
        raise BadBody("The body is nested too deeply to be read.") from None
    body = {str(name): value for name, value in pairs.items()}
    if len(body) < len(pairs):
        _once([name for name in _twice(pairs) if name in once])
    return body


def _pairs(seen: bytes | msgspec.Raw, what: str) -> dict[_Name, msgspec.Raw]:
    """Every pair of an object, in order; a key given twice stands twice. Raises BadBody at one key too many."""
    count = 0

    def named(kind: type[_Name], key: str) -> _Name:
        nonlocal count
        count += 1
        if count > MOST_KEYS:
            raise BadBody(f"{what} has more than {MOST_KEYS:,} keys. Send fewer.")
        return kind(key)

    return msgspec.json.decode(seen, type=dict[_Name, msgspec.Raw], dec_hook=named)


def _twice(pairs: Collection[_Name]) -> list[str]:
    return [name for name, times in Counter(map(str, pairs)).items() if times > 1]


def _once(twice: list[str]) -> None:
    if twice:
        raise BadBody(f"`{twice[0]}` is given twice. Send it once: neither may overrule the other.")


def _why(data: bytes, why: Exception) -> str:
    """The parser's reason, but for the one that it gives for three: it calls half a surrogate an end, too."""
    if str(why) != "Input data was truncated":
        return str(why)
    if not data.strip():
        return "it is empty"
    half = _half.search(data)
    return "it ends too early" + (f", or holds half a surrogate pair (`{half[0].decode('latin-1')}`)" if half else "")


def write(body: Body) -> bytes:
    return _write(body)


def raw(value: Any) -> msgspec.Raw:
    """A value as the bytes that stand for it."""
    return msgspec.Raw(_write(value))


def text(body: Body, field: str) -> str | None:
    """A field that must be a string if it is there. Raises BadBody."""
    if field not in body:
        return None
    try:
        return _text.decode(body[field])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadBody(f"`{field}` is {shown(body[field])}; it must be a string.") from None


def flag(body: Body, field: str) -> bool:
    """A field that must be true, false or null if it is there; absent and null are False. Raises BadBody."""
    value = body.get(field)
    if value is None or bytes(value) == b"null":
        return False
    try:
        return _flag.decode(value)
    except msgspec.DecodeError:
        raise BadBody(f"`{field}` is {shown(value)}; it must be true or false.") from None


def table(body: Body, field: str) -> Body:
    """A field that must be an object if it is there; absent and null are empty. Raises BadBody."""
    value = body.get(field)
    if value is None or bytes(value) == b"null":
        return {}
    try:
        return {str(name): value for name, value in _pairs(value, f"`{field}`").items()}
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadBody(f"`{field}` is {shown(value)}; it must be an object.") from None


def must_be_list(body: Body, field: str, example: str) -> None:
    """Raises BadBody, with an example, unless the field is a list with something in it."""
    value = body.get(field)
    if value is None:
        raise BadBody(f"`{field}` is missing. Send for example {example}.")
    seen = memoryview(value)
    if bytes(seen[:1]) != b"[":
        raise BadBody(f"`{field}` is {shown(value)}; it must be a list, for example {example}.")
    if bytes(seen[1:32]).strip() in (b"", b"]") and not bytes(seen[1:-1]).strip():
        raise BadBody(f"`{field}` is empty. Send for example {example}.")


def count(body: Body, field: str) -> int | None:
    """A field that is a number of something; None if it is not there or is no such number."""
    try:
        return _count.decode(body[field]) if field in body else None
    except msgspec.DecodeError:
        return None


def labels(body: Body, within: str = "metadata") -> dict[str, str]:
    """The `metadata.halfopen_*` entries, without the prefix.

    Raises BadBody for one that is no string, or that is given twice: either might be the private one.
    """
    if within not in body:
        return {}
    metadata = table(body, within)
    found = {name: text(metadata, name) or "" for name in metadata if name.startswith(LABEL)}
    if found:
        twice = _twice(_pairs(body[within], f"`{within}`"))
        _once([f"{within}.{name[:60]}" for name in twice if name in found])
    return {name.removeprefix(LABEL): value for name, value in found.items()}


def without_labels(body: Body, within: str = "metadata") -> None:
    """Takes our labels out of `metadata`, and `metadata` out of the body if nothing else was in it."""
    if within not in body:
        return
    seen = bytes(body[within])
    if LABEL.encode() not in seen and b"\\" not in seen:  # a name may be written with escapes
        return
    kept = {name: value for name, value in table(body, within).items() if not name.startswith(LABEL)}
    if kept:
        body[within] = raw(kept)
    else:
        del body[within]


def shown(value: msgspec.Raw) -> str:
    """A value as an error may quote it: its start."""
    seen = memoryview(value)
    start = bytes(seen[:60]).decode("utf-8", "replace")
    return f"`{start}`" if len(seen) <= 60 else f"`{start}...`"
