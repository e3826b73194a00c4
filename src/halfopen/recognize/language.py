"""In which language a request is written: by its script, and where many share one, by words and trigrams.

Each word and each trigram is a number whose lanes, one for a language, say how well it fits; the sum over a text has in
each lane what speaks for that language. What fits two languages about as well, and what is too short, is `unknown`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from halfopen.conversation.outline import Outline
from halfopen.recognize.grams import GRAMS
from halfopen.recognize.words import WORDS
from halfopen.recognize.written import prose, words

UNKNOWN = "unknown"
SAMPLE = 300  # characters that are looked at: more would change no answer
SCRIPT = 100  # foreign letters that are enough to tell a script
LANE = 16  # bits
WORD, GRAM, LEVEL = 14, 4, 2  # what a word of a list speaks for it, what a trigram does, and each step of frequency
LEAST = 45  # what must speak for a language
AHEAD = 0.05  # of what speaks for the first, by which the second must be behind
CLEAR = 200  # what words must speak for a language if nothing else is asked
_LANES = {language: LANE * place for place, language in enumerate(GRAMS)}
_NAMES = tuple(_LANES)
_ascii = re.compile(r"[A-Za-z]+")
_foreign = re.compile(r"[^\x00-\x7f]+")

# Scripts by blocks of 128 characters; those of one language answer at once.
_BLOCKS: Mapping[int, str] = {
    **dict.fromkeys((0x00, 0x01, 0x02, 0x03, 0x3C, 0x3D), "latin"),
    **dict.fromkeys((0x08, 0x09), "cyrillic"),
    0x07: "el",
    0x0B: "he",
    **dict.fromkeys((0x0C, 0x0D, 0x0E, 0x1F6, 0x1F7, 0x1FC), "arabic"),
    0x12: "hi",
    **dict.fromkeys((0x60, 0x61), "kana"),
    **dict.fromkeys(range(0x4E00 >> 7, 0xA000 >> 7), "han"),
    **dict.fromkeys((0x22, 0x23, *range(0xAC00 >> 7, 0xD800 >> 7)), "ko"),
}
SCRIPTS = ("el", "he", "ar", "fa", "hi", "zh", "ja", "ko")
ANSWERS = (*GRAMS, *SCRIPTS, UNKNOWN)
_DENSE = ("han", "kana", "ko")  # a character of these says as much as two or three letters
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")  # pe, che, zhe, and its own ke, ga and ye
_ARABIC = re.compile("[\u0643\u064a\u0629\u0649]")  # ke, ye, the bound te, and the broken alif
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")


def language(outline: Outline) -> str:
    """ISO 639-1, or `unknown`."""
    return of(prose(outline))


def of(text: str) -> str:
    """The language of a text."""
    sample = text.strip()[:SAMPLE]
    if sample.isascii():
        return _by_words(sample, "latin")
    scripts = _scripts(sample)
    script = max(scripts, key=lambda each: scripts[each], default="latin")
    return _BY_SCRIPT.get(script, _by_words)(sample, script) if script in _KNOWN else UNKNOWN


def _scripts(sample: str) -> Counter[str]:
    """How much of each script there is, in letters or what is worth as much."""
    foreign = "".join(_foreign.findall(sample))
    seen = foreign[:SCRIPT]
    blocks = Counter([ord(letter) >> 7 for letter in seen if letter.isalpha()])
    share = len(foreign) / len(seen)
    found: Counter[str] = Counter()
    for block, count in blocks.items():
        script = _BLOCKS.get(block, "other")
        found[script] += round(count * share * (3 if script in _DENSE else 1))
    found["latin"] += sum(map(len, _ascii.findall(sample)))
    if found["kana"]:
        found["ja"] = found.pop("kana") + found.pop("han", 0)
    return found


def _only(sample: str, script: str) -> str:
    return script


def _han(sample: str, script: str) -> str:
    return "zh"


def _arabic(sample: str, script: str) -> str:
    """Persian has letters that Arabic lacks, and Urdu some that neither has; we do not speak Urdu."""
    if _URDU.search(sample):
        return UNKNOWN
    persian, arabic = len(_PERSIAN.findall(sample)), len(_ARABIC.findall(sample))
    return "fa" if persian > arabic else "ar"


_BY_SCRIPT = {"el": _only, "he": _only, "hi": _only, "ko": _only, "ja": _only, "han": _han, "arabic": _arabic}
_KNOWN = {*_BY_SCRIPT, "latin", "cyrillic"}


def _by_words(sample: str, script: str) -> str:
    """By words alone where they are clear, and many; else by trigrams, too."""
    found, known = words(sample.lower()), _table()
    if not found:
        return UNKNOWN
    said = sum([known.get(word, 0) for word in found])
    first, second, name = _votes(said)
    if first >= CLEAR and second <= first / 2:
        return name
    padded, get = f" {' '.join(found)} ", known.get
    first, second, name = _votes(said + sum([get(padded[at : at + 3], 0) for at in range(len(padded) - 2)]))
    return name if first >= LEAST and first - second >= AHEAD * first else UNKNOWN


def _votes(lanes: int) -> tuple[int, int, str]:
    """What speaks for the first and for the second, and the name of the first."""
    votes = [lanes >> at & 0xFFFF for at in _LANES.values()]
    first = max(votes)
    place = votes.index(first)
    votes[place] = 0
    return first, max(votes), _NAMES[place]


@cache
def _table() -> Mapping[str, int]:
    """Words, and trigrams with blanks for the ends of a word, to what they speak for each language.

    What few languages share says more than what many do.
    """
    said: dict[str, dict[str, int]] = {}
    for name in _LANES:
        for word in WORDS[name].split():
            said.setdefault(word, {})[name] = WORD
        for gram, weight in _grams(GRAMS[name]):
            told = said.setdefault(gram.replace("_", " "), {})
            told[name] = told.get(name, 0) + weight
    return {
        seen: sum(round(weight * (1 + 1 / len(told))) << _LANES[name] for name, weight in told.items())
        for seen, told in said.items()
    }


def _grams(packed: str) -> Iterable[tuple[str, int]]:
    for level, grams in enumerate(packed.split("|")):
        for at in range(0, len(grams), 3):
            yield grams[at : at + 3], GRAM + LEVEL * level
