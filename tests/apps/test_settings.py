"""Settings: a team's file over our defaults, and the environment that is read once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from halfopen.apps.settings import Listen, Settings, environment, load, over, zone_names
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
    assert ours.lanes["private"].require.zone == "home"
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


def test_a_when_is_laid_over_a_lane_that_had_none() -> None:
    laid = over(Settings(lanes={"one": Lane(require=Require(rated=True))}), Settings(lanes={"one": Lane(when=When())}))
    assert laid.lanes["one"] == Lane(when=When(), require=Require(rated=True))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("listen: {prot: 4000}", 1, "did you mean `port`?"),
        ("lanes:\n  realtime:\n    prefer: [raiting]", 3, "did you mean `rating`?"),
        ("listen:\n  port: many", 2, "expected a whole number"),
        ("zones: {home: ours}", 1, "expected a list"),
        ("aliases: {a: b, a: c}", 1, "given twice"),
        ("offers: [{model: m}]", 1, "missing"),
        ("a: }", 1, "expected YAML"),
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


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load(Path("/nowhere/halfopen.yaml"))


@pytest.mark.parametrize(
    ("drawn", "zones"),
    [
        ((), ("home", "region", "contract", "anywhere")),
        (("contract",), ("home", "region", "contract", "anywhere")),
        (("lab", "partners"), ("lab", "partners", "anywhere")),
        (("anywhere", "lab"), ("lab", "anywhere")),
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


@pytest.mark.parametrize("listen", [{"port": 99999}, {"port": -1}, {"headers": -3}, {"body_mb": 0}])
def test_a_number_that_makes_no_sense_is_refused(listen: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"between 0 and 65535|above zero"):
        Listen(**listen)  # type: ignore[arg-type]


def test_circles_of_our_names_in_another_order_are_refused_since_home_would_be_no_home() -> None:
    with pytest.raises(ValueError, match="home, contract in this order"):
        zone_names({"contract": ("a",), "home": ("b",), "vault": ("c",)})
    assert zone_names({"vault": (), "home": (), "contract": ()}) == ("vault", "home", "contract", "anywhere")
