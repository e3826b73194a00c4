"""What can be seen of a request without translating it: its texts, media, tools, what it asks for, and its size.

`recognize` reads an `Outline` and nothing else. `Needs` is the little of it that every request is asked for before an
offer may serve it, and is read without walking through the turns of one that has no media.
"""

from __future__ import annotations

from dataclasses import dataclass

from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """One text; `path` leads to it in the body, in the words of its dialect: `messages.2.content.0.text`.

    The arguments of a call are the assistant's words, and what came of it the tool's.
    """

    path: str
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, a sound, a film or a document, and where it stands."""

    path: str
    kind: MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """`reasoning` is None where nobody said whether to think; `turns` are those of user and assistant."""

    texts: tuple[Said, ...] = ()
    media: tuple[Shown, ...] = ()
    tools: tuple[str, ...] = ()  # names of those that may be called
    called: bool = False  # a call of a tool stands in it
    results: bool = False  # what came of one does
    schema: bool = False  # the answer shall be JSON, or as a schema describes it
    reasoning: bool | None = None
    max_output: int | None = None  # tokens
    turns: int = 0
    elsewhere: bool = False  # the prompt goes on in what the provider keeps: a cache, an earlier answer, a template
    size: int = 0  # bytes of the body

    def of(self, *roles: Role) -> tuple[str, ...]:
        """The texts of these roles, in order."""
        return tuple(said.text for said in self.texts if said.role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """`abilities` are names of `policy.eligible.ABILITIES`, and `schema`.

    `text` is how many bytes of text the prompt has, its JSON included. `tokens` is never less than the prompt's
    tokens, since no token is shorter than a byte; None where bytes bound nothing: media, or a prompt that goes on in
    what the provider keeps.
    """

    abilities: frozenset[str] = NOTHING
    text: int = 0
    tokens: int | None = None
    max_output: int | None = None  # tokens
