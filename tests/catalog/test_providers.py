"""Who hosts, and what each promises: of a plan and an endpoint, seen somewhere, and kept where it is contradicted."""

from __future__ import annotations

from collections import defaultdict

import pytest

from halfopen.catalog.provider import Compliance
from tests.catalog.shelf import DAY, shipped

ASKED_FOR = (
    "alibaba anthropic aws azure cerebras cohere deepinfra deepseek fireworks google groq huggingface minimax mistral "
    "moonshot nebius novita openai openrouter ovhcloud perplexity scaleway together vertex xai zai"
)
SIGNED_WITH = (  # by teams, who ask for promises before they do
    "anthropic aws azure cohere deepseek fireworks google groq mistral nebius openai ovhcloud scaleway together "
    "vertex xai"
)
EU = {"AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "NL", "PL", "SE"}
SIGNED = {"sigv4": "AWS_ACCESS_KEY_ID", "google": "GOOGLE_APPLICATION_CREDENTIALS"}
OWN_ADDRESS = {"aws", "azure", "vertex"}


def promises() -> list[tuple[str, Compliance]]:
    return [(name, row) for name, provider in shipped().providers.items() for row in provider.compliance]


def test_every_host_that_was_asked_for_is_there() -> None:
    hosts = {name for name, provider in shipped().providers.items() if provider.hosting != "self_hosted"}
    assert set(ASKED_FOR.split()) <= hosts


def test_four_of_them_and_more_are_at_home_in_the_eu() -> None:
    home = {name for name, provider in shipped().providers.items() if provider.home in EU}
    assert {"mistral", "nebius", "ovhcloud", "scaleway"} <= home


def test_who_gives_every_customer_an_address_has_none_here_and_the_file_says_what_to_set() -> None:
    assert {name for name, provider in shipped().providers.items() if provider.base_url is None} == OWN_ADDRESS


def test_calls_that_are_signed_are_signed_with_what_the_first_variable_names() -> None:
    signed = {provider.name: provider for provider in shipped().providers.values() if provider.auth in SIGNED}
    assert set(signed) == {"aws", "vertex"}
    for provider in signed.values():
        assert provider.key_env == SIGNED[provider.auth]


@pytest.mark.parametrize("name", SIGNED_WITH.split())
def test_of_each_that_teams_sign_with_some_promises_are_known(name: str) -> None:
    topics = {row.topic for row in shipped().providers[name].compliance}
    assert len(topics) >= 2
    assert "zero_retention" in topics


def test_a_promise_was_seen_at_an_address_or_in_a_file_and_never_remembered() -> None:
    assert len(promises()) >= 100
    for name, row in promises():
        assert not row.source.recalled, name
        assert row.source.name.startswith("https://"), f"{name}: {row.source.name}"
        assert row.source.checked <= DAY, name
        assert row.value, name


def test_each_topic_is_known_of_somebody() -> None:
    by_topic = defaultdict(set)
    for name, row in promises():
        by_topic[row.topic].add(name)
    assert {topic: len(names) for topic, names in by_topic.items() if len(names) < 3} == {}
    assert len(by_topic) == 9


def test_no_promise_stands_twice_and_a_contradiction_stands_twice() -> None:
    said = defaultdict(list)
    for name, row in promises():
        said[name, row.topic, row.plan, row.endpoint].append(row.value)
    assert [key for key, values in said.items() if len(set(values)) < len(values)] == []
    torn = {(name, topic) for (name, topic, _, _), values in said.items() if len(values) > 1}
    assert {
        ("deepseek", "training_on_customer_data"),
        ("deepseek", "residency_storage"),
        ("mistral", "residency_inference"),
        ("together", "zero_retention"),
        ("vertex", "zero_retention"),
        ("xai", "zero_retention"),
    } <= torn


def test_what_holds_for_one_plan_or_one_model_does_not_hold_for_all() -> None:
    unpaid = {
        row.plan: row.value for row in shipped().providers["google"].compliance if row.topic.startswith("training")
    }
    assert unpaid["unpaid"] == "yes"
    assert unpaid["paid"] == "no"
    assert unpaid["unpaid, for users in the EEA, Switzerland and the UK"] == "no"
    baa = {row.endpoint: row.value for row in shipped().providers["vertex"].compliance if row.topic == "hipaa_baa"}
    assert baa == {"Gemini": "yes", "Claude": "not confirmed"}
