"""What is left at a provider, as OpenAI, Anthropic and their like write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.limits.headers import LONGEST, span, spent, until

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC).timestamp()


def of(**headers: str) -> float | None:
    return spent([(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()], NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360.0), ("1h2m3s", 3723.0), ("12ms", 0.012), ("7.66s", 7.66), ("30", 30.0), ("1d", 86400.0)],
)
def test_a_span_is_read_as_it_is_written(text: str, seconds: float) -> None:
    assert span(text) == pytest.approx(seconds)


@given(st.text(max_size=12))
def test_what_is_no_span_is_none_of_ours_and_breaks_nothing(text: str) -> None:
    assert span(text) is None or (span(text) or 0.0) >= 0
    until(text, NOW)
    of(
        x_ratelimit_remaining_requests="0",
        x_ratelimit_reset_requests=text.encode("latin-1", "replace").decode("latin-1"),
    )


def test_something_left_is_nothing_to_wait_for() -> None:
    assert of() is None
    assert of(x_ratelimit_remaining_requests="1", x_ratelimit_reset_requests="1s") is None
    assert of(x_ratelimit_remaining_requests="0") is None  # it does not say until when


def test_nothing_left_is_waited_for_until_the_provider_has_more_of_all_that_lacks() -> None:
    assert of(x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests="2s") == 2
    both = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "2s"}
    assert of(**both, x_ratelimit_remaining_tokens="0", x_ratelimit_reset_tokens="6m0s") == 360
    moment = {"anthropic_ratelimit_input_tokens_reset": "2026-11-25T12:00:30Z"}
    assert of(anthropic_ratelimit_input_tokens_remaining="0", **moment) == pytest.approx(30)


def test_a_word_that_is_over_or_absurd_is_not_believed() -> None:
    past = {"anthropic_ratelimit_requests_reset": "2026-11-25T11:00:00Z"}
    assert of(anthropic_ratelimit_requests_remaining="0", **past) == 0
    assert of(x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests="900d") == LONGEST
