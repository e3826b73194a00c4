"""The view of a team's settings: their rows and zones in the catalog, or the catalog alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from halfopen.advisor.view import View
from halfopen.apps.config.environment import Environment
from halfopen.catalog.snapshot import Catalog

if TYPE_CHECKING:
    from halfopen.apps.config.settings import Settings


def view_of(whole: Catalog, settings: Settings | None, environment: Environment, day: date) -> View:
    """The catalog alone, or with the rows and zones of a team's settings. Raises documents.Complaints."""
    if settings is None:
        return View(whole, day)
    from halfopen.apps.roster import roster  # the gateway's half of the house, which the catalog alone does not need

    book = roster(whole, settings, environment)
    return view_on(book.catalog, day, book.zones, book.zone_of, book.ratings)


def view_on(
    whole: Catalog, day: date, zones: tuple[str, ...], zone_of: Mapping[str, str], ratings: Mapping[str, float]
) -> View:
    """The rows with a team's zones, if it drew any: who stands in none of them is in the outermost."""
    drawn = {**dict.fromkeys(whole.providers, zones[-1]), **zone_of} if zone_of else {}
    return View(whole, day, zones if zone_of else (), drawn, ratings)
