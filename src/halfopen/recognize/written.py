"""What a person wrote in a request: the last words of the user, without code, addresses and what is quoted as data."""

from __future__ import annotations

import re

from halfopen.conversation.outline import Outline

LONGEST = 4_000  # characters of one text that anybody looks at here
ENOUGH = 40  # characters; with less than that, what the user said before is read, too
_not_letters = re.compile(r"[\W\d_]+")
_blanks = {place: " " for place in range(128) if not chr(place).isalpha()}  # four times faster, where it is enough
_asides = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|[\w.+-]{1,64}@[\w.-]{1,64}", re.DOTALL)


def last(outline: Outline) -> str:
    """The user's last text, without the middle of a long one; where the user said nothing, the last instructions."""
    for role in ("user", "system", "developer"):
        for said in reversed(outline.texts):
            if said.role == role:
                return _ends(said.text)
    return ""


def _ends(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"


def prose(outline: Outline) -> str:
    """What the user wrote in a language of people, the newest first, as far as it takes to tell which."""
    found = ""
    for said in reversed(outline.texts):
        if said.role == "user":
            found += " " + plain(said.text[:LONGEST])
        if len(found) > ENOUGH:
            break
    return found


def plain(text: str) -> str:
    """A text without code that is marked as such, addresses and e-mail addresses."""
    if "`" in text or "://" in text or "@" in text:
        return _asides.sub(" ", text)
    return text


def words(text: str) -> list[str]:
    """The runs of letters of a text."""
    return (text.translate(_blanks) if text.isascii() else _not_letters.sub(" ", text)).split()


def instructions(outline: Outline) -> str:
    """What system and developer say, in order."""
    return "\n".join([said.text for said in outline.texts if said.role in ("system", "developer")])
