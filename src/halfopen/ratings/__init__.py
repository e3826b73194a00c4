"""Who beats whom, and how sure we are: Bradley-Terry ratings with honest intervals, on numpy.

    from halfopen.ratings import battles, fit, table

    for row in table(fit(battles(model_a, model_b, winner)), seed=1):
        print(row.model, row.rating, row.low, row.high, row.rank_low, row.rank_high)

    battle        strings -> codes: what was said, checked
    codes         how a column of names becomes integers in a hurry
    bradley_terry the fit: `fit`, its scale, ties, priors
    refused       why there is no fit
    style         what else moved a battle: position, length, markdown, the judge
    interval      the interval of a rating, of a difference, of parity
    bootstrap     the same from resampled battles, as a second opinion
    rank          rank sets that hold all at once, and the table
    pairing       which comparison to ask for next, and how many
    board         ratings that others published (no numpy)
    shift         by how much two boards' scales differ (no numpy)
    likelihood/   the mathematics under them

A name is loaded when it is first asked for, so `shift` and `board` come without numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from halfopen.ratings.battle import BadBattles as BadBattles
    from halfopen.ratings.battle import Battles as Battles
    from halfopen.ratings.battle import battles as battles
    from halfopen.ratings.board import BadBoard as BadBoard
    from halfopen.ratings.board import Published as Published
    from halfopen.ratings.board import parity_of as parity_of
    from halfopen.ratings.board import read_boards as read_boards
    from halfopen.ratings.bootstrap import percentile as percentile
    from halfopen.ratings.bootstrap import resampled as resampled
    from halfopen.ratings.bradley_terry import Fit as Fit
    from halfopen.ratings.bradley_terry import Prior as Prior
    from halfopen.ratings.bradley_terry import Scale as Scale
    from halfopen.ratings.bradley_terry import fit as fit
    from halfopen.ratings.interval import difference as difference
    from halfopen.ratings.interval import intervals as intervals
    from halfopen.ratings.interval import parity as parity
    from halfopen.ratings.interval import win_probability as win_probability
    from halfopen.ratings.pairing import needed as needed
    from halfopen.ratings.pairing import needed_for_width as needed_for_width
    from halfopen.ratings.pairing import next_pairs as next_pairs
    from halfopen.ratings.rank import rank_sets as rank_sets
    from halfopen.ratings.rank import table as table
    from halfopen.ratings.refused import Disconnected as Disconnected
    from halfopen.ratings.refused import NoOptimum as NoOptimum
    from halfopen.ratings.scale import Interval as Interval
    from halfopen.ratings.shift import Shift as Shift
    from halfopen.ratings.shift import shift_of as shift_of
    from halfopen.ratings.style import Covariates as Covariates
    from halfopen.ratings.style import by_judge as by_judge
    from halfopen.ratings.style import position as position
    from halfopen.ratings.style import relative as relative

HOMES = {
    "battle": ("BadBattles", "Battles", "battles"),
    "board": ("BadBoard", "Published", "parity_of", "read_boards"),
    "bootstrap": ("percentile", "resampled"),
    "bradley_terry": ("Fit", "Prior", "Scale", "fit"),
    "interval": ("difference", "intervals", "parity", "win_probability"),
    "pairing": ("needed", "needed_for_width", "next_pairs"),
    "refused": ("Disconnected", "NoOptimum"),
    "rank": ("rank_sets", "table"),
    "scale": ("Interval",),
    "shift": ("Shift", "shift_of"),
    "style": ("Covariates", "by_judge", "position", "relative"),
}


def __getattr__(name: str) -> object:
    for home, names in HOMES.items():
        if name in names:
            return getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
