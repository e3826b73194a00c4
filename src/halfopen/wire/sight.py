"""Looking at a request's JSON without believing anything of it: what is not of the expected shape is not seen.

A gateway passes on what it does not know, so an odd part is none, and refuses nothing. Only JSON that cannot be read
at all is BadBody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from halfopen.conversation.outline import Needs, Said, Shown
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.errors import BadBody
from halfopen.wire.body import Body
from halfopen.wire.faults import UNREADABLE

Tree = Mapping[str, Any]

PREAMBLE = 512  # tokens that a provider may put before and between what it was given
_WORDS: Mapping[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}
_FAMILIES: Mapping[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video"}
_decode = msgspec.json.Decoder().decode
_escaped = re.compile(rb"\\u00")  # how every letter of a keyword could be written, too


class Sight:
    """What was seen so far. Walkers of a dialect add to it."""

    def __init__(self) -> None:
        self.texts: list[Said] = []
        self.media: list[Shown] = []
        self.called = False
        self.results = False
        self.turns = 0

    def text(self, path: str, role: Role, value: object) -> None:
        """Notes a text; anything else is none."""
        if isinstance(value, str) and value:
            self.texts.append(Said(path, role, value))

    def tree(self, path: str, role: Role, value: object) -> None:
        """Notes every text inside JSON of any shape, such as a call's arguments that are no string."""
        waiting: list[tuple[str, object]] = [(path, value)]
        while waiting:
            where, found = waiting.pop()
            self.text(where, role, found)
            if isinstance(found, dict):
                waiting += [(f"{where}.{name}", each) for name, each in reversed(found.items())]
            elif isinstance(found, list):
                waiting += [(f"{where}.{place}", each) for place, each in reversed(list(enumerate(found)))]

    def medium(self, path: str, kind: MediaKind) -> None:
        self.media.append(Shown(path, kind))

    def turn(self, role: Role) -> None:
        self.turns += role in ("user", "assistant")


def decoded(body: Body, field: str) -> Any:
    """The value of a field, or None where it is not there. Raises BadBody for JSON that cannot be read."""
    value = body.get(field)
    if value is None:
        return None
    try:
        return _decode(value)
    except UNREADABLE:
        raise BadBody(f"`{field}` cannot be read: it is no JSON, or nested too deeply.") from None


def inside(value: object, *names: str) -> Any:
    """What stands there, from object to object; None where one of them is missing, or no object."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def each(value: object) -> Iterator[tuple[int, Tree]]:
    """The objects of a list with their places; none where it is no list."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, dict):
                yield place, item


def role_of(item: Tree, otherwise: Role = "user") -> Role:
    """Who speaks, in the hub's words."""
    role = item.get("role")
    return _WORDS.get(role, otherwise) if isinstance(role, str) else otherwise


def names(tools: object, *path: str) -> tuple[str, ...]:
    """What the tools of a list are called: by the first of the fields that has a name, or a type."""
    found = (inside(tool, *path, "name") or tool.get("name") or tool.get("type") for _, tool in each(tools))
    return tuple(name for name in found if isinstance(name, str))


def kind_of(media_type: object) -> MediaKind:
    """What bytes of a media type are; of one that nobody named, a document."""
    family = media_type.partition("/")[0].lower() if isinstance(media_type, str) else ""
    return _FAMILIES.get(family, "document")


def is_count(value: object) -> bool:
    """Whether it is a whole number from one on; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def given(body: Body, field: str) -> bool:
    """Whether a field is there and holds something: no null, no empty string, list or object."""
    value = body.get(field)
    if value is None:
        return False
    seen = memoryview(value)
    return len(seen) > 4 or bytes(seen) not in (b"null", b'""', b"[]", b"{}")


def quoted(words: Iterable[str]) -> re.Pattern[bytes]:
    """Any of these words in quotes, for `hints`: a long prompt is gone through once for all of them."""
    return re.compile(b'"(?:%b)"' % b"|".join(re.escape(word.encode()) for word in words))


def hints(data: bytes, marks: re.Pattern[bytes]) -> bool:
    """Whether one of the marks may stand in JSON text, where every letter may be written as an escape.

    It may say yes where there is none, and never no where there is one.
    """
    return bool(marks.search(data)) or (b"\\" in data and bool(_escaped.search(data)))


def listed(data: bytes) -> bool:
    """Whether there may be a list inside a list: without one, every turn's content is a string."""
    return data.find(b"[", 1) > 0


def weigh(body: Body, fields: Sequence[str], abilities: frozenset[str], most: int | None, *, elsewhere: bool) -> Needs:
    """The needs of a request without media: its text is as long as the fields that make up the prompt."""
    text = 0
    for field in fields:
        if field in body:
            text += len(memoryview(body[field]))
    return Needs(abilities=abilities, text=text, tokens=None if elsewhere else text + PREAMBLE, max_output=most)


def weigh_seen(sight: Sight, needs: Needs) -> Needs:
    """The needs of a request through whose turns one had to look; without media they are what they were."""
    if not sight.media:
        return needs
    text = sum(len(said.text.encode("utf-8", "surrogatepass")) for said in sight.texts)
    kinds = {shown.kind for shown in sight.media}
    return Needs(abilities=needs.abilities | kinds, text=text, tokens=None, max_output=needs.max_output)


_text = msgspec.json.Decoder(str)


class _Named(msgspec.Struct):
    id: str | None = None


_named = msgspec.json.Decoder(_Named)
_file = re.compile(rb'"file_id"\s*:\s*"([^"\\]{1,256})"')


def state(*fields: str, within: tuple[str, ...] = ()) -> Callable[[Body], tuple[str, ...]]:
    """A reader of the ids in these fields, each a string or an object with an `id`, and of files within others."""

    def read(body: Body) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        for field in fields:
            if field in body and (id := _id(body[field])):
                found += (id,)
        for field in within:  # of nearly every request this is all that there is to do
            if field in body and _file.search(body[field]):
                found += tuple(_files(bytes(body[field])))
        return found

    return read


def _files(seen: bytes) -> Iterator[str]:
    """Those that are not inside a text, where the quote before them would be escaped."""
    for match in _file.finditer(seen):
        if seen[match.start() - 1 : match.start()] != b"\\":
            yield match[1].decode("utf-8", "replace")


def _id(value: msgspec.Raw) -> str | None:
    """None for what is no id: whoever reads it next says so."""
    for decoder in (_text, _named):
        try:
            found = decoder.decode(value)
        except UNREADABLE:
            continue
        return found if isinstance(found, str) else found.id
    return None
