"""What a request is for: by what gives it away in the instructions and in the user's words, by its shape and its code.

Where two tasks have as much for them, and where there is too little, nobody knows: a wrong task sends a request to the
wrong model, and `unknown` to the one that the lane would take anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from halfopen.conversation.outline import Outline
from halfopen.recognize.tells import crafts, texts
from halfopen.recognize.tells.tell import Tell
from halfopen.recognize.written import instructions, last, plain, words

TELLS = (*crafts.TELLS, *texts.TELLS)
UNKNOWN, ASKING = "unknown", "question_answering"
TASKS = (*dict.fromkeys(tell.task for tell in TELLS), UNKNOWN)
ENOUGH = 3  # points
HEAD, TAIL, ABOVE = 300, 150, 300  # characters of the user's text, of its end, and of the instructions
QUESTION = 160  # characters; a longer one brings something that it is about
GREETING = 60  # characters; who writes more than a greeting wants something

_greeting = re.compile(
    r"\W*(?:hi|hello|hey|hallo|hola|salut|bonjour|ciao|good (?:morning|evening|night)|guten (?:morgen|tag|abend)"
    r"|thanks?|thank you|danke|merci|gracias|grazie)\b"
)
_question = re.compile(
    r"\W*(?:what|whats|who|whose|when|where|why|how|which|is|are|does|do|did|can|could|should|explain|describe"
    r"|tell me (?:about|more|how|why)|(?:the )?difference between|give me \w+ (?:reasons|examples|tips|facts)|recommend"
    r"|was|wer|wann|wo|warum|wie|welche[rs]?|kann|darf|erkläre?|quel(?:le)?s?|qui|quand|où|pourquoi|comment|explique"
    r"|qué|quién|cuándo|dónde|cómo|cuál|cuánto|explica|chi|quando|dove|perché|quanto)\b"
)
_name = re.compile(r"[^a-z]?[a-z]{2,20}[A-Z][a-z]|.*[a-z]_[a-z]|.*\w\(\)")  # of a variable, or a call
_material = re.compile(r"[:\"\[{\n`]|\b(?:this|these|those|below|following|above|attached)\b")
_SIGNS = frozenset("=^*×/+%")  # without one of them there is no sum
_sum = re.compile(r"\d\s*[*×^/+]\s*\d|\b[xyz]\s*[+-]\s*\d+\s*=|\d[xyz]\b.*=|[a-z]\^\d|\d ?% of \d")
_BY_SHAPE: Mapping[str, tuple[tuple[str, int], ...]] = {
    "agent": (("agent", 6),),
    "tools": (("agent", 2),),
    "extraction": (("extraction", 3),),
}
_BY_CODE: Mapping[str, int] = {"none": 0, "data": 0, "html": 2}  # points for coding; any other code has 4


def _indexed() -> Mapping[str, tuple[Tell, ...]]:
    index: dict[str, list[Tell]] = {}
    for tell in TELLS:
        for word in tell.words:
            index.setdefault(word, []).append(tell)
    return {word: tuple(tells) for word, tells in index.items()}


_INDEX = _indexed()


def task(outline: Outline, shape: str, code: str) -> str:
    """The task, or `unknown`."""
    wish = plain(last(outline)).strip()
    asked = wish.lower()
    user = asked if len(asked) <= HEAD + TAIL else f"{asked[:HEAD]}\n{asked[-TAIL:]}"
    above = instructions(outline)[:ABOVE].lower()
    points = _points(f"{user}\n{above}" if above else user)
    for name, more in _BY_SHAPE.get(shape, ()):
        points[name] = points.get(name, 0) + more
    points["coding"] = points.get("coding", 0) + _BY_CODE.get(code, 4) + 3 * _names(wish[:HEAD])
    if not _SIGNS.isdisjoint(user) and _sum.search(user):
        points["mathematics"] = points.get("mathematics", 0) + 3
    if len(user) <= GREETING and _greeting.match(user):
        points["chat"] = points.get("chat", 0) + 3
    most = max(points.values())
    if most < ENOUGH:
        return ASKING if _asks(user) else UNKNOWN
    first = [name for name, had in points.items() if had == most]
    return first[0] if len(first) == 1 else UNKNOWN


def _names(wish: str) -> bool:
    """Whether it names variables or calls, as those do who write programs."""
    odd = [word for word in wish.split() if not word.islower() or "_" in word or "(" in word]
    return any(_name.match(word) for word in odd)


def _asks(user: str) -> bool:
    """Whether it is a question, or a wish to know, that needs nothing else to be understood."""
    if len(user) > QUESTION or (user.isascii() and user.count(" ") < 2):
        return False
    asks = user.endswith(("?", "\uff1f", "\u061f")) or _question.match(user) is not None
    return asks and not _material.search(user)


def _points(text: str) -> dict[str, int]:
    """What the words and their patterns give."""
    tells = {id(tell): tell for word in _INDEX.keys() & words(text) for tell in _INDEX[word]}
    found: dict[str, int] = {}
    for tell in tells.values():
        if tell.pattern is None or tell.pattern.search(text):
            found[tell.task] = found.get(tell.task, 0) + tell.points
    return found
