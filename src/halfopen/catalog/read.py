"""The catalog's files as one catalog: `providers/NAME.yaml`, `models/LAB.yaml`, `offers/PROVIDER.yaml`, `exchange/`.

Reading the files from disk is for those who touch the world. Here a file is its path below `data` and its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from halfopen import documents
from halfopen.catalog.exchange import Exchange
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from halfopen.catalog.shaped import shaped
from halfopen.catalog.snapshot import Catalog, Place, Row, catalog, key, unresolved
from halfopen.documents import Complaint, Complaints

Rows = tuple[tuple[int, Row], ...]  # each with its line


def read(files: Mapping[str, str]) -> Catalog:
    """Files that are not YAML are passed over. Raises Complaints with all that is wrong in any of them.

    Where no row is wrong, what the offers name must be there too, so that whoever has a catalog can look it up. What
    else is wrong between rows is for `snapshot.problems`.
    """
    complaints: list[Complaint] = []
    rows: dict[str, Row] = {}
    places: dict[str, Place] = {}
    for file, text in sorted(files.items()):
        if not file.endswith(".yaml"):
            continue
        try:
            found = _rows(file, text)
        except Complaints as wrong:
            complaints.extend(wrong.complaints)
            continue
        for line, row in found:
            complaints.extend(_misplaced(file, line, row))
            named = key(row)
            first = places.setdefault(named, (file, line))
            if first != (file, line):
                twice = f"`{named.partition(' ')[2]}` is in {first[0]}:{first[1]} already"
                complaints.append(Complaint(file, line, "", twice, "it once"))
            rows[named] = row
    if complaints:
        raise Complaints(complaints)
    whole = catalog(
        [row for row in rows.values() if isinstance(row, Model)],
        [row for row in rows.values() if isinstance(row, Provider)],
        [row for row in rows.values() if isinstance(row, Offer)],
        [row for row in rows.values() if isinstance(row, Exchange)],
        places,
    )
    if lost := list(unresolved(whole)):
        raise Complaints(lost)
    return whole


FOLDERS: Mapping[str, Callable[[str, str], Rows]] = {
    "exchange": lambda text, file: documents.rows(text, Exchange, file),
    "models": lambda text, file: documents.rows(text, Model, file),
    "offers": lambda text, file: documents.rows(text, Offer, file),
    "providers": lambda text, file: ((1, documents.read(text, Provider, file)),),
}


def _rows(file: str, text: str) -> Rows:
    folder = file.rpartition("/")[0]
    if folder not in FOLDERS:
        raise Complaints([Complaint(file, 1, "", f"the folder `{folder}`", f"one of {', '.join(FOLDERS)}")])
    found = FOLDERS[folder](text, file)
    wrong = [
        one if isinstance(row, Provider) else replace(one, field=f"[{at}].{one.field}")
        for at, (_, row) in enumerate(found)
        for one in shaped(row)
    ]
    if wrong:
        raise documents.placed(Complaints(wrong), text, file)
    return found


def _misplaced(file: str, line: int, row: Row) -> Iterator[Complaint]:
    """A provider and its offers are found by the name of their file."""
    named = row.name if isinstance(row, Provider) else row.provider if isinstance(row, Offer) else None
    stem = file.rpartition("/")[2].removesuffix(".yaml")
    if named not in (None, stem):
        field = "name" if isinstance(row, Provider) else "provider"
        yield Complaint(file, line, field, f"`{named}`", f"`{stem}`, as the file is called")
