"""Every request of the fixtures by its name, as each dialect tells it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations import further, responses_asked
from tests.wire.conversations.gemini import asked as gemini_asked
from tests.wire.conversations.knobs import KNOBS
from tests.wire.conversations.told import Case, Pair, Told, both
from tests.wire.conversations.tools import THOUGHTS, TOOLS
from tests.wire.conversations.words import MEDIA, PLAIN
from tests.wire.searches import asked as searches

_PAIRS: list[Pair] = [*PLAIN, *MEDIA, *TOOLS, *THOUGHTS, *KNOBS]
_OTHERS: Mapping[str, Mapping[str, Told]] = {
    "responses": responses_asked.ASKED,
    "gemini": gemini_asked.ASKED,
}

_CASES: Mapping[str, Case] = {**{pair.name: both(pair) for pair in _PAIRS}, **further.ASKED, **searches.ASKED}

ASKED: Mapping[str, Case] = {
    case: {**told, **{dialect: its[case] for dialect, its in _OTHERS.items() if case in its}}
    for case, told in _CASES.items()
}
