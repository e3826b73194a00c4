"""Which category of ratings says most about who answers a request well: by its task, or else by its language."""

from __future__ import annotations

from collections.abc import Mapping

from halfopen.conversation.outline import Outline

OVERALL = "overall"
BY_TASK: Mapping[str, str] = {"coding": "coding", "mathematics": "math"}
BY_LANGUAGE: Mapping[str, str] = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ja": "japanese",
    "ko": "korean",
    "ru": "russian",
    "zh": "chinese",
}
CATEGORIES = (*BY_TASK.values(), *BY_LANGUAGE.values(), OVERALL)


def category(outline: Outline, task: str, language: str) -> str:
    """A category of the boards, as the catalog calls it."""
    return BY_TASK.get(task) or BY_LANGUAGE.get(language, OVERALL)
