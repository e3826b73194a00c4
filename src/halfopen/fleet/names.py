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

# What a name may have more than another one of the same architecture: precision, tuning, form of the file, date.
_MORE = re.compile(
    r"[-_.](?:nvfp4|mxfp4|fp8|fp4|bf16|fp16|int4|int8|awq|gptq|gguf|w4a16|w8a8|static|pertensor|dynamic|instruct|it|chat|base"
    r"|thinking|hf|turbo|\d{4}|\d{2}[-.]\d{2}|v0\.\d|preview|exp|latest)(?=$|[-_.])"
)
_MAKER = re.compile(r"^.*/")
_SAME = (("meta-llama-", "llama-"), ("llama-3.3-70b", "llama-3.1-70b"), ("nvidia-nemotron", "nemotron"))


class Unknown(LookupError):
    """No architecture or machine of that name; the message names the nearest."""


def plain(name: str) -> str:
    """The name without maker, precision and tuning: `nvidia/Llama-3.1-8B-Instruct-FP8` is `llama-3.1-8b`."""
    short = _MAKER.sub("", name.strip()).casefold().replace("_", "-")
    before = ""
    while short != before:
        before, short = short, _MORE.sub("", short)
    for one, other in _SAME:
        short = short.replace(one, other)
    return short


def by_name(rows: Iterable[N]) -> Mapping[str, N]:
    """Every row under each of its names as written and, where no other row has it, under its plain one."""
    found: dict[str, N] = {}
    listed = list(rows)
    for row in listed:
        for name in row.names:
            found[name.casefold()] = row
    for row in listed:
        for name in row.names:
            found.setdefault(plain(name), row)
    return found


def the(name: str, known: Mapping[str, N], what: str) -> N:
    """The row of that name. Raises Unknown."""
    for written in (name.strip().casefold(), plain(name)):
        if written in known:
            return known[written]
    close = nearest(plain(name), known)
    hint = f"; did you mean `{known[close].names[0]}`?" if close is not None else ""
    raise Unknown(f"no {what} is called `{name}`{hint}")
