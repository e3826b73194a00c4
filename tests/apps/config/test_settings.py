"""Settings: a team's file over our defaults, and the environment that is read once."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from halfopen.apps.config.environment import environment
from halfopen.apps.config.settings import Listen, load, zone_names
from halfopen.documents import Complaints
from halfopen.policy.rules import Lane, Require, When


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in and to live in, and no variable of ours."""
    for name in ("HALFOPEN_CONFIG", "HALFOPEN_DATA", "HALFOPEN_KEY", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "halfopen.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_our_lanes_stand() -> None:
    ours = load(None)
    assert list(ours.lanes) == ["realtime", "background", "private", "tuned"]
    assert ours.lanes["private"].require.zone == "innermost"
    assert ours.lanes["realtime"].require.output_at_most == Decimal(30)
    assert (ours.listen.host, ours.listen.port) == ("127.0.0.1", 4000)


@pytest.mark.parametrize("text", ["", "  \n", "# nothing yet\n"])
def test_an_empty_file_changes_nothing(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text)) == load(None)


def test_a_lane_of_theirs_changes_only_what_it_names(tmp_path: Path) -> None:
    theirs = load(written(tmp_path, "lanes: {realtime: {require: {weights: open}}}"))
    ours = load(None)
    lane = theirs.lanes["realtime"]
    assert (lane.require.weights, lane.require.output_at_most) == ("open", Decimal(30))
    assert (lane.prefer, lane.about) == (ours.lanes["realtime"].prefer, ours.lanes["realtime"].about)
    assert theirs.lanes["background"] == ours.lanes["background"]


def test_a_lane_of_theirs_that_is_new_stands_behind_ours(tmp_path: Path) -> None:
    lanes = load(written(tmp_path, "lanes: {night: {when: {task: [night]}, prefer: [price]}}")).lanes
    assert list(lanes) == ["realtime", "background", "private", "tuned", "night"]
    assert lanes["night"] == Lane(when=When(task=("night",)), prefer=("price",))


def test_a_when_is_laid_over_a_lane_that_had_none(tmp_path: Path) -> None:
    lane = load(written(tmp_path, "lanes: {tuned: {when: {task: [ours]}}}")).lanes["tuned"]
    assert (lane.when, lane.require.tuned) == (When(task=("ours",)), True)


def test_a_null_takes_a_limit_of_ours_away(tmp_path: Path) -> None:
    text = "lanes:\n  realtime:\n    require: {output_at_most: null}\n  background: {when: ~}\n"
    lanes = load(written(tmp_path, text)).lanes
    assert (lanes["realtime"].require.output_at_most, lanes["realtime"].require.first_token_at_most) == (None, 2000)
    assert (lanes["background"].when, lanes["background"].require.rating_at_least) == (None, 1300)


def test_a_lane_of_ours_can_be_told_what_a_new_lane_would_have_anyway(tmp_path: Path) -> None:
    assert load(written(tmp_path, "lanes: {realtime: {prefer: [order]}}")).lanes["realtime"].prefer == ("order",)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("listen: {prot: 4000}", 1, "did you mean `port`?"),
        ("lanes:\n  realtime:\n    prefer: [raiting]", 3, "did you mean `rating`?"),
        ("listen:\n  port: many", 2, "expected a whole number"),
        ("zones: {home: ours}", 1, "expected a list"),
        ("aliases: {a: b, a: c}", 1, "given twice"),
        ("offers: [{model: m}]", 1, "missing"),
        ("a: }", 1, "a sign, where a value belongs"),
        ("listen:\n\tport: 1", 2, "a tab in the indentation; expected spaces"),
        ("listen:\n  port: 99999", 2, "listen.port: `99999`; expected 0 to 65535"),
        ("deadlines:\n  total: 0", 2, "deadlines.total: `0`; expected seconds, above zero"),
        ("deadlines: {connect: 1,\n  first_byte: -2.5}", 2, "deadlines.first_byte: `-2.5`; expected seconds"),
        ("zones:\n  contract: []\n  home: []\n  lab: []", 1, "home, contract in this order, innermost first"),
        ("zones:\n  lab: []\n  innermost: []", 3, "zones.innermost: a zone of that name; expected another"),
        ("zones:\n  lab: []\n  anywhere: []\n  x: []", 3, "zones.anywhere: `x` outside it; expected it last"),
        ("lanes:\n  auto: {prefer: [price]}", 2, "lanes.auto: a lane of that name; expected another: `halfopen/auto`"),
        ("most_tries: 0", 1, "most_tries: `0`; expected 1 or more"),
        ("lanes:\n  realtime:\n    require: {output_at_most: -5}", 3, "output_at_most: `-5`; expected 0 or more"),
        ("default_lane: fast", 1, "default_lane: `fast`; expected one of `realtime`, `background`"),
        ("default_lane: realtme", 1, "did you mean `realtime`?"),
        ("lanes:\n  mine:\n    require: {zone: hme}", 3, "lanes.mine.require.zone: `hme`; did you mean `home`?"),
        ("lanes: {mine: {when: {zone: [home,\n hme]}}}", 2, "lanes.mine.when.zone[1]: `hme`; did you mean `home`?"),
        ("lanes:\n  mine:\n    when: {dialect: [chatt]}", 3, "mine.when.dialect[0]: `chatt`; did you mean `chat`?"),
        ("lanes:\n  mine:\n    when: {size: [hugee]}", 3, "mine.when.size[0]: `hugee`; did you mean `huge`?"),
        ("lanes: {mine: {when: {code: [go, phyton]}}}", 1, "mine.when.code[1]: `phyton`; did you mean `python`?"),
        ("lanes: {mine: {when: {language: [german]}}}", 1, "mine.when.language[0]: `german`; expected one of `en`"),
        ("aliases:\n  gpt-4.1: halfopen/backgrond", 2, "aliases.gpt-4.1: `halfopen/backgrond`; did you mean"),
        ("offers:\n  - {model: a@b, provider: p}", 2, "offers[0].model: `a@b`; did you mean `a-b`?"),
        ("offers:\n  - {model: Qwen/Qwen3-8B, provider: p}", 2, "did you mean `qwen-qwen3-8b`?"),
        ("offers:\n  - {model: a, provider: p}\n  - {model: a, provider: p}", 3, "`a@p`, which is offers[0]"),
        ("providers:\n  My Rack: {like: vllm}", 2, "providers.My Rack: `My Rack`; did you mean `my-rack`?"),
        ("offers:\n  - {model: a, provider: p, context: 0}", 2, "offers[0].context: `0`; expected 1 or more"),
        ("engines:\n  e: {model: m}", 2, "engines.e.gguf: missing; expected text"),
        ("engines:\n  e: {model: m, gguf: g, parallel: 0}", 2, "engines.e.parallel: `0`; expected 1 or more"),
        ("engines: {e: {model: m, gguf: g}}\nproviders: {e: {like: vllm}}", 1, "stands in `providers` too"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_line_with_the_nearest_name(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Complaints) as told:
        load(path)
    assert str(told.value).startswith(f"{path}:{line}: ")
    assert said in str(told.value)


def test_norwegian_is_a_language_and_a_task_may_be_called_anything(tmp_path: Path) -> None:
    lane = load(written(tmp_path, "lanes: {north: {when: {language: [no], task: [coding, nightly]}}}")).lanes["north"]
    assert lane.when == When(language=("no",), task=("coding", "nightly"))


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load(Path("/nowhere/halfopen.yaml"))


@pytest.mark.parametrize(
    ("drawn", "zones"),
    [
        ((), ("home", "region", "contract", "anywhere")),
        (("contract",), ("home", "region", "contract", "anywhere")),
        (("lab", "partners"), ("lab", "partners", "anywhere")),
        (("lab", "anywhere"), ("lab", "anywhere")),
    ],
)
def test_the_circles_are_ours_or_theirs_with_anywhere_around_them(
    drawn: tuple[str, ...], zones: tuple[str, ...]
) -> None:
    assert zone_names(dict.fromkeys(drawn, ())) == zones


def test_the_file_in_this_folder_is_found_before_the_one_at_home(bare: Path) -> None:
    assert environment().config is None
    at_home = bare / "me" / ".config" / "halfopen"
    at_home.mkdir(parents=True)
    assert environment().config is None
    written(at_home, "")
    assert environment().config == at_home / "halfopen.yaml"
    written(bare, "")
    assert environment().config == Path("halfopen.yaml")


def test_what_the_command_line_says_comes_before_the_environment(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFOPEN_CONFIG", "/said/by/environment.yaml")
    monkeypatch.setenv("HALFOPEN_DATA", "/said/data")
    assert environment().config == Path("/said/by/environment.yaml")
    assert environment().data == Path("/said/data")
    assert environment(Path("mine.yaml"), Path("mine")).config == Path("mine.yaml")
    assert environment(Path("mine.yaml"), Path("mine")).data == Path("mine")


def test_data_lie_where_the_desktop_keeps_such_things(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment().data == bare / "me" / ".local" / "share" / "halfopen"
    monkeypatch.setenv("XDG_DATA_HOME", str(bare / "share"))
    assert environment().data == bare / "share" / "halfopen"


def test_a_variable_that_is_blank_is_not_set(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFOPEN_KEY", " ")
    monkeypatch.setenv("GROQ_API_KEY", "")
    assert environment().key == ""
    assert "GROQ_API_KEY" not in environment().variables


def test_no_key_is_shown_when_the_environment_is_printed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFOPEN_KEY", "ours-1234")
    monkeypatch.setenv("GROQ_API_KEY", "theirs-5678")
    told = environment()
    assert (told.key, told.variables["GROQ_API_KEY"]) == ("ours-1234", "theirs-5678")
    assert "1234" not in repr(told)
    assert "5678" not in repr(told)


@pytest.mark.parametrize("listen", [{"port": 99999}, {"port": -1}, {"headers": -3}, {"sender_seconds": 0}])
def test_a_number_that_makes_no_sense_is_refused(listen: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"0 to 65535|1 or more|above zero"):
        Listen(**listen)  # type: ignore[arg-type]


def test_an_alias_of_an_alias_is_refused_with_the_name_to_write_instead(tmp_path: Path) -> None:
    text = "aliases:\n  big: halfopen/realtime\n  gpt-4o: big\n  a: b\n  b: a\n"
    path = written(tmp_path, text)
    with pytest.raises(Complaints) as told:
        load(path)
    assert str(told.value).splitlines() == [
        f"{path}:3: aliases.gpt-4o: `big`, an alias itself; did you mean `halfopen/realtime`?",
        f"{path}:4: aliases.a: `b`, an alias itself; expected a lane, a model or an offer",
        f"{path}:5: aliases.b: `a`, an alias itself; expected a lane, a model or an offer",
    ]


@pytest.mark.parametrize("target", ["halfopen", "halfopen/auto", "halfopen/private", "claude-opus-4", "o1@openai"])
def test_an_alias_may_be_of_a_lane_of_auto_a_model_or_an_offer(tmp_path: Path, target: str) -> None:
    assert load(written(tmp_path, f"aliases: {{gpt-4o: {target}}}")).aliases == {"gpt-4o": target}


@pytest.mark.parametrize("alias", ["halfopen", "halfopen/private", "halfopen/auto", "halfopen/"])
def test_an_alias_is_never_called_like_a_lane_since_private_must_stay_private(tmp_path: Path, alias: str) -> None:
    path = written(tmp_path, f"aliases:\n  gpt-4o: halfopen/realtime\n  {alias}: halfopen/realtime\n")
    with pytest.raises(Complaints) as told:
        load(path)
    assert str(told.value) == (
        f"{path}:3: aliases.{alias}: a lane's name, which must mean that lane; "
        "expected a name that does not begin with `halfopen/`"
    )
    assert load(written(tmp_path, "aliases: {halfopen-old: halfopen/realtime}")).aliases


@pytest.mark.parametrize("limit", [each.name for each in fields(Require) if "_at_" in each.name])
def test_no_limit_of_a_lane_is_below_zero(tmp_path: Path, limit: str) -> None:
    path = written(tmp_path, f"lanes:\n  mine:\n    require:\n      {limit}: -1\n")
    with pytest.raises(Complaints, match=rf"halfopen.yaml:4: lanes.mine.require.{limit}: `-1(.0)?`; expected 0 or"):
        load(path)
    assert load(written(tmp_path, f"lanes: {{mine: {{require: {{{limit}: 0}}}}}}"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:4000"),
        ("localhost", "http://localhost:4000"),
        ("0.0.0.0", "http://127.0.0.1:4000"),
        ("::1", "http://[::1]:4000"),
        ("::", "http://[::1]:4000"),
        ("0::0", "http://[::1]:4000"),
        ("fd00::2", "http://[fd00::2]:4000"),
    ],
)
def test_a_client_here_is_told_an_address_and_never_the_sign_for_all_of_them(host: str, url: str) -> None:
    assert Listen(host=host).url == url


PRICE = "{since: 2026-01-01, input: 1, output: 2, source: {name: contract, checked: 2026-01-01}}"


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (
            PRICE.replace(", source: {name: contract, checked: 2026-01-01}", ""),
            "offers[0].prices[0].source: missing; expected a mapping such as `{name: ..., checked: 2026-11-24}`",
        ),
        (PRICE.replace("input: 1", "input: -1"), "offers[0].prices[0].input: `-1`; expected the price of a million"),
        (PRICE.replace("input: 1", "input: 1e-9"), "offers[0].prices[0].input: "),
    ],
    ids=["no source", "less than nothing", "finer than can be counted"],
)
def test_a_price_that_cannot_be_used_is_told_with_what_it_should_be(tmp_path: Path, price: str, said: str) -> None:
    path = written(tmp_path, f"offers:\n  - model: m\n    provider: openai\n    prices:\n      - {price}\n")
    with pytest.raises(Complaints) as told:
        load(path)
    (only,) = str(told.value).splitlines()
    assert only.startswith(f"{path}:5: {said}")
    assert load(written(tmp_path, f"offers: [{{model: m, provider: openai, prices: [{PRICE}]}}]")).offers[0].prices


def test_a_file_that_is_no_text_is_told_by_the_line_of_its_first_odd_byte(tmp_path: Path) -> None:
    path = tmp_path / "halfopen.yaml"
    path.write_bytes(b"aliases:\n  caf\xe9: halfopen/realtime\n")
    with pytest.raises(Complaints, match=r"halfopen.yaml:2: the byte 0xe9; expected text in UTF-8"):
        load(path)


def test_circles_of_our_names_in_another_order_are_refused_since_home_would_be_no_home() -> None:
    with pytest.raises(ValueError, match="home, contract in this order"):
        zone_names({"contract": ("a",), "home": ("b",), "vault": ("c",)})
    assert zone_names({"vault": (), "home": (), "contract": ()}) == ("vault", "home", "contract", "anywhere")
