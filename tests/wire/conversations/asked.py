"""Every request of the fixtures, in our own words; where a crossing loses something, what arrives and what is lost."""

from __future__ import annotations

from tests.wire.conversations.bodies import Asked
from tests.wire.conversations.knobs import KNOBS
from tests.wire.conversations.tools import THOUGHTS, TOOLS
from tests.wire.conversations.words import MEDIA, PLAIN

ASKED: list[Asked] = [*PLAIN, *MEDIA, *TOOLS, *THOUGHTS, *KNOBS]
