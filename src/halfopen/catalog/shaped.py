"""What rows that ship must keep to beyond their types: how a source is named, and which categories a score may have.

Anybody's own rows, laid over them, may say more: a team's boards have categories of their own, and its contract is a
source. But a fact that ships is believed by strangers, so its source is one that they could look up: a package with
its version, a page that was read in a copy, a row of a table that the project started from. What is named otherwise
says `recalled: true`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from halfopen.catalog.model import Model
from halfopen.catalog.provider import Provider
from halfopen.catalog.snapshot import Row
from halfopen.catalog.source import Source
from halfopen.documents import Complaint, amiss, nearest

# What a source of a model or a provider may be -> how its name is written. Anything may follow that says more.
FORMS: Mapping[str, re.Pattern[str]] = {
    "a package with its version": re.compile(
        r"(genai-prices|LiteLLM|openai|anthropic|mistralai|groq|cerebras-cloud-sdk) \d+(\.\d+)+\b.*"
    ),
    "models.dev with a day or a commit": re.compile(r"models\.dev (\S+ )?(\d{4}-\d\d-\d\d|at [0-9a-f]{7})\b.*"),
    "an address and `opened` or `a stored copy`": re.compile(
        r".*\b[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b.*(\bstored cop(y|ies)\b.*|, opened)"
    ),
    "`github.com/a/b issue 1`": re.compile(r"github\.com/[\w.-]+/[\w.-]+ (issue|pull) \d+\b.*"),
    "`lmarena/arena-catalog, ` and what of it": re.compile(r"lmarena/arena-catalog, \w.*"),
    "a row of a `starting table of models`": re.compile(
        r"starting table of (models|architectures), (row \S+: \S|which cites \S).*"
    ),
}
SOURCED = f"{', '.join(FORMS)}, or `recalled: true`"
TASKS = "overall coding math creative_writing instruction_following hard_prompts longer_query multiturn medicine law"
TONGUES = "english german french spanish chinese japanese russian korean"
CATEGORIES = (*TASKS.split(), *TONGUES.split())


def shaped(row: Row) -> Iterator[Complaint]:
    """What a row that ships says otherwise than it should, by field."""
    if not isinstance(row, Model | Provider):
        return
    for where, source in _sources(row):
        if not source.recalled and not any(form.fullmatch(source.name) for form in FORMS.values()):
            yield amiss(f"{where}.name", f"`{source.name}`", SOURCED)
    for at, rating in enumerate(row.ratings if isinstance(row, Model) else ()):
        if rating.category not in CATEGORIES:
            near = nearest(rating.category, CATEGORIES)
            yield amiss(f"ratings[{at}].category", f"`{rating.category}`", f"one of {', '.join(CATEGORIES)}", near)


def _sources(row: Model | Provider) -> Iterator[tuple[str, Source]]:
    yield from ((f"sources[{at}]", source) for at, source in enumerate(row.sources))
    yield from ((f"disagreements[{at}].source", one.source) for at, one in enumerate(row.disagreements))
    if isinstance(row, Model):
        yield from ((f"ratings[{at}].source", one.source) for at, one in enumerate(row.ratings))
        yield from ((f"benchmarks[{at}].source", one.source) for at, one in enumerate(row.benchmarks))
    else:
        yield from ((f"compliance[{at}].source", one.source) for at, one in enumerate(row.compliance))
