"""`halfopen keys`: who may use the gateway, for what, and for how much. A verb each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

from halfopen.adapters.sqlite.access import Access, access
from halfopen.apps.config.environment import environment
from halfopen.documents import nearest

# verb -> what it does, in a line. The module of a verb is `halfopen.apps.cli.keys.<verb>`.
VERBS: Mapping[str, str] = {
    "create": "Make a key; it is shown once, and only its hash is kept.",
    "list": "Every key, with what it may do and what it may spend.",
    "revoke": "A key is of no use from now on.",
    "rotate": "Another secret for a key; its name, bounds and budgets stay.",
    "audit": "Who changed which key, when, from what to what.",
}


@contextmanager
def table(data: Path | None) -> Iterator[Access]:
    """The keys of a data folder; a gateway that runs there sees a change within a second."""
    with access(environment(None, data).data) as there:
        yield there


def whoever() -> str:
    """Who types, as the audit keeps it."""
    return f"{getuser()}, in a terminal"


def unknown(name: str, there: Access) -> ValueError:
    """A key that is not there, with the nearest that is."""
    names = [key.name for key in there.rows()]
    near = nearest(name, names)
    hint = f"did you mean `{near}`?" if near else f"there is {', '.join(names[:12]) or 'none yet'}"
    return ValueError(f"there is no key `{name}`: {hint}")
