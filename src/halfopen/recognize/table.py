"""Every fact that we recognize, a row each: a new one is a file and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from halfopen.recognize.category import CATEGORIES, category
from halfopen.recognize.code import ANSWERS as CODES
from halfopen.recognize.code import code
from halfopen.recognize.language import ANSWERS as LANGUAGES
from halfopen.recognize.language import language
from halfopen.recognize.shape import MEDIA, SHAPES, media, shape
from halfopen.recognize.size import SIZES, TOKENS, size, tokens
from halfopen.recognize.task import TASKS, task


@dataclass(frozen=True, slots=True)
class Recognizer:
    """`function` is called with the outline and then with the facts named in `after`, in that order.

    `cost` is about how many microseconds a kilobyte of prose takes it, the facts before it not counted.
    """

    name: str
    function: Callable[..., str]
    answers: tuple[str, ...]
    about: str
    cost: float
    after: tuple[str, ...] = ()


RECOGNIZERS: tuple[Recognizer, ...] = (
    Recognizer("size", size, SIZES, "how much text there is", 1),
    Recognizer("tokens", tokens, TOKENS, "the prompt has at most so many tokens, as a power of two", 1),
    Recognizer("shape", shape, SHAPES, "what kind of conversation it is, by its parts", 1),
    Recognizer("media", media, MEDIA, "what is shown or heard in it", 1),
    Recognizer("language", language, LANGUAGES, "the language of what the user wrote, ISO 639-1", 13),
    Recognizer("code", code, CODES, "the programming language of code that the user sent", 20),
    Recognizer("task", task, TASKS, "what it is for", 38, after=("shape", "code")),
    Recognizer("category", category, CATEGORIES, "the category of ratings that fits it", 1, after=("task", "language")),
)
BY_NAME: Mapping[str, Recognizer] = {row.name: row for row in RECOGNIZERS}
