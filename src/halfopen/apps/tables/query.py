"""What can be asked of `halfopen compare` and of its route: both take the same words and refuse the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast, get_args

from halfopen.advisor.quality import OVERALL
from halfopen.advisor.table import ALLOWANCES, Sort, Wanted
from halfopen.advisor.view import View
from halfopen.advisor.worth import shape_of
from halfopen.documents import nearest

# name -> what it is, as the command line and OpenAPI say it. `many` may be given more than once, or with commas.
ABOUT: Mapping[str, str] = {
    "category": "Kind of task by which models are rated.",
    "open": "Only models with open weights, those too of which that is doubtful.",
    "closed": "Only models with closed weights.",
    "zone": "Only offers that stay within this zone of halfopen.yaml.",
    "max_price": "At most so many dollars a million tokens, at the shape.",
    "modalities": "Only models that read all of these: image, audio, ...",
    "provider": "Only offers of these providers.",
    "min_context": "Only with a context of at least so many tokens.",
    "licence_allows": f"Only where the terms of the licence are known, and allow these: {', '.join(ALLOWANCES)}.",
    "sort": f"By {', '.join(get_args(Sort))}.",
    "shape": "Tokens in and out by which prices are mixed: 3:1, or 1000:300.",
    "measured": "Count only ratings that a board measured; estimates are then unrated.",
    "retired": "With the models that no host in this catalog is seen to sell any more.",
}
FLAGS = frozenset({"open", "closed", "measured", "retired"})
MANY = frozenset({"modalities", "provider", "licence_allows"})
MOST_CONTEXT = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The fields of ABOUT. Words are as they were typed; `wanted` checks them."""

    category: str = OVERALL
    open: bool = False
    closed: bool = False
    zone: str = ""
    max_price: Decimal | None = None
    modalities: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    min_context: int | None = None
    licence_allows: tuple[str, ...] = ()
    sort: str = "rating"
    shape: str = "3:1"
    measured: bool = False
    retired: bool = False


def query(said: Mapping[str, Sequence[str]]) -> Query:
    """Words by name, as in the query of an address. Raises ValueError for a name or a word that is none of ours."""
    known: dict[str, Any] = {}
    for name, words in said.items():
        if name not in ABOUT:
            raise ValueError(_unknown("parameter", name, ABOUT))
        known[name] = _read(name, words)
    return Query(**known)


def split(words: Iterable[str]) -> tuple[str, ...]:
    """`image,audio` and `image` `audio` are the same."""
    return tuple(part.strip() for word in words for part in word.split(",") if part.strip())


def _read(name: str, words: Sequence[str]) -> Any:
    if name in MANY:
        return split(words)
    if len(words) > 1:
        raise ValueError(f"`{name}` is given {len(words)} times; once is enough")
    word = words[0].strip()
    if name in FLAGS:
        if word.lower() not in ("true", "false", "1", "0", ""):
            raise ValueError(f"`{name}` is `{word}`; it is true or false")
        return word.lower() in ("true", "1", "")
    if name == "max_price":
        return price_of(word)
    if name == "min_context":
        return context_of(word)
    return word


def price_of(word: str) -> Decimal:
    """Dollars. Raises ValueError."""
    try:
        price = Decimal(word.removeprefix("$"))
    except InvalidOperation:
        price = Decimal(-1)
    if not price.is_finite() or price < 0:
        raise ValueError(f"`max_price` is `{word}`; it is a number of dollars, such as 2.50")
    return price


def context_of(word: str) -> int:
    """Tokens: `128000`, `128k` or `1M`. Raises ValueError."""
    last = word[-1:].lower()
    digits, times = (word[:-1], {"k": 1_000, "m": 1_000_000}[last]) if last in ("k", "m") else (word, 1)
    if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits[:12]) * times <= MOST_CONTEXT:
        raise ValueError(f"`min_context` is `{word}`; it is a number of tokens, such as 128000, 128k or 1M")
    return int(digits) * times


def wanted(asked: Query, view: View) -> Wanted:
    """A checked query. Raises ValueError, which quotes the word, lists what there is and names the nearest."""
    if asked.open and asked.closed:
        raise ValueError("open and closed are everything there is: give one of them, or neither")
    models = view.catalog.models.values()
    _known("modality", asked.modalities, {each for model in models for each in model.modalities})
    _known("provider", asked.provider, view.catalog.providers)
    _known("allowance", asked.licence_allows, ALLOWANCES)
    _known("sort", [asked.sort], get_args(Sort))
    weights: Literal["open", "closed"] | None = "open" if asked.open else "closed" if asked.closed else None
    return Wanted(
        category=asked.category,
        weights=weights,
        reach=_reach(asked.zone, view) if asked.zone else None,
        most=asked.max_price,
        modalities=frozenset(asked.modalities),
        providers=frozenset(asked.provider),
        context=asked.min_context,
        allows=asked.licence_allows,
        gone=asked.retired,
        shape=shape_of(asked.shape),
        sort=cast(Sort, asked.sort),
    )


def _reach(zone: str, view: View) -> frozenset[str]:
    if not view.zones:
        raise ValueError(
            "no zone is drawn: name your providers under `zones:` in halfopen.yaml, and give it by --config"
        )
    _known("zone", [zone], view.zones)
    return frozenset(view.zones[: view.zones.index(zone) + 1])


def _known(what: str, words: Iterable[str], there: Iterable[str]) -> None:
    known = list(there)
    for word in words:
        if word not in known:
            raise ValueError(_unknown(what, word, known))


def _unknown(what: str, word: str, known: Iterable[str]) -> str:
    every = list(known)
    near = nearest(word, every)
    hint = f"did you mean `{near}`? " if near else ""
    return f"there is no {what} `{word}`: {hint}It is one of {', '.join(sorted(every))}"
