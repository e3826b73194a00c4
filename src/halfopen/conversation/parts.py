"""The pieces that turns and answers are made of, as values: text, media, tool calls and their results, thinking.

A piece has whatever any dialect can say about it. What only its own dialect understands is kept beside it, as JSON
text: whole pieces as `Own`, single fields as `extra`. It is written back to that dialect and named as lost to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Extra = Mapping[str, bytes]  # fields by name, each as the JSON text that stood there
MediaKind = Literal["image", "audio", "video", "document"]
Form = Literal["base64", "url", "text", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Here a provider's cache may end; `ttl` is how long it is kept, in the words of the dialect that set it."""

    ttl: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where something in a text comes from; `start` and `end` count characters of that text."""

    url: str | None = None
    title: str | None = None
    quoted: str | None = None  # the source's words
    start: int | None = None
    end: int | None = None
    own: bytes = b""  # as its own dialect wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What every part may carry beside what it is."""

    mark: Mark | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Piece):
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(Piece):
    """Bytes as base64, or where to fetch them; `file` is an id at the provider that holds it."""

    kind: MediaKind
    form: Form
    value: str
    media_type: str | None = None
    title: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall(Piece):
    """`arguments` is the exact JSON text, which a model may also have got wrong."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult(Piece):
    """What came of a call; `failed` is None where nobody said."""

    call: str  # the id of the call
    parts: tuple[Part, ...] = ()
    failed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking(Piece):
    """What a model thought. With a signature, or sealed, only the lab that made it can read it again."""

    text: str = ""
    signature: str | None = None
    sealed: str | None = None  # all of it unreadable: redacted or encrypted
    signed_by: str | None = None  # the dialect of the lab
    label: str = ""  # what its dialect calls it, where it has more than one name
    ahead: bool = False  # it is nothing but the signature of the part behind it

    @property
    def signed(self) -> bool:
        return bool(self.signature) or self.sealed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Piece):
    """The model's words for not doing it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own(Piece):
    """A part that only its own dialect can say."""

    dialect: str
    kind: str
    raw: bytes  # the JSON text of all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a search found; a title is not always told."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Own):
    """A search of the web that the provider made: what was asked, what was found, or both as far as this part tells.

    Others can show that to their client. What was found is sealed in `raw`, so that a provider takes back only its own.
    `extra` has the names of what `raw` says beyond the fields here; `pages` is None where nothing of them is said.
    """

    id: str = ""
    queries: tuple[str, ...] = ()
    pages: tuple[Page, ...] | None = None
    failed: str | None = None  # why, in the words of its dialect


Part = Text | Media | ToolCall | ToolResult | Thinking | Refusal | Own
