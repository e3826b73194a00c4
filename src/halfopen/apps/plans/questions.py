"""The dozen questions that make a workload where nobody has written one: a row each, with why it is asked.

Answers are text as somebody types it; an empty one takes what is proposed, which may depend on what was said before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from halfopen.advisor.advice.question import ENOUGH
from halfopen.documents import nearest
from halfopen.documents.written import document

Answers = Mapping[str, Any]
MODEL_PARITY = 95  # per cent of a model that is said to be good enough


@dataclass(frozen=True, slots=True)
class Use:
    """What models are used for, with what is usual there: tokens, the share of a prompt that repeats, who waits."""

    says: str
    tokens_in: int
    tokens_out: int
    cacheable: str
    waits: bool
    category: str = "overall"
    tools: bool = False


# Usual figures, to be corrected by whoever answers: they are assumptions and no statistics.
USES: Mapping[str, Use] = {
    "chat": Use("people talk to it", 1500, 300, "0.5", True),
    "support": Use("it answers customers, with the handbook at hand", 4000, 300, "0.7", True, tools=True),
    "coding": Use("it writes and changes code", 20_000, 800, "0.9", True, "coding", True),
    "search": Use("it answers from documents that were found", 6000, 400, "0.2", True),
    "summaries": Use("it shortens documents", 8000, 400, "0", False),
    "extraction": Use("it fills fields from documents", 3000, 200, "0.3", False),
    "translation": Use("it translates", 1000, 1000, "0", False),
    "other": Use("something else", 2000, 400, "0.3", True),
}
PLACES: Mapping[str, Mapping[str, Any]] = {"anywhere": {}, "EU": {"residency": ["EU"]}, "home": {"zone": "home"}}
PAPERS = ("none", "soc2", "iso27001", "hipaa_baa", "zero_retention")
READS = ("text", "image", "pdf", "audio", "video")


@dataclass(frozen=True, slots=True)
class Question:
    """`why` it is asked; `proposed` is what an empty answer means; `read` raises ValueError for what is none."""

    key: str
    asks: str
    why: str
    proposed: Callable[[Answers], str]
    read: Callable[[str], Any]


def _always(text: str) -> Callable[[Answers], str]:
    return lambda answers: text


def _usual(field: str) -> Callable[[Answers], str]:
    """What is usual for the use that was named."""
    return lambda answers: str(getattr(USES[answers["use"]], field))


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = next((word for word in words if word.lower() == text.strip().lower()), None)
        if found is None:
            near = nearest(text.strip(), words)
            raise ValueError(f"`{text}`: {f'did you mean {near}? ' if near else ''}It is one of {', '.join(words)}")
        return found

    return read


def _several_of(*words: str) -> Callable[[str], list[str]]:
    """Words with commas between them; the first alone means none of the others."""
    each = _one_of(*words)
    return lambda text: [word for part in text.split(",") if (word := each(part)) != words[0]]


def _count(text: str) -> int:
    """`300000`, `300k`, `2.5M`."""
    plain = text.strip().lower().replace(",", "").replace("_", "")
    times = {"k": 1000, "m": 1_000_000, "b": 1_000_000_000}.get(plain[-1:], 1)
    try:
        found = Decimal(plain.rstrip("kmb")) * times
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found < 1 or found != int(found):
        raise ValueError(f"`{text}` is no number of 1 or more, such as 300000, 300k or 2.5M")
    return int(found)


def _percent(text: str) -> Decimal:
    """`50`, `50 %`, `0.5`: a share."""
    try:
        found = Decimal(text.replace("%", "").strip())
    except InvalidOperation:
        found = Decimal(-1)
    found = found if "%" not in text and found <= 1 else found / 100
    if not 0 <= found <= 1:
        raise ValueError(f"`{text}` is no share, such as 50 % or 0.5")
    return found


def _yes(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("y", "yes", "n", "no", "true", "false"):
        raise ValueError(f"`{text}`: yes or no")
    return word in ("y", "yes", "true")


QUESTIONS: tuple[Question, ...] = (
    Question(
        "use",
        f"What will it do? ({', '.join(USES)})",
        "It says which board's ratings count, and what is usual for the next questions.",
        _always("chat"),
        _one_of(*USES),
    ),
    Question(
        "requests",
        "How many requests a month?",
        "Volume decides whether machines of your own can ever pay.",
        _always("100k"),
        _count,
    ),
    Question(
        "tokens_in",
        "How many tokens does a request have, with all that stands before it? (a page is about 500)",
        "Most of a bill is input, and most of that is the same text again.",
        _usual("tokens_in"),
        _count,
    ),
    Question(
        "tokens_out",
        "How many tokens does an answer have?",
        "At most offers a token out costs two to six times as much as one in.",
        _usual("tokens_out"),
        _count,
    ),
    Question(
        "cacheable",
        "How much of a request is the same as in the one before? (50 % or 0.5)",
        "At most offers what repeats is read from a cache, at a twentieth to a quarter of the price.",
        _usual("cacheable"),
        _percent,
    ),
    Question(
        "waits",
        "Does somebody wait for the answer? (yes, no)",
        "Where batches are sold, what can wait is half the price; what cannot has to be fast.",
        lambda answers: "yes" if USES[answers["use"]].waits else "no",
        _yes,
    ),
    Question(
        "stays",
        f"Where may the requests go? ({', '.join(PLACES)}; home is your own machines)",
        "It excludes more offers than anything else, and no price makes up for it.",
        _always("anywhere"),
        _one_of(*PLACES),
    ),
    Question(
        "papers",
        f"Which papers do you need of a provider? ({', '.join(PAPERS)}; several with commas)",
        "A provider that does not give them cannot be used, however good it is.",
        _always("none"),
        _several_of(*PAPERS),
    ),
    Question(
        "reads",
        f"What has it to read? ({', '.join(READS)}; several with commas)",
        "Nearly all closed models read more than text, and about half of the open ones.",
        _always("text"),
        _several_of(*READS),
    ),
    Question(
        "enough",
        "Which model is good enough today? (a name; empty if you do not know)",
        f"Without it {ENOUGH} % parity with the best closed model is asked, and much of the price hangs on it.",
        _always(""),
        str.strip,
    ),
    Question(
        "hosting",
        "Can somebody in your team run models on machines? (yes, no)",
        "Machines need people: half a person is reckoned with, at $12,000 a month.",
        _always("no"),
        _yes,
    ),
    Question(
        "growth",
        "By how much does it grow a month? (3 %, or 0)",
        "What is right today may be wrong in a year.",
        _always("0"),
        _percent,
    ),
)


def workload_of(answers: Answers) -> str:
    """The workload.yaml that answers make."""
    use = USES[answers["use"]]
    task: dict[str, Any] = {
        "name": answers["use"],
        "requests": {"per_month": answers["requests"]},
        "input": {"mean": answers["tokens_in"]},
        "output": {"mean": answers["tokens_out"]},
        "category": use.category,
    }
    if answers["cacheable"]:
        task["cacheable"] = answers["cacheable"]
    if use.tools:
        task["tools"] = True
    task |= {"latency": {"first_token_ms": 2000}} if answers["waits"] else {"batchable": 1}
    task |= PLACES[answers["stays"]]
    task |= {"compliance": answers["papers"]} if answers["papers"] else {}
    task |= {"modalities": answers["reads"]} if answers["reads"] else {}
    task |= {"quality": {"parity_of": answers["enough"], "at_least": MODEL_PARITY}} if answers["enough"] else {}
    team: dict[str, Any] = {"people": {"skills": ["hosting"] if answers["hosting"] else []}}
    team |= {"growth_per_month": answers["growth"]} if answers["growth"] else {}
    written = document({"team": team, "tasks": [task]})
    return f"# Written from answers to `halfopen advise`; docs/cost.md has every field.\n{written}"
