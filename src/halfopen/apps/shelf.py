"""The catalog as this team has it: the rows that ship, and over them the files of `DATA/catalog/`.

`halfopen catalog sync` and `import-ratings` write those files, and a person may. They are read once, at start.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from halfopen import documents
from halfopen.apps.shipped import shipped
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.upkeep.overlay import Overlay, laid_over, merged, written
from halfopen.documents import Complaints

FOLDER = "catalog"
ABOUT = "Laid over the catalog that ships. Lines are appended; `halfopen catalog sync` writes here, and so may you."


@dataclass(frozen=True, slots=True)
class Stock:
    """The catalog, the overlays that are in it by their files' names, and what in them found no place."""

    catalog: Catalog
    overlays: Mapping[str, Overlay]
    unused: tuple[str, ...]


def stock(data: Path, *, places: bool = False) -> Stock:
    """The rows that ship with the data folder's own over them. Raises documents.Complaints, OSError.

    With `places` each row knows its file and line, and all of them are read again, which takes some hundred ms.
    """
    overlays = read(data / FOLDER)
    whole, unused = laid_over(shipped(None if places else data), overlays)
    return Stock(whole, overlays, unused)


def read(folder: Path) -> dict[str, Overlay]:
    """The overlays of a folder by name; none if it is not there. Raises Complaints with all that is wrong in them."""
    found: dict[str, Overlay] = {}
    wrong: list[documents.Complaint] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.name] = read_file(path)
        except Complaints as complaints:
            wrong.extend(complaints.complaints)
    if wrong:
        raise Complaints(wrong)
    return found


def read_file(path: Path) -> Overlay:
    """One overlay. Raises documents.Complaints, OSError."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Complaints([documents.Complaint(str(path), 1, "", "bytes that are no text", "UTF-8")]) from None
    return documents.read(text, Overlay, str(path))


def add(data: Path, name: str, new: Overlay) -> Path:
    """Merges additions into the file of that name, mode 0600, whole or not at all. Raises OSError, Complaints."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    old = read_file(path) if path.exists() else Overlay()
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=f".{name}.", delete=False) as draft:
        draft.write(written(merged(old, new), ABOUT))
    os.replace(draft.name, path)  # a temporary file is 0600 from its first byte
    return path
