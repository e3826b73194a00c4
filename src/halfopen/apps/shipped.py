"""The catalog that ships, quickly: its rows as YAML, or as the JSON that was made of them before.

Reading the YAML takes more than a tenth of a second, which a verb that shall answer at once cannot spend. So a wheel
brings a snapshot along (`hatch_build.py`), and where there is none of these rows, what was read is kept in the data
folder. A snapshot has the digest of the files it was read from: other content has another digest, and a snapshot that
cannot be read, or not be written, is one that is not there.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from halfopen import __version__
from halfopen.catalog.exchange import Exchange
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from halfopen.catalog.snapshot import Catalog, catalog

KEPT = "catalog.json"


class Snapshot(msgspec.Struct):
    """All rows, and the digest of what they were read from."""

    digest: str
    models: list[Model]
    providers: list[Provider]
    offers: list[Offer]
    exchange: list[Exchange]


def shipped(data: Path | None = None, rows: Traversable | None = None) -> Catalog:
    """The rows in the package, by way of the snapshot in a data folder if one is given. Raises documents.Complaints.

    `rows` is another folder of rows than the package's.
    """
    packaged = rows or files("halfopen.catalog").joinpath("data")
    texts = dict(_texts(packaged, ""))
    if data is None:
        return _read(texts)
    digest = _digest(texts)
    for place in (packaged, data):
        kept = _kept(place.joinpath(KEPT))
        if kept is not None and kept.digest == digest:
            return catalog(kept.models, kept.providers, kept.offers, kept.exchange)
    whole = _read(texts)
    _keep(data, digest, whole)
    return whole


def prepare(folder: Path) -> None:
    """Leaves the snapshot of a folder of rows in that folder, for a wheel. Raises documents.Complaints."""
    texts = dict(_texts(folder, ""))
    _keep(folder, _digest(texts), _read(texts), 0o644)


def _read(texts: Mapping[str, str]) -> Catalog:
    """Without looking for garbage in between, of which there is none: that is a seventh of the time."""
    from halfopen.catalog.read import read  # YAML, which a kept snapshot does not need

    collecting = gc.isenabled()
    gc.disable()
    try:
        return read(texts)
    finally:
        if collecting:
            gc.enable()


def _digest(texts: Mapping[str, str]) -> str:
    whole = blake2b(__version__.encode(), digest_size=16)
    for name, text in sorted(texts.items()):
        whole.update(f"{name}\0{text}\0".encode())
    return whole.hexdigest()


def _kept(path: Traversable) -> Snapshot | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Snapshot)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(data: Path, digest: str, whole: Catalog, mode: int = 0o600) -> None:
    """Written beside and moved into place, so that nobody reads half of it."""
    snapshot = Snapshot(
        digest,
        list(whole.models.values()),
        list(whole.providers.values()),
        list(whole.offers.values()),
        list(whole.exchange),
    )
    part = data / f"{KEPT}.{os.getpid()}"
    with suppress(OSError):  # a folder that cannot be written makes the next start slower, and nothing else
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(snapshot))
        part.replace(data / KEPT)


def _texts(folder: Traversable | Path, under: str) -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts(each, f"{under}{each.name}/")
        elif each.name.endswith(".yaml"):
            yield f"{under}{each.name}", each.read_text("utf-8")
