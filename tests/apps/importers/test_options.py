"""Settings of the router, the library and the proxy: what of them is written, told, or so anyway."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from halfopen.apps.config.settings import Settings, load
from halfopen.apps.importers.lanes import SHIPPED
from halfopen.apps.importers.litellm import USUAL_TRIES
from halfopen.apps.importers.options import GENERAL, LITELLM, ROUTER
from halfopen.policy.rules import AUTO, Policy
from tests.apps.importers.configs import loaded, of, several, told, tried


def test_the_lanes_that_ship_are_changed_by_no_group(tmp_path: Path) -> None:
    assert set(SHIPPED) == {AUTO, *load(None).lanes}
    made = several("realtime groq/a", "realtime groq/b", "auto groq/a", "auto groq/b")
    assert made.aliases == {"realtime": "halfopen/realtime-litellm", "auto": "halfopen/auto-litellm"}
    assert tried(made, tmp_path, "auto") == ["a@groq", "b@groq"]
    assert loaded(made, tmp_path).lanes["realtime"] == load(None).lanes["realtime"]


def test_as_many_offers_are_tried_as_ever_unless_a_lane_needs_more(tmp_path: Path) -> None:
    assert Settings().most_tries == Policy().most_tries == USUAL_TRIES
    assert "most_tries" not in several(*[f"a groq/m{n}" for n in range(4)]).yaml
    assert loaded(several(*[f"a groq/m{n}" for n in range(5)]), tmp_path).most_tries == 5


def test_a_group_called_like_a_lane_of_ours_is_told() -> None:
    made = several("halfopen/x groq/m")
    assert not made.aliases
    assert "choose another name" in told(made, "left")["model_list[0]"]


def test_an_offer_that_is_called_like_a_group_gets_a_lane(tmp_path: Path) -> None:
    made = several("m@groq groq/m")
    assert made.aliases == {"m@groq": "halfopen/m-groq"}
    assert tried(made, tmp_path, "m@groq") == ["m@groq"]


def test_names_that_yaml_could_misread_stay_names(tmp_path: Path) -> None:
    names = ["null", "'~'", "'a: b'", "'#x'", "'- y'", "'q\"q'", "ünï", "'*'", "NO", "1.0"]
    made = several(
        *[f"{name} groq/m{at}" for at, name in enumerate(names) if " " not in name and name not in ("null", "'*'")]
    )
    said = loaded(made, tmp_path)
    assert set(said.aliases) == {"~", "#x", 'q"q', "ünï", "NO", "1.0"}


@pytest.mark.parametrize("setting", ["router_settings: {timeout: 12.50}", "litellm_settings: {request_timeout: 12.5}"])
def test_the_time_for_a_call_is_kept(setting: str, tmp_path: Path) -> None:
    assert loaded(several("a groq/m", more=setting), tmp_path).deadlines.total == 12.5


def test_no_time_at_all_is_told(tmp_path: Path) -> None:
    made = several("a groq/m", more="router_settings: {timeout: 0}")
    assert told(made, "left") == {"router_settings.timeout": "leaves no time"}
    assert loaded(made, tmp_path).deadlines.total == 600


def test_the_routers_fallbacks_count_and_not_the_librarys(tmp_path: Path) -> None:
    made = several(
        "a groq/a",
        "b groq/b",
        "c groq/c",
        more="litellm_settings: {fallbacks: [{a: [c]}]}\nrouter_settings: {fallbacks: [{a: [b]}]}",
    )
    assert tried(made, tmp_path, "a") == ["a@groq", "b@groq"]
    assert "counts for nothing" in told(made, "same")["litellm_settings.fallbacks"]


def test_a_fallback_that_changes_the_request_is_its_group_and_told(tmp_path: Path) -> None:
    made = several("a groq/a", "b groq/b", more="router_settings: {fallbacks: [{a: [{model: b, messages: []}]}]}")
    assert tried(made, tmp_path, "a") == ["a@groq", "b@groq"]
    assert "changes the request" in told(made, "left")["router_settings.fallbacks[0]"]


@pytest.mark.parametrize(
    "wrong", ["fallbacks: b", "fallbacks: [b]", "model_group_alias: [b]", "timeout: {a: b}", "max_fallbacks: many"]
)
def test_what_has_another_shape_is_told_and_stops_nothing(wrong: str, tmp_path: Path) -> None:
    made = several("a groq/a", "b groq/b", more=f"router_settings: {{{wrong}}}")
    assert told(made, "left")
    assert tried(made, tmp_path, "a") == ["a@groq"]


def test_an_alias_of_nothing_or_of_a_group_of_that_name_is_told() -> None:
    made = several("a groq/a", "b groq/b", more="router_settings: {model_group_alias: {x: gone, a: b}}")
    assert list(made.aliases) == ["a", "b"]
    assert "nothing was carried" in told(made, "left")["router_settings.model_group_alias.x"]
    assert "the name of a group too" in told(made, "differs")["router_settings.model_group_alias.a"]


def test_the_master_key_becomes_ours_and_is_never_written() -> None:
    made = several("a groq/a", more="general_settings: {master_key: sk-in-the-open}")
    assert "sk-in-the-open" not in repr(made)
    assert "HALFOPEN_KEY" in made.environment


def test_nothing_that_is_set_is_passed_over() -> None:
    more = "router_settings: {x1: 1}\nlitellm_settings: {x2: 1}\ngeneral_settings: {x3: 1}\nx4: 1\nx-shared: 1\n"
    made = several("a groq/a x5: 1", more=more)
    assert set(told(made, "left")) == {
        "router_settings.x1",
        "litellm_settings.x2",
        "general_settings.x3",
        "x4",
        "model_list[0].litellm_params.x5",
    }
    assert set(told(made, "same")) == {"x-shared"}


@pytest.mark.parametrize("table", [ROUTER, LITELLM, GENERAL])
def test_what_is_told_of_a_setting_reads_as_the_rest_of_a_sentence(table: Mapping[str, tuple[str, str]]) -> None:
    assert [says for _, says in table.values() if says.endswith(".") or says[0] == " "] == []


def test_merged_mappings_are_read_as_yaml_has_them(tmp_path: Path) -> None:
    shared = "x-p: &p {api_key: os.environ/SHARED, timeout: 5}"
    text = f"{shared}\nmodel_list:\n- model_name: a\n  litellm_params: {{<<: *p, model: groq/m, timeout: 6}}\n"
    made = of(text)
    assert "SHARED" in made.environment
    assert [note.path for note in made.notes if note.kind == "left"] == ["model_list[0].litellm_params.timeout"]
