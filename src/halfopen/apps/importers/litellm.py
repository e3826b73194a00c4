"""A LiteLLM config.yaml to a halfopen.yaml that tries the same deployments in the same order, under the same names.

Pure: nothing is called, and no variable is read. See docs/import.md for what is carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from halfopen.apps.importers.allotted import Allotted, Row, allotted
from halfopen.apps.importers.deployment import Deployment, Surroundings, deployment
from halfopen.apps.importers.lanes import Lanes, lanes
from halfopen.apps.importers.options import Options, options
from halfopen.apps.importers.told import Imported, Pad
from halfopen.apps.importers.tree import Document, Tree, document
from halfopen.apps.roster import SIGNED
from halfopen.catalog.snapshot import Catalog
from halfopen.documents import Complaint, Complaints
from halfopen.documents.written import comment, section

EXPECTED = "a LiteLLM config: a mapping with `model_list`"
USUAL_TRIES = 4  # of Settings.most_tries
MADE = (
    "Made from {file} by `halfopen import litellm` on {day}: {count} deployments of LiteLLM.",
    "Every model name that it had is an alias here, so clients keep theirs. A lane tries its `offers` in order.",
    "Nobody is in a zone yet: draw `zones` to keep requests home, which LiteLLM knows nothing of.",
)


def imported(text: str, file: str, catalog: Catalog, day: date) -> Imported:
    """`file` is the name in complaints; prices begin on the day. Raises Complaints for what is no LiteLLM config."""
    whole = document(text, file, EXPECTED)
    pad = Pad(whole.lines)
    deployments = _deployments(whole, file, Surroundings(pad, catalog.providers, _credentials(whole), {}, day))
    groups: dict[str, list[Deployment]] = {}
    for each in deployments:
        groups.setdefault(each.group, []).append(each)
    said = options(whole.root, groups, pad)
    offers = allotted(deployments, catalog, day, pad)
    ways = lanes(groups, offers.ids, said, pad)
    _variables(offers, pad)
    return Imported(
        yaml="\n".join(
            [*_head(file, day, deployments, pad), *_body(offers, ways, said), *_kept(deployments, offers, said)]
        ),
        deployments=len(deployments),
        lanes=ways.orders,
        aliases=ways.aliases,
        notes=tuple(sorted(pad.notes, key=lambda note: note.line)),
        environment=pad.environment,
    )


def _deployments(whole: Document, file: str, around: Surroundings) -> list[Deployment]:
    """Raises Complaints where there is no list of models, or nothing in it."""
    entries = whole.root.pop("model_list", None)
    if not isinstance(entries, list) or not entries:
        found = "no `model_list`" if entries is None else "a `model_list` without an entry"
        raise Complaints([Complaint(file, whole.lines.get("model_list", 1), "model_list", found, EXPECTED)])
    made: list[Deployment] = []
    for place, entry in enumerate(entries):
        path = f"model_list[{place}]"
        if not isinstance(entry, dict):
            around.pad.note("left", path, "is no mapping, so it was left out")
        elif one := deployment(path, entry, around):
            made.append(one)
    return made


def _credentials(whole: Document) -> dict[str, dict[str, Tree]]:
    """What `credential_list` holds, by name; deployments take it as if it stood in them."""
    rows = whole.root.pop("credential_list", None)
    found: dict[str, dict[str, Tree]] = {}
    for row in rows if isinstance(rows, list) else ():
        name, values = (
            (row.get("credential_name"), row.get("credential_values")) if isinstance(row, dict) else (None, None)
        )
        if isinstance(name, str) and isinstance(values, dict):
            found[name] = values
    return found


def _variables(offers: Allotted, pad: Pad) -> None:
    """The variables without which an offer could not be called."""
    for name in {id.rpartition("@")[2]: None for id in offers.served}:
        row: Row = offers.providers.get(name, {})
        shipped = offers.catalog.providers.get(row.get("like", name))
        auth = row.get("auth") or (shipped.auth if shipped else "bearer")
        key = row.get("key_env") or (shipped.key_env if shipped and auth != "none" else "")
        for variable in (key, *SIGNED.get(auth, ())):
            if variable:
                pad.needs(variable, f"the key of {name}")


def _head(file: str, day: date, deployments: Sequence[Deployment], pad: Pad) -> Iterator[str]:
    yield from comment(line.format(file=file.rpartition("/")[2], day=day, count=len(deployments)) for line in MADE)
    if todo := [note for note in pad.notes if note.kind == "do"]:
        yield from comment(["", "To do, by the path in that file:"])
        yield from comment(f"  {note.path} {note.says}" for note in todo)
    yield ""


def _body(offers: Allotted, ways: Lanes, said: Options) -> Iterator[str]:
    most = max(map(len, ways.orders.values()), default=0)
    yield from section("providers", offers.providers)
    yield from section("offers", offers.offers)
    yield from section("lanes", ways.rows)
    yield from section("aliases", ways.aliases)
    yield from section("deadlines", {"total": said.total} if said.total else {})
    if most > USUAL_TRIES:
        yield from (f"most_tries: {most}", "")


def _kept(deployments: Sequence[Deployment], offers: Allotted, said: Options) -> Iterator[str]:
    """Budgets and rate limits, which have no place yet, so that they are not lost."""
    rows: dict[str, str] = {each.path: _limits(each.limits) for each in deployments if each.limits}
    if not rows and not said.limits:
        return
    yield from comment(["Budgets and rate limits of LiteLLM, which halfopen does not keep yet:"])
    named = {each.path: f"{each.path} of {each.group} ({offers.ids[each.path]})" for each in deployments}
    yield from comment(f"  {named[path]}: {limits}" for path, limits in rows.items())
    yield from comment(f"  {path}: {limit}" for path, limit in said.limits.items())
    yield ""


def _limits(limits: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in limits.items())
