"""Which architecture or machine is meant: names differ between tables by maker, precision, tuning and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from halfopen.documents import nearest


class Named(Protocol):
    """Whatever has names, the first of which is its own."""

    @property
    def names(self) -> tuple[str, ...]: ...


N = TypeVar("N", bound=Named)

# What a name may have more than another one of the same architecture: precision, tuning, form of the file.
_MORE = re.compile(
    r"[-.:](?:(?:mx|nv)?fp[48]|bf16|fp16|f16|w\da\d+|int[48]|[48]-?bit|i?q\d(?:-k)?(?:-[0-9a-z]{1,3})?|awq|gptq|gguf|mlx"
    r"|static|pertensor|dynamic|kv|instruct|it|chat|base|thinking|hf|v0\.\d|preview|exp|latest)(?=$|[-.:])"
)
# 0528, 2507, 20250514, 03-25, 12-2024; not the 5090 of a card.
_DATE = re.compile(r"-(?:20\d{6}|(?:0\d|1[0-2])[0-3]\d|2[3-9](?:0\d|1[0-2])|\d{2}-\d{2}|\d{2}-20\d{2})(?=$|-)")
_MAKER = re.compile(r"^.*/|^c4ai-|^meta-(?=llama)|^nvidia-(?=nemotron)")


class Unknown(LookupError):
    """No architecture or machine of that name; the message names the nearest."""


def plain(name: str) -> str:
    """The name without maker, precision, tuning and date: `nvidia/Llama-3.1-8B-Instruct-FP8` is `llama-3.1-8b`."""
    return _DATE.sub("", dated(name))


def dated(name: str) -> str:
    """The same with its date, which makes another model of some makers' names."""
    short, before = name.strip().casefold().replace("_", "-"), ""
    while short != before:
        before, short = short, _MORE.sub("", _MAKER.sub("", short))
    return short


def squeezed(name: str) -> str:
    """The plain name without the signs between its parts, which people put as they like: `llama3.1:8b`."""
    return re.sub(r"[-.: ]", "", plain(name))


def by_name(rows: Iterable[N]) -> Mapping[str, N]:
    """Every row under each of its names as written and, where no row before has it, as it is written elsewhere.

    A row whose name has no date is found by names with any, and a row with a date by names with the same one only.
    """
    listed = [(name, row) for row in rows for name in row.names]
    found = {name.casefold(): row for name, row in listed}
    for name, row in listed:
        found.setdefault(dated(name), row)
    for name, row in listed:
        if dated(name) == plain(name):
            found.setdefault(squeezed(name), row)
    return found


def the(name: str, known: Mapping[str, N], what: str) -> N:
    """The row of that name. Raises Unknown."""
    for written in (name.strip().casefold(), dated(name), plain(name), squeezed(name)):
        if written in known:
            return known[written]
    close = nearest(plain(name), known)
    hint = f"; did you mean `{known[close].names[0]}`?" if close is not None else ""
    raise Unknown(f"no {what} is called `{name}`{hint}")
