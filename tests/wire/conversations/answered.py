"""Every answer of the fixtures by its name, as each dialect tells it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations import further, responses_answered
from tests.wire.conversations.gemini import answered as gemini_answered
from tests.wire.conversations.replies import REPLIES
from tests.wire.conversations.told import Case, Told, both
from tests.wire.searches import answered as searches

_OTHERS: Mapping[str, Mapping[str, Told]] = {
    "responses": responses_answered.ANSWERED,
    "gemini": gemini_answered.ANSWERED,
}

_CASES: Mapping[str, Case] = {**{pair.name: both(pair) for pair in REPLIES}, **further.ANSWERED, **searches.ANSWERED}

ANSWERED: Mapping[str, Case] = {
    case: {**told, **{dialect: its[case] for dialect, its in _OTHERS.items() if case in its}}
    for case, told in _CASES.items()
}
