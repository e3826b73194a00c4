"""A `multipart/form-data` body: its fields read where they stand, one of them replaced, every other byte kept.

Files stay where they are: nothing is copied but when the body is written for a provider, once. What two parsers
might read in two ways is refused, because the field that one of them overlooks may be the model (RFC 7578, RFC 2046).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from halfopen.errors import BadBody
from halfopen.wire.body import MOST_KEYS, raw

ONCE = ("model", "stream")  # what decides where a request may go, and how it is answered
MOST_HEADERS = 8192  # bytes of the headers of one part
MOST_TEXT = 65536  # bytes of a field that is looked at
_CRLF, _GAP = b"\r\n", b"\r\n\r\n"
_TRUTH = {"true": b"true", "1": b"true", "false": b"false", "0": b"false", "": b"false"}
_PARAMETER = rb"[ \t]*;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(\"(?:[^\"\\\r\n]|\\[^\r\n])*\"|[^\s\";]+)"
_parameter = re.compile(_PARAMETER)
_parameters = re.compile(rb"((?:%s)*)[ \t]*;?[ \t]*" % _PARAMETER)
_boundary = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_padding = re.compile(rb"[ \t]*\r\n")
_PLAIN = (b"7bit", b"8bit", b"binary")


@dataclass(frozen=True, slots=True)
class Part:
    """`start` and `end` are where its value stands in the body."""

    name: str
    is_file: bool
    start: int
    end: int
    encoded: bool = False  # its value is not simply its bytes


class Form(dict[str, msgspec.Raw]):
    """The text fields, as they would stand in a JSON body; `stream` is true or false. Files are in `files` by name."""

    def __init__(self, data: bytes, parts: list[Part]) -> None:
        self.data = data
        self.parts = {part.name: part for part in parts}
        self.files = frozenset(part.name for part in parts if part.is_file)
        for part in parts:
            if not part.is_file and part.end - part.start <= MOST_TEXT:
                self.update(_value(part.name, data[part.start : part.end]))

    def written(self, field: str, value: str) -> bytes:
        """The body with another value of a text field that it has."""
        part, seen = self.parts[field], memoryview(self.data)
        return b"".join((seen[: part.start], value.encode(), seen[part.end :]))


def read(data: bytes, content_type: bytes) -> Form:
    """Raises BadBody for what is no form, or could be read in two ways."""
    parts = list(_parts(data, b"--" + boundary_of(content_type)))
    for name in ONCE:
        found = [part for part in parts if part.name == name]
        if len(found) > 1:
            raise BadBody(f"`{name}` is given twice. Send it once: neither may overrule the other.")
        if found and (found[0].is_file or found[0].encoded or found[0].end - found[0].start > MOST_TEXT):
            raise BadBody(f"`{name}` is not plain text. Send it as a field, not as a file, and not encoded.")
    return Form(data, parts)


def boundary_of(content_type: bytes) -> bytes:
    """The boundary that a Content-Type names. Raises BadBody."""
    kind, mark, rest = content_type.strip(b" \t").partition(b";")
    if kind.strip(b" \t").lower() != b"multipart/form-data":
        shown = content_type[:60].decode("latin-1")
        raise BadBody(f"The content type is `{shown}`; this is called with `multipart/form-data; boundary=...`.")
    found = [value for name, value in _named(mark + rest) if name == b"boundary"]
    if len(found) != 1 or not _boundary.fullmatch(found[0]):
        raise BadBody("The content type has no `boundary` that can be read: one, of at most 70 characters.")
    return found[0]


def _parts(data: bytes, delimiter: bytes) -> Iterator[Part]:
    """Raises BadBody. Lines end with CRLF, as the standard has it: a part could hide behind any other ending."""
    at = 0 if data.startswith(delimiter) else data.find(_CRLF + delimiter) + 2
    if not data.startswith(delimiter, at):
        raise BadBody("The body has no part: the `boundary` of the content type is not in it.")
    count = 0
    while data[at + len(delimiter) : at + len(delimiter) + 2] != b"--":
        count += 1
        if count > MOST_KEYS:
            raise BadBody(f"The form has more than {MOST_KEYS:,} parts. Send fewer.")
        line = _padding.match(data, at + len(delimiter))
        gap = data.find(_GAP, line.end() - 2, line.end() + MOST_HEADERS) if line else -1
        end = data.find(_CRLF + delimiter, gap + 4) if gap >= 0 else -1
        if line is None or gap < 0 or end < 0:
            raise BadBody(f"Part {count} of the form is cut off, or its headers do not end with an empty line.")
        yield _part(data[line.end() : gap], gap + 4, end, count)
        at = end + 2
    if data.count(delimiter) != count + 1:
        raise BadBody("The boundary of the form stands inside one of its parts. Choose another boundary.")


def _part(head: bytes, start: int, end: int, count: int) -> Part:
    headers = [line.partition(b":")[::2] for line in head.split(_CRLF)]
    placed = [value for name, value in headers if name.lower() == b"content-disposition"]
    kind, mark, rest = placed[0].strip(b" \t").partition(b";") if len(placed) == 1 else (b"", b"", b"")
    if kind.strip(b" \t").lower() != b"form-data" or any(not name or name[:1] in b" \t" for name, _ in headers):
        raise BadBody(f'Part {count} of the form needs one header `Content-Disposition: form-data; name="..."`.')
    given = _named(mark + rest)
    names = [value for name, value in given if name in (b"name", b"name*")]
    coded = [value.strip().lower() for name, value in headers if name.lower() == b"content-transfer-encoding"]
    try:
        (name,) = [value.decode() for key, value in given if key == b"name"] if len(names) == 1 else []
    except ValueError:
        raise BadBody(f"Part {count} of the form has no name that can be read: one, in UTF-8.") from None
    is_file = any(key in (b"filename", b"filename*") for key, _ in given)
    return Part(name, is_file, start, end, any(each not in _PLAIN for each in coded))


def _named(parameters: bytes) -> list[tuple[bytes, bytes]]:
    """The parameters of a header, by lower-case names. Raises BadBody.

    A backslash in a quoted value is an escape to some and a backslash to others: only a file's name may have one.
    """
    if not _parameters.fullmatch(parameters):
        raise BadBody(f'`{parameters[:60].decode("latin-1")}` are no parameters of a header. Write `name="value"`.')
    found = [(name.lower(), value.strip(b'"')) for name, value in _parameter.findall(parameters)]
    if any(b"\\" in value and not name.startswith(b"filename") for name, value in found):
        raise BadBody("The name of a field of the form has a backslash in it. Send it without.")
    return found


def _value(name: str, seen: bytes) -> dict[str, msgspec.Raw]:
    """Text that cannot be read is the provider's to judge, but not where it decides something here."""
    try:
        text = seen.decode()
    except UnicodeDecodeError:
        if name in ONCE:
            raise BadBody(f"The field `{name}` of the form is not encoded as UTF-8.") from None
        return {}
    if name != "stream":
        return {name: raw(text)}
    if text.lower() not in _TRUTH:
        raise BadBody(f"`stream` is `{text[:60]}`; it must be true or false.")
    return {name: msgspec.Raw(_TRUTH[text.lower()])}
