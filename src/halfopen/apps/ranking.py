"""From battles, or a published board, to a table of ratings: what `halfopen rank` and POST /halfopen/rank share.

It loads numpy, so it is imported by those who rank, when they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Literal

from halfopen.apps.sheets import STYLE, Sheet, Unreadable
from halfopen.ratings.battle import BadBattles, battles
from halfopen.ratings.board import Published, read_boards
from halfopen.ratings.bootstrap import LEAST_ROUNDS, percentile, resampled
from halfopen.ratings.bradley_terry import Fit, Scale, fit
from halfopen.ratings.pairing import Ask, next_pairs
from halfopen.ratings.rank import table
from halfopen.ratings.style import Covariates, by_judge, position, relative

Ties = Literal["half", "davidson"]
Progress = Callable[[int, int], None]  # told how much is done, of how much
Plain = dict[str, str | float | int | None]

EVERYTHING = ("overall", "full")  # what a board calls its category of all battles
MARGINAL = (
    "A board gives each model an interval by itself: rank sets from them are wider than they need be, "
    "and do not hold all at once."
)


@dataclass(frozen=True, slots=True)
class Options:
    """What can be said about how to rank; the defaults rate everything with ties as half wins."""

    category: str = ""
    judge: str = ""
    style_control: bool = False
    position: bool = False
    ties: Ties = "half"
    bootstrap: int = 0  # rounds; 0: intervals from the likelihood
    anchor: str | None = None
    at: float = 1000.0  # Elo, of the anchor or of the mean
    seed: int = 0
    next: int = 0  # battles to be planned
    top: int = 10  # for whose order they are planned
    pair: tuple[str, str] | None = None  # or for the order of these two


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the table, best first. Elo; infinite where battles give no bound; nan where they give nothing."""

    model: str
    rating: float
    low: float
    high: float
    battles: int | None  # None: the board does not say
    rank_low: int
    rank_high: int
    says: str

    def plain(self) -> Plain:
        """The line for JSON, which knows no infinity: null."""
        numbers = {"rating": self.rating, "low": self.low, "high": self.high}
        return {
            "model": self.model,
            **{name: value if isfinite(value) else None for name, value in numbers.items()},
            "battles": self.battles,
            "rank_low": self.rank_low,
            "rank_high": self.rank_high,
            "says": self.says,
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What was worth how much to the answer that had it, in Elo a unit; `ties at even` is a share."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The table, and all that has to be said beside it."""

    places: tuple[Place, ...]
    effects: tuple[Effect, ...] = ()
    warnings: tuple[str, ...] = ()
    next: tuple[Ask, ...] = ()


def ranked(sheet: Sheet, options: Options, progress: Progress | None = None) -> Ranking:
    """The ratings of a sheet of battles. Raises Unreadable, BadBattles (which `told` puts into a sentence)."""
    if 0 < options.bootstrap < LEAST_ROUNDS:
        raise Unreadable(f"bootstrap is {options.bootstrap}; {LEAST_ROUNDS} resamples at least have ends to speak of")
    if options.pair and not options.next:
        raise Unreadable("a pair says for whom the next battles are planned; how many, next says")
    for column, wanted in (("category", options.category), ("judge", options.judge)):
        sheet = sheet.only(column, wanted) if wanted else sheet
    try:
        given = battles(
            sheet.model_a,
            sheet.model_b,
            sheet.winner,
            weight=sheet.weight,
            cluster=sheet.cluster,
            covariates=_covariates(sheet, options),
        )
        found = fit(given, ties=options.ties, scale=Scale(options.anchor, options.at))
    except BadBattles as wrong:
        raise Unreadable(_told(sheet, wrong)) from None
    return _read(found, options, progress)


def _told(sheet: Sheet, wrong: BadBattles) -> str:
    if wrong.row is None:
        return f"{sheet.name}: {wrong}" if sheet.name else str(wrong)
    return f"{sheet.at(wrong.row)}: {str(wrong).partition(': ')[2]}"


def _read(found: Fit, options: Options, progress: Progress | None) -> Ranking:
    shown = None
    if options.bootstrap:
        shown = percentile(found, resampled(found, options.bootstrap, options.seed, progress))
    places = tuple(
        Place(row.model, row.rating, row.low, row.high, row.battles, row.rank_low, row.rank_high, row.says)
        for row in table(found, options.seed, found=shown)
    )
    effects = tuple(Effect(each.name, each.value, each.low, each.high) for each in found.effects)
    return Ranking(places, effects, found.warnings, _asked(found, options))


def _asked(found: Fit, options: Options) -> tuple[Ask, ...]:
    if not options.next:
        return ()
    top = min(options.top, len(found.models))
    try:
        return next_pairs(found, top=None if options.pair else top, pair=options.pair, count=options.next)
    except BadBattles as wrong:
        raise Unreadable(str(wrong)) from None


def _covariates(sheet: Sheet, options: Options) -> Covariates | None:
    """The columns that are asked for. Raises Unreadable where there is none to control for."""
    found: list[Covariates] = []
    if options.style_control:
        if not sheet.style:
            known = ", ".join(f"{each}_a and {each}_b" for names in STYLE.values() for each in names)
            raise Unreadable(
                f"{sheet.name or 'battles'}: style control needs columns that say how the answers looked: {known}"
            )
        found += [relative(name, a, b) for name, (a, b) in sheet.style.items()]
    if options.position:
        found.append(by_judge(sheet.judge) if sheet.judge is not None else position(len(sheet.winner)))
    return sum(found[1:], found[0]) if found else None


def from_board(text: str, name: str, category: str = "") -> Ranking:
    """The table of a published board; without a category its only one, or that of all battles. Raises Unreadable."""
    try:
        boards = read_boards(text)
    except ValueError as wrong:
        raise Unreadable(f"{name}: {wrong}") from None
    board = _chosen(boards, name, category)
    rows = sorted(board.rows.items(), key=lambda row: (-row[1].rating, row[0]))
    lows, highs = [row.low for _, row in rows], [row.high for _, row in rows]
    places = tuple(
        Place(
            model,
            row.rating,
            row.low,
            row.high,
            row.votes,
            1 + sum(low > row.high for low in lows),
            len(rows) - sum(high < row.low for high in highs),
            "",
        )
        for model, row in rows
    )
    return Ranking(places, warnings=(MARGINAL,))


def _chosen(boards: Mapping[str, Published], name: str, category: str) -> Published:
    usual = [each for each in (*EVERYTHING, *boards) if each in boards]
    wanted = category or (usual[0] if usual[0] in EVERYTHING or len(boards) == 1 else "")
    if wanted in boards:
        return boards[wanted]
    near = get_close_matches(wanted, boards, 1)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    found = f"there is no category `{wanted}`" if wanted else "it has several categories, and one has to be chosen"
    raise Unreadable(f"{name}: {found}. {hint}There is {', '.join(sorted(boards))}")


def effects_said(effects: Iterable[Effect]) -> Sequence[str]:
    """The effects as sentences."""
    return [_effect_said(each) for each in effects]


def _effect_said(effect: Effect) -> str:
    if effect.name == "ties at even":
        return f"Equals tie in {effect.value:.1%} of battles ({effect.low:.1%} to {effect.high:.1%})."
    unit = "to be shown first, as model_a," if effect.name.startswith("position") else "one standard deviation more"
    return f"{effect.name}: {unit} is worth {effect.value:+.1f} Elo ({effect.low:+.1f} to {effect.high:+.1f})."
