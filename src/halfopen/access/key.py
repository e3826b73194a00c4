"""A key: who holds it, what it may do, how far its requests may go, and what they may cost.

A key is 256 random bits that are shown once. What is kept is a keyed hash of it, by which it is found again: whoever
reads the table learns no key, and cannot make the hash of one without the secret beside it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from halfopen.documents import Complaint, Complaints, amiss, nearest
from halfopen.limits.bucket import Limits
from halfopen.limits.budget import Account, Budget

Role = Literal["inference", "viewer", "operator", "admin"]
Right = Literal["look", "call", "read", "operate", "manage"]
RIGHTS: Mapping[Role, tuple[Right, ...]] = {
    "inference": ("look", "call"),
    "viewer": ("look", "read"),
    "operator": ("look", "call", "read", "operate"),
    "admin": ("look", "call", "read", "operate", "manage"),
}
MARK = "ho_"  # how every key begins, so that scanners of secrets know one
LABELS = ("lane", "zone", "task")
ROOT, ROOT_ID = "HALFOPEN_KEY", "root"  # whoever shows the key from the environment
ID = "k_"  # how ids begin
LONGEST = 100  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One row. `lanes` and `models` (or offers) are all that it may name and reach; empty is everything.

    `zone` is the outermost that any of its requests may reach, whatever they say; `labels` are those that a request has
    where it says none itself. Times are seconds since 1970.
    """

    id: str
    name: str
    digest: str  # keyed, in hexadecimal
    role: Role = "inference"
    owner: str = ""
    team: str = ""
    lanes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    zone: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
    limits: Limits = Limits()
    created: float = 0.0
    expires: float | None = None
    revoked: float | None = None

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        wrong: list[Complaint] = []
        for what in ("name", "owner", "team"):
            said = getattr(self, what)
            if len(said) > LONGEST or not said.isprintable() or (what == "name" and not said.strip()):
                wrong.append(amiss(what, f"`{said[:LONGEST]}`", f"1 to {LONGEST} characters in one line"))
        if (self.name == ROOT and self.id != ROOT_ID) or self.name.startswith(ID):
            wrong.append(amiss("name", f"`{self.name}`", f"another: {ROOT} and what begins with {ID} have a meaning"))
        if self.role not in RIGHTS:
            wrong.append(amiss("role", f"`{self.role}`", f"one of {', '.join(RIGHTS)}", nearest(self.role, RIGHTS)))
        strange = [label for label in self.labels if label not in LABELS]
        wrong += [
            amiss("labels", f"`{each}`", f"some of {', '.join(LABELS)}", nearest(each, LABELS)) for each in strange
        ]
        if wrong:
            raise Complaints(wrong)

    def may(self, right: Right) -> bool:
        """Whether its role has a right."""
        return right in RIGHTS[self.role]

    def ended(self, now: float) -> str:
        """Why it is of no use any more; empty while it is."""
        if self.revoked is not None:
            return "was revoked"
        return "has expired" if self.expires is not None and self.expires <= now else ""


def digest(shown: str, secret: bytes) -> str:
    """The keyed hash of a key (BLAKE2b, RFC 7693, of 32 bytes)."""
    return blake2b(shown.encode(), key=secret, digest_size=32).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one, other)


def accounts(name: str, team: str, lane: str) -> tuple[Account, ...]:
    """Whose budgets a request counts against."""
    found = [Account("key", name)] if name else []
    found += [Account("team", team)] if team else []
    return (*found, *([Account("lane", lane)] if lane else []), Account("all"))
