"""The dozen questions: what is proposed is an answer, what is none is told, and answers make a workload that reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.apps.plans.asked import from_text, told
from halfopen.apps.plans.questions import PAPERS, PLACES, QUESTIONS, READS, USES, workload_of
from halfopen.costs.workload import Workload


def answers(**typed: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        found[question.key] = question.read(typed.get(question.key, "") or question.proposed(found))
    return found


def asked(**typed: str) -> Workload:
    return from_text(workload_of(answers(**typed)), "w")


def test_there_are_a_dozen_and_each_says_why() -> None:
    assert len(QUESTIONS) == 12
    assert all(question.why.endswith(".") for question in QUESTIONS)


@given(
    use=st.sampled_from(list(USES)),
    stays=st.sampled_from(list(PLACES)),
    papers=st.lists(st.sampled_from(PAPERS), min_size=1).map(",".join),
    reads=st.lists(st.sampled_from(READS), min_size=1).map(",".join),
    cacheable=st.sampled_from(["0", "50 %", "0.25", "1"]),
    waits=st.sampled_from(["yes", "no", "y", "N"]),
    growth=st.sampled_from(["0", "3 %", "3%"]),
)
def test_whatever_is_answered_is_a_workload_that_is_written_and_read_as_it_was(**typed: str) -> None:
    found = asked(**typed)
    assert from_text(told(found), "w") == found


def test_answers_are_what_they_say() -> None:
    found = asked(use="summaries", requests="2.5M", stays="eu", papers="soc2, hipaa_baa", reads="pdf", enough="gpt-5.4")
    (task,) = found.tasks
    assert (task.requests.monthly, task.residency, task.compliance) == (2_500_000, ("EU",), ("soc2", "hipaa_baa"))
    assert (task.modalities, task.batchable, task.latency) == (("pdf",), Decimal(1), None)
    assert task.quality is not None
    assert task.quality.parity_of == "gpt-5.4"
    assert found.team.people.skills == ()


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("use", "sumaries", "did you mean summaries?"),
        ("requests", "many", "is no number of 1 or more"),
        ("requests", "0", "is no number of 1 or more"),
        ("tokens_in", "1.5", "is no number of 1 or more"),
        ("cacheable", "150 %", "is no share"),
        ("waits", "perhaps", "yes or no"),
        ("papers", "hipaa", "hipaa_baa"),
    ],
)
def test_what_is_no_answer_is_told_with_what_would_be(key: str, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        answers(**{key: typed})
