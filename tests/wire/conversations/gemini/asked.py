"""The requests of the fixtures as gemini tells them, and what becomes of them on the way in and out."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations.gemini import further
from tests.wire.conversations.gemini.knobs import KNOBS, THOUGHTS
from tests.wire.conversations.gemini.tools import TOOLS
from tests.wire.conversations.gemini.words import WORDS
from tests.wire.conversations.told import Told

ASKED: Mapping[str, Told] = {**WORDS, **TOOLS, **THOUGHTS, **KNOBS, **further.ASKED}
