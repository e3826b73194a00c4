"""The journal's lines: a row as JSON, and a decision before the first row that names it.

A line ends in a newline and holds none, so whatever follows the last newline was never finished.
"""

from __future__ import annotations

import msgspec

from halfopen.ledger.entry import Entry


class Told(msgspec.Struct, frozen=True):
    """A decision's JSON text under its digest. It is kept as a string, so that it comes back byte for byte."""

    digest: str
    decision: str


Unreadable = msgspec.DecodeError  # also the parent of msgspec.ValidationError

_encoder = msgspec.json.Encoder(enc_hook=dict)  # a Mapping that is no dict
_entry = msgspec.json.Decoder(Entry)
_told = msgspec.json.Decoder(Told)


def write(told: Entry | Told) -> bytes:
    """One line. Raises UnicodeEncodeError for half a surrogate pair."""
    return _encoder.encode(told) + b"\n"


def read(line: bytes) -> Entry | Told:
    """What `write` wrote. Raises Unreadable."""
    return _told.decode(line) if line.startswith(b'{"digest":') else _entry.decode(line)
