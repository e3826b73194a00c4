"""Codes for a column of names: each object is looked up once, however often it stands in the column.

Columns of millions of rows often hold few objects, since who made them keeps each text once (a generator, a list of
models). The addresses of the objects are numbers, so a table by their hash, in numpy, gives every row its code
in a third of the time of a dictionary. Two objects at one place of the table go to the next table; a column that has
many objects (a CSV reader makes one for each cell) is left to the dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

MANY = 10_000  # rows, from which on the tables are worth it
PROBED = 2_000  # rows that are looked at first
BITS = 14
HASHES = (-7046029254386353131, -4417276706812531889, 2870177450012600261, -2643881736870682267)  # odd, with many bits


def coded(column: Sequence[Any], code: Callable[[Any], int]) -> Ints:
    """The code of every row. Raises what `code` raises, and TypeError for what cannot be a key."""
    if len(column) < MANY:
        return _one_by_one(column, code)
    objects = np.fromiter(column, dtype=object, count=len(column))
    address = np.frombuffer(objects, dtype=np.intp)
    probed = address[:: max(1, len(address) // PROBED)]
    if len(np.unique(probed)) > len(probed) // 2:  # too many objects for a table, and counting them takes longer
        return _one_by_one(column, code)
    out = np.empty(0, dtype=np.int32)
    rows: Places | None = None  # None: all of them
    for hash_ in HASHES:
        codes, fits = _by_table(address if rows is None else address[rows], hash_, objects, rows, code)
        if rows is None:
            out = codes
        else:
            out[rows] = codes
        if fits.all():
            return out
        rows = np.flatnonzero(~fits) if rows is None else rows[~fits]
    out[rows] = _one_by_one(objects[rows].tolist(), code)
    return out


def _one_by_one(column: Sequence[Any], code: Callable[[Any], int]) -> Ints:
    return np.fromiter(map(code, column), dtype=np.int32, count=len(column))


def _by_table(
    address: Places, hash_: int, objects: npt.NDArray[np.object_], rows: Places | None, code: Callable[[Any], int]
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Codes by the place in a table, and which rows that is true of; of the others another object has the place."""
    place = address * np.intp(hash_)
    place >>= 64 - BITS
    place &= (1 << BITS) - 1
    owner = np.full(1 << BITS, -1, dtype=np.intp)
    owner[place] = np.arange(len(address))
    taken = np.flatnonzero(owner >= 0)
    owners = owner[taken] if rows is None else rows[owner[taken]]
    codes = np.zeros(1 << BITS, dtype=np.int32)
    codes[taken] = [code(each) for each in objects[owners].tolist()]
    return codes.take(place), address[owner].take(place) == address
