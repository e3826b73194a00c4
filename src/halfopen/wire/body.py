"""A JSON object read one level deep: every value keeps its bytes, the keys their order.

A key given twice goes out once, with its last value, so that the provider reads what the policy read.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import msgspec

from halfopen.errors import BadBody

Body = dict[str, msgspec.Raw]

LABEL = "halfopen_"  # our own entries in `metadata`, taken out before a request leaves


class _Name(str):
    """A key that is equal to no other, so that one given twice stands twice."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


_object = msgspec.json.Decoder(Body)
_names = msgspec.json.Decoder(dict[_Name, msgspec.Raw], dec_hook=lambda kind, key: kind(key))
_count = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=1, le=10**9)])
_text = msgspec.json.Decoder(str)
_flag = msgspec.json.Decoder(bool)
_write = msgspec.json.Encoder().encode


def read(data: bytes) -> Body:
    """The top level of a body. Raises BadBody unless it is one JSON object."""
    try:
        return _object.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise BadBody(f"The body is not a JSON object: {why}. Send one object, encoded as UTF-8.") from None
    except RecursionError:
        raise BadBody("The body is nested too deeply to be read.") from None


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
        return _object.decode(value)
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


def labels(body: Body, data: bytes) -> dict[str, str]:
    """The `metadata.halfopen_*` entries, without the prefix; `data` is what the body was read from.

    Raises BadBody for one that is no string, or that is given twice: either might be the private one.
    """
    if "metadata" not in body:
        return {}
    metadata = table(body, "metadata")
    found = {name: text(metadata, name) or "" for name in metadata if name.startswith(LABEL)}
    twice = ["metadata"] if "metadata" in _twice(data) else []
    twice += [f"metadata.{name[:60]}" for name in (_twice(body["metadata"]) if found else ()) if name in found]
    if twice:
        raise BadBody(f"`{twice[0]}` is given twice. Send it once: neither may overrule the other.")
    return {name.removeprefix(LABEL): value for name, value in found.items()}


def _twice(seen: bytes | msgspec.Raw) -> list[str]:
    """The keys of an object that stand in it more than once."""
    return [name for name, times in Counter(map(str, _names.decode(seen))).items() if times > 1]


def without_labels(body: Body) -> None:
    """Takes our labels out of `metadata`, and `metadata` out of the body if nothing else was in it."""
    if "metadata" not in body:
        return
    seen = bytes(body["metadata"])
    if LABEL.encode() not in seen and b"\\" not in seen:  # a name may be written with escapes
        return
    kept = {name: value for name, value in table(body, "metadata").items() if not name.startswith(LABEL)}
    if kept:
        body["metadata"] = raw(kept)
    else:
        del body["metadata"]


def shown(value: msgspec.Raw) -> str:
    """A value as an error may quote it: its start."""
    seen = memoryview(value)
    start = bytes(seen[:60]).decode("utf-8", "replace")
    return f"`{start}`" if len(seen) <= 60 else f"`{start}...`"
