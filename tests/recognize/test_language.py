"""Languages are told by script, words and trigrams; code, addresses and the machine's words are no language."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from halfopen.conversation.outline import Outline, Said
from halfopen.recognize import grams, words
from halfopen.recognize.language import language, of

ROOT = Path(__file__).parent.parent.parent


def _asked(*texts: tuple[str, str]) -> Outline:
    return Outline(texts=tuple(Said("p", "assistant" if role == "assistant" else "user", text) for role, text in texts))


def test_the_tables_are_what_the_tool_makes_of_its_seed() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "trigrams" / "make.py"))
    made = tool["made"]((ROOT / "tools" / "trigrams" / "seed.txt").read_text(encoding="utf-8"))
    for name in ("grams.py", "words.py"):
        assert made[name] == (ROOT / "src" / "halfopen" / "recognize" / name).read_text(encoding="utf-8")
    assert grams.GRAMS.keys() == words.WORDS.keys()
    assert sum(len(text.encode()) for text in made.values()) < 60_000


def test_what_the_user_said_last_counts_and_not_what_was_answered() -> None:
    german = "Danke, aber ich brauche das bis morgen und nicht erst am Freitag, wenn es geht."
    english = "This is the answer of a model, which is much longer than what the user has to say about it."
    assert language(_asked(("user", german), ("assistant", english))) == "de"


def test_a_short_reply_is_read_with_what_was_said_before() -> None:
    before = "Je cherche un appartement à louer dans le centre, pas trop cher."
    assert language(_asked(("user", before), ("assistant", "Quel quartier ?"), ("user", "ok"))) == "fr"


def test_code_between_fences_and_addresses_say_nothing() -> None:
    code = "```python\nwhile True:\n    print('the end of the line and of the world')\n```"
    assert of("") == "unknown"
    assert language(_asked(("user", f"{code} https://example.org/the/end/of/the/world"))) == "unknown"
    assert language(_asked(("user", f"Warum hört das hier nicht auf? {code}"))) == "de"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("日本", "zh"),  # without kana nobody can tell
        ("日本へ行きます", "ja"),
        ("ภาษาไทย", "unknown"),  # a script that we do not know
        ("اردو میں جواب دیں، مجھے یہ سمجھ نہیں آیا", "unknown"),
    ],
)
def test_scripts_answer_for_themselves(text: str, answer: str) -> None:
    assert of(text) == answer
