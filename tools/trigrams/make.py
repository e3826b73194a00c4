"""Makes `grams.py` and `words.py` of the room `recognize` out of `seed.txt`: how languages are told apart.

    python tools/trigrams/make.py

The seed is prose of our own, the same little story in every language, behind the words that hold its sentences
together. Nothing of it stands in the texts that the recognizer is measured with.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
LEVELS = 6  # how finely it is told how frequent a trigram is
MOST = 330  # trigrams that are kept of a language
WIDTH = 108  # characters of a line of data
TO = HERE.parent.parent / "src" / "halfopen" / "recognize"
GRAMS = '''"""How three letters in a row tell languages apart; made by `tools/trigrams/make.py`, not by hand.

The trigrams of each language, packed one after the other, the rare ones first; behind each `|` come those that are
twice as frequent as the ones before it. `_` is where a word begins or ends.
"""'''
WORDS = (
    '''"""The words that hold the sentences of a language together; made by `tools/trigrams/make.py`, not by hand."""'''
)


def seeds(text: str) -> Iterator[tuple[str, str, str]]:
    """Each language, the words that hold its sentences together, and its prose."""
    for block in text.split("== ")[1:]:
        language, words, prose = block.strip().split("\n", 2)
        yield language, words, prose


def trigrams(text: str) -> Counter[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return Counter(padded[at : at + 3] for padded in (f"_{word}_" for word in words) for at in range(len(padded) - 2))


def levels(words: str, prose: str) -> list[list[str]]:
    """The trigrams by how frequent they are; those of the prose count more, where words come as often as they do."""
    counts = Counter({gram: 3 * count for gram, count in trigrams(prose).items()}) + trigrams(words)
    scale = 3000 / counts.total()
    found: list[list[str]] = [[] for _ in range(LEVELS)]
    for gram, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST]:
        level = round(math.log2(count * scale))
        found[min(max(level, 0), LEVELS - 1)].append(gram)
    return [sorted(grams) for grams in found]


def made(text: str) -> dict[str, str]:
    """The modules, by their names."""
    grams = {language: "|".join(map("".join, levels(words, prose))) for language, words, prose in seeds(text)}
    words = {language: " ".join(dict.fromkeys(listed.split())) for language, listed, _ in seeds(text)}
    return {"grams.py": _module(GRAMS, "GRAMS", grams), "words.py": _module(WORDS, "WORDS", words)}


def _module(head: str, name: str, rows: Mapping[str, str]) -> str:
    lines = [head, "", "from __future__ import annotations", "", "from collections.abc import Mapping", ""]
    lines.append(f"{name}: Mapping[str, str] = {{")
    for language, text in rows.items():
        pieces = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
        lines += [f'    "{language}": (', *(f'        "{piece}"' for piece in pieces), "    ),"]
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    for module, written in made((HERE / "seed.txt").read_text(encoding="utf-8")).items():
        (TO / module).write_text(written, encoding="utf-8")
