"""LiteLLM configs to import, and what becomes of them: the rows by which `halfopen up` would start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from halfopen.apps import wiring
from halfopen.apps.config import settings
from halfopen.apps.config.environment import Environment
from halfopen.apps.importers.litellm import imported
from halfopen.apps.importers.told import Imported, Kind
from halfopen.apps.roster import Roster, roster
from halfopen.policy.decide import Decision, decide
from halfopen.policy.world import Ask, Health
from tests.catalog.shelf import DAY, shipped

TWENTY = Path(__file__).with_name("litellm_twenty.yaml")


def of(text: str) -> Imported:
    return imported(text, "config.yaml", shipped(), DAY)


def one(model: str, *params: str, info: str = "") -> Imported:
    """A config of one deployment, called `it`."""
    inside = ", ".join((f"model: {model}", *params))
    return of(f"model_list:\n  - model_name: it\n    litellm_params: {{{inside}}}\n    model_info: {{{info}}}\n")


def several(*rows: str, more: str = "") -> Imported:
    """A config of deployments `GROUP MODEL PARAM...`, the params as in `order: 1`, comma between them."""
    entries = []
    for row in rows:
        group, model, *params = row.split(" ", 2)
        inside = ", ".join((f"model: {model}", *params))
        entries.append(f"  - {{model_name: {group}, litellm_params: {{{inside}}}}}")
    return of("\n".join(("model_list:", *entries, more)))


def told(made: Imported, kind: Kind) -> Mapping[str, str]:
    return {note.path: note.says for note in made.notes if note.kind == kind}


def loaded(made: Imported, folder: Path) -> settings.Settings:
    """What was written, read as every verb reads it."""
    path = folder / "halfopen.yaml"
    path.write_text(made.yaml, encoding="utf-8")
    return settings.load(path)


def book(made: Imported, folder: Path) -> tuple[Roster, settings.Settings]:
    """The rows with every variable set that the import asked for."""
    said = loaded(made, folder)
    environment = Environment(variables=dict.fromkeys(made.environment, "x"))
    return roster(shipped(), said, environment), said


def decided(made: Imported, folder: Path, name: str, **more: Any) -> Decision:
    rows, said = book(made, folder)
    return decide(Ask(name, "chat", **more), {}, rows.world(DAY, 1, {}), Health(), wiring.policy_of(said), 0)


def tried(made: Imported, folder: Path, name: str, **more: Any) -> Sequence[str]:
    """The offers that a request for a name is tried at, in order."""
    return [each.id for each in decided(made, folder, name, **more).itinerary]
