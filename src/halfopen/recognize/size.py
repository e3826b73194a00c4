"""How large a request is: its text in four steps, and a bound of its tokens that is never too low."""

from __future__ import annotations

from halfopen.conversation.outline import Outline

# Up to so many bytes of text; roughly a page, a chapter, a book that still fits most models.
STEPS: tuple[tuple[int, str], ...] = ((4_000, "small"), (32_000, "medium"), (256_000, "large"))
HUGE = "huge"
SIZES = (*(name for _, name in STEPS), HUGE)

UNKNOWN = "unknown"
FEWEST, MOST = 8, 24  # powers of two that are told apart
TOKENS = (*(str(2**power) for power in range(FEWEST, MOST + 1)), UNKNOWN)


def size(outline: Outline) -> str:
    """By the bytes of all texts; media have no text, and are not weighed."""
    weight = sum(_bytes(said.text) for said in outline.texts)
    return next((name for most, name in STEPS if weight <= most), HUGE)


def tokens(outline: Outline) -> str:
    """The prompt has at most so many tokens: a power of two, so that there are few answers.

    No token is shorter than a byte, and the body has more bytes than its texts. What stands elsewhere, or is media,
    is not bound by them.
    """
    if outline.media or outline.elsewhere:
        return UNKNOWN
    power = max(FEWEST, (outline.size - 1).bit_length())
    return str(2**power) if power <= MOST else UNKNOWN


def _bytes(text: str) -> int:
    """As UTF-8, whatever stands in it."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
