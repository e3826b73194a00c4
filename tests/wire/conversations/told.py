"""A conversation of the fixtures as one dialect tells it, and what is different where it crosses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What is not as the plain rule says: that the other dialect's own telling arrives, and nothing is lost."""

    body: Json = None  # what arrives instead
    lost: Sequence[str] = ()  # by path, in the hub's words
    refused: str = ""  # of a request: the path that the 400 names


@dataclass(frozen=True, kw_only=True)
class Told:
    """`to` and `of` are by dialect: the one it is carried to, and the one it comes from into this."""

    body: Json  # None where it has no words for it, and `of` says what becomes of it
    to: Mapping[str, Arrival] = field(default_factory=dict)
    of: Mapping[str, Arrival] = field(default_factory=dict)


Case = Mapping[str, Told]  # by dialect


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A conversation told in chat and in messages; `to_chat` and `to_messages` are what arrives if it is another."""

    name: str
    chat: Json
    messages: Json
    to_chat: Json = None
    to_messages: Json = None
    lost_to_chat: Sequence[str] = ()
    lost_to_messages: Sequence[str] = ()


def both(pair: Pair) -> dict[str, Told]:
    to_chat = Arrival(body=pair.to_chat, lost=pair.lost_to_chat)
    to_messages = Arrival(body=pair.to_messages, lost=pair.lost_to_messages)
    return {
        "chat": Told(body=pair.chat, to={"messages": to_messages}),
        "messages": Told(body=pair.messages, to={"chat": to_chat}),
    }


def arrival(case: Case, here: str, there: str) -> Arrival:
    """What arrives and what is lost, whoever of the two says so."""
    if here == there:
        return Arrival(body=case[here].body)
    target = case.get(there)
    found = case[here].to.get(there) or (target and target.of.get(here)) or Arrival()
    if found.body is not None or target is None:
        return found
    return Arrival(body=target.body, lost=found.lost, refused=found.refused)


def told_in(case: Case, dialect: str) -> bool:
    return dialect in case and case[dialect].body is not None


def crosses(case: Case, here: str, there: str) -> bool:
    """Whether the fixture says what becomes of it on that way."""
    if not told_in(case, here):
        return False
    arrived = arrival(case, here, there)
    return arrived.body is not None or bool(arrived.refused)
