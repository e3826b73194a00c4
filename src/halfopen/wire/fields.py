"""A JSON object whose fields are taken one by one; what nobody took is left over, and is not lost.

`Fields` knows its path, so that a complaint names the field. A caller's object complains with BadBody, a provider's
with BrokenProtocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NoReturn, TypeVar

import msgspec

from halfopen.errors import BadBody, Fault
from halfopen.wire.body import shown
from halfopen.wire.faults import UNREADABLE

T = TypeVar("T")
MEDIA_TYPE = r"[\w.+-]+/[\w.+-]+(?:\s*;\s*[\w.+-]+=[^;,]*)*"
NULL = b"null"

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)
_texts = msgspec.json.Decoder(list[str])
_number = msgspec.json.Decoder(float)
_count = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)])
_flag = msgspec.json.Decoder(bool)


def is_null(value: msgspec.Raw) -> bool:
    """Whether it is the word `null`; without a copy, since values may be pictures."""
    seen = memoryview(value)
    return len(seen) == 4 and bytes(seen) == NULL


class Fields:
    """Every method that takes a field returns None where it is missing or null, and raises for another type."""

    def __init__(self, data: bytes | msgspec.Raw, path: str = "", fault: type[Fault] = BadBody) -> None:
        self.path = path
        self._fault = fault
        self._data = data if isinstance(data, msgspec.Raw) else msgspec.Raw(data)
        self._left: dict[str, msgspec.Raw] = self._decoded(_object, self._data, path, "an object")

    @property
    def whole(self) -> bytes:
        """The JSON text of all of it."""
        return bytes(self._data)

    def at(self, name: str | int) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else str(name)

    def raw(self, name: str) -> bytes | None:
        value = self._left.pop(name, None)
        return None if value is None or is_null(value) else bytes(value)

    def text(self, name: str) -> str | None:
        return self._taken(name, _text, "a string")

    def needed(self, name: str) -> str:
        """A string that must be there."""
        value = self.text(name)
        if value is None:
            self.amiss(name, "is missing")
        return value

    def filled(self, name: str) -> str:
        """A string that must be there, with something in it."""
        value = self.needed(name)
        if not value:
            self.amiss(name, "is empty")
        return value

    def coded(self, name: str) -> str:
        """A string that must be there and may be base64; whether it is, who decodes it will see."""
        value = self.needed(name)
        if not value.isascii():
            self.amiss(name, "is no base64")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        found = self._taken(name, _texts, "a list of strings")
        return None if found is None else tuple(found)

    def number(self, name: str) -> float | None:
        return self._taken(name, _number, "a number")

    def count(self, name: str) -> int | None:
        """One that 64 bits can hold."""
        return self._taken(name, _count, "a whole number")

    def flag(self, name: str) -> bool | None:
        return self._taken(name, _flag, "true or false")

    def inner(self, name: str) -> Fields | None:
        """A field that is an object."""
        value = self._left.pop(name, None)
        return None if value is None or is_null(value) else Fields(value, self.at(name), self._fault)

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list; none where it is missing or null."""
        return iter(self.items(name) or ())

    def items(self, name: str) -> list[Fields] | None:
        """The objects of a list, or None where there is no list."""
        found = self._taken(name, _list, "a list")
        if found is None:
            return None
        return [Fields(item, f"{self.at(name)}.{place}", self._fault) for place, item in enumerate(found)]

    def is_text(self, name: str) -> bool:
        return self._begins(name, b'"')

    def is_list(self, name: str) -> bool:
        return self._begins(name, b"[")

    def _begins(self, name: str, mark: bytes) -> bool:
        value = self._left.get(name)
        return value is not None and bytes(memoryview(value)[:1]) == mark

    def amiss(self, name: str, what: str) -> NoReturn:
        """Raises, naming the field."""
        raise self._fault(f"`{self.at(name)}` {what}.")

    @property
    def rest(self) -> dict[str, bytes]:
        """What nobody took and is not null."""
        return {name: bytes(value) for name, value in self._left.items() if not is_null(value)}

    def _taken(self, name: str, decoder: msgspec.json.Decoder[T], shape: str) -> T | None:
        value = self._left.pop(name, None)
        if value is None or is_null(value):
            return None
        try:
            return decoder.decode(value)
        except UNREADABLE:
            raise self._fault(f"`{self.at(name)}` is {shown(value)}; it must be {shape}.") from None

    def _decoded(self, decoder: msgspec.json.Decoder[T], value: msgspec.Raw, path: str, shape: str) -> T:
        try:
            return decoder.decode(value)
        except UNREADABLE:
            raise self._fault(f"`{path or 'the body'}` is {shown(value)}; it must be {shape}.") from None


def written(value: object) -> bytes:
    """A tree of Python values, with `msgspec.Raw` where JSON text is kept as it is, as JSON."""
    return msgspec.json.encode(value)


def told(**fields: object) -> dict[str, object]:
    """The fields that have something to say."""
    return {name: value for name, value in fields.items() if value is not None}


def under(name: str, inner: Fields) -> dict[str, bytes]:
    """What is left of an object inside another, by dotted names."""
    return {f"{name}.{each}": value for each, value in inner.rest.items()}
