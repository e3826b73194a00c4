"""The answers of the fixtures as gemini tells them, and what becomes of them on the way in and out."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations.gemini import further
from tests.wire.conversations.gemini.replies import REPLIES
from tests.wire.conversations.told import Told

ANSWERED: Mapping[str, Told] = {**REPLIES, **further.ANSWERED}
