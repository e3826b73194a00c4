"""Google's OpenAPI schemas as JSON schemas: types in capitals become small, `nullable` becomes a type.

    {"type": "STRING", "nullable": true, "min_length": "1"}   ->   {"type": ["string", "null"], "minLength": 1}

Names of properties are the caller's and stay. Numbers stay as they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from halfopen.errors import BadBody
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import written
from halfopen.wire.gemini.proto.spelled import camel

T = TypeVar("T")
Raws = dict[str, msgspec.Raw]
DEEPEST = 100  # schemas inside schemas
_object = msgspec.json.Decoder(Raws)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)
_TYPES = ("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL")
_COUNTS = ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties")  # int64: also as strings


def json_schema(openapi: bytes) -> bytes:
    """What is no schema stays as it is. Raises BadBody for one that is too deep to be read."""
    return bytes(_schema(msgspec.Raw(openapi), DEEPEST))


def _schema(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    if depth == 0:
        raise BadBody("A schema is nested too deeply to be read.")
    try:
        fields = _object.decode(raw)
    except UNREADABLE:
        return raw
    named = {camel(name): value for name, value in fields.items()}
    nullable = named.pop("nullable", None)
    tree = {name: _READERS.get(name, _as_it_is)(value, depth) for name, value in named.items()}
    if nullable is not None and bytes(nullable) == b"true" and "type" in tree:
        tree["type"] = msgspec.Raw(b"[" + bytes(tree["type"]) + b',"null"]')
    return msgspec.Raw(written(tree))


def _as_it_is(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    return raw


def _type(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    word = _decoded(_text, raw)
    return msgspec.Raw(written(word.lower())) if word in _TYPES else raw


def _count(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    digits = _decoded(_text, raw)
    return msgspec.Raw(digits.encode()) if digits and digits.isascii() and digits.isdigit() else raw


def _each(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    found = _decoded(_list, raw)
    return raw if found is None else msgspec.Raw(written([_schema(each, depth - 1) for each in found]))


def _named(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    found = _decoded(_object, raw)
    if found is None:
        return raw
    return msgspec.Raw(written({name: _schema(each, depth - 1) for name, each in found.items()}))


def _inner(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    return _schema(raw, depth - 1)


def _decoded(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw) -> T | None:
    try:
        return decoder.decode(raw)
    except UNREADABLE:
        return None


_READERS: Mapping[str, Callable[[msgspec.Raw, int], msgspec.Raw]] = {
    "type": _type,
    "properties": _named,
    "defs": _named,
    "items": _inner,
    "additionalProperties": _inner,
    "anyOf": _each,
    "prefixItems": _each,
    **dict.fromkeys(_COUNTS, _count),
}
