"""`halfopen rank` as it is typed: on battles whose order is known, on boards, and on what people hand it by mistake."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from halfopen.ratings import battles, fit, table

ROOT = Path(__file__).parents[3]
PEOPLE = ROOT / "examples" / "llmfao" / "people.csv"

HEAD = "model_a,model_b,winner"
# Best to worst: x, y, z; every pair has met both ways, and each has won once.
BATTLES = [
    *["x,y,model_a"] * 6,
    *["y,x,model_a"] * 3,
    *["y,z,model_a"] * 6,
    *["z,y,tie"] * 2,
    *["x,z,model_a"] * 7,
    *["z,x,model_a"] * 1,
    "x,z,tie (bothbad)",
]
ROWS = {"model", "rating", "low", "high", "battles", "rank_low", "rank_high", "says"}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


def rank(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(application("rank"), ["rank", *words], input=text)


def written(*lines: str, head: str = HEAD, name: str = "battles.csv") -> str:
    Path(name).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return name


def rows(*words: str, text: str | None = None) -> list[dict[str, Any]]:
    told = rank(*words, "--json", text=text)
    assert told.exit_code == 0, told.output
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def refused(*words: str, text: str | None = None) -> str:
    told = rank(*words, text=text)
    assert (told.exit_code, told.stdout) == (2, ""), told.output
    return re.sub(r"\s+", " ", re.sub("[│╭╮╰╯─]", " ", told.stderr))


# -- battles


def test_json_has_a_row_for_each_model_best_first() -> None:
    found = rows(written(*BATTLES))
    assert [row["model"] for row in found] == ["x", "y", "z"]
    assert all(set(row) == ROWS for row in found)
    assert [row["battles"] for row in found] == [18, 17, 17]
    assert all(row["low"] < row["rating"] < row["high"] for row in found)
    assert all(1 <= row["rank_low"] <= row["rank_high"] <= 3 for row in found)


def test_its_numbers_are_those_of_the_engine() -> None:
    split = [line.split(",") for line in BATTLES]
    engine = table(fit(battles(*([row[n] for row in split] for n in range(3)))), seed=0)
    found = rows(written(*BATTLES))
    assert [(row["rating"], row["low"], row["high"]) for row in found] == [(e.rating, e.low, e.high) for e in engine]


def test_the_table_tells_rank_sets_ratings_and_intervals() -> None:
    told = rank(written(*BATTLES)).stdout
    first = re.split(r"\s*│\s*", told.splitlines()[2].strip())
    row = rows("battles.csv")[0]
    span = f"{row['low']:.0f} to {row['high']:.0f}"
    ranks = f"{row['rank_low']}-{row['rank_high']}" if row["rank_low"] < row["rank_high"] else str(row["rank_low"])
    assert first == [ranks, "x", f"{row['rating']:.0f}", span, "18"]


def test_csv_can_be_read_by_the_next_tool() -> None:
    read = list(csv.DictReader(io.StringIO(rank(written(*BATTLES), "--csv").stdout)))
    assert [(row["model"], float(row["rating"])) for row in read] == [
        (row["model"], row["rating"]) for row in rows("battles.csv")
    ]


def test_a_dash_reads_what_is_piped_in() -> None:
    text = "\n".join([HEAD, *BATTLES])
    assert rows("-", text=text) == rows(written(*BATTLES))
    assert "stdin:2: the winner is 'nobody'" in refused("-", text=f"{HEAD}\nx,y,nobody\n")


def test_a_model_that_won_everything_has_null_for_its_end_and_a_sentence() -> None:
    path = written(*BATTLES, *["king,x,model_a"] * 8)
    king = rows(path)[0]
    assert (king["model"], king["rating"], king["high"]) == ("king", None, None)
    assert king["low"] > 0
    assert "won all of its 8 battles" in king["says"]
    told = rank(path)
    assert "king: won all of its 8 battles" in told.stdout
    assert "king won all" in told.stderr


def test_columns_may_stand_in_any_order_with_others_between_and_lines_may_be_blank() -> None:
    lines = [",".join([winner, "note, with comma" if n % 2 else "", b, a]) for n, (a, b, winner) in enumerate(_split())]
    quoted = [re.sub("note, with comma", '"note, with comma"', line) for line in lines]
    turned = rows(written("", *quoted, "", head="winner,note,model_b,model_a", name="turned.csv"))
    assert turned == rows(written(*BATTLES))


def _split() -> list[list[str]]:
    return [line.split(",") for line in BATTLES]


def test_a_category_is_rated_by_itself() -> None:
    coding = [f"{line},coding" for line in BATTLES]
    other = [f"{b},{a},{winner},maths" for a, b, winner in _split()]
    path = written(*coding, *other, head=f"{HEAD},category")
    assert rows(path, "--category", "coding") == rows(written(*BATTLES, name="alone.csv"))
    assert [row["model"] for row in rows(path, "--category", "maths")] == ["z", "y", "x"]
    assert "no row has the category `codding`; did you mean `coding`?" in refused(path, "--category", "codding")


def test_a_judge_is_rated_by_itself() -> None:
    path = written(*(f"{line},{'ann' if n % 2 else 'bob'}" for n, line in enumerate(BATTLES)), head=f"{HEAD},judge")
    counted = [sum(row["battles"] for row in rows(path, "--judge", name)) for name in ("ann", "bob")]
    assert counted == [26, 26]
    assert "there is no column `judge`" in refused(written(*BATTLES, name="plain.csv"), "--judge", "ann")


def test_weights_count_as_so_many_battles() -> None:
    light = rows(written(*(f"{line},1" for line in BATTLES), *["z,x,model_a,5"], head=f"{HEAD},weight"))
    heavy = rows(written(*BATTLES, *["z,x,model_a"] * 5, name="heavy.csv"))
    assert [row["rating"] for row in light] == pytest.approx([row["rating"] for row in heavy])


def test_clusters_change_intervals_and_not_ratings() -> None:
    lone = rows(written(*BATTLES))
    many = rows(written(*(f"{line},{n % 4}" for n, line in enumerate(BATTLES)), head=f"{HEAD},cluster", name="c.csv"))
    assert [row["rating"] for row in many] == pytest.approx([row["rating"] for row in lone])
    assert [row["high"] for row in many] != pytest.approx([row["high"] for row in lone], abs=0.1)


def test_an_anchor_is_put_where_it_is_wanted() -> None:
    found = {row["model"]: row for row in rows(written(*BATTLES), "--anchor", "y", "--at", "1200")}
    assert (found["y"]["rating"], found["y"]["low"]) == (1200, 1200)
    assert "'why' is in none of the battles" in refused("battles.csv", "--anchor", "why")


def test_ties_may_have_a_parameter_and_its_meaning_is_told() -> None:
    told = rank(written(*BATTLES), "--ties", "davidson")
    assert re.search(r"Equals tie in \d+\.\d% of battles", told.stderr)


def test_style_control_takes_out_what_length_was_worth() -> None:
    lines = []
    for n, (a, b, winner) in enumerate(_split() * 10):
        long_first = winner == "model_a" if n % 3 else winner != "model_a"
        lines.append(f"{a},{b},{winner},{200 if long_first else 100},{100 if long_first else 200},{n % 5},{n % 4}")
    path = written(*lines, head=f"{HEAD},tokens_a,tokens_b,headers_a,headers_b")
    told = rank(path, "--style-control", "--position")
    assert told.exit_code == 0, told.output
    length, headers, place = (line.split(":")[0] for line in told.stderr.splitlines())
    assert (length, headers, place) == ("length", "headers", "position")
    assert "one standard deviation more is worth +" in told.stderr
    assert [row["rating"] for row in rows(path)] != [row["rating"] for row in rows(path, "--style-control")]


def test_style_control_without_its_columns_names_them() -> None:
    assert "tokens_a and tokens_b, length_a and length_b, headers_a" in refused(written(*BATTLES), "--style-control")
    path = written(*(f"{line},5" for line in BATTLES), head=f"{HEAD},tokens_a")
    assert "`tokens_a` and none `tokens_b`; both are needed" in refused(path)


def test_position_is_told_for_each_judge() -> None:
    path = written(*(f"{line},{'ann' if n % 2 else 'bob'}" for n, line in enumerate(BATTLES * 3)), head=f"{HEAD},judge")
    told = rank(path, "--position").stderr
    assert re.findall(r"position \((\w+)\)", told) == ["ann", "bob"]


def test_a_bootstrap_gives_intervals_of_its_own_the_same_for_a_seed() -> None:
    path = written(*BATTLES)
    plain, drawn = rows(path), rows(path, "--bootstrap", "200")
    assert [row["rating"] for row in drawn] == [row["rating"] for row in plain]
    assert [row["low"] for row in drawn] != [row["low"] for row in plain]
    assert drawn == rows(path, "--bootstrap", "200", "--seed", "0")
    assert drawn != rows(path, "--bootstrap", "200", "--seed", "1")
    assert rank(path, "--bootstrap", "200").stderr == ""


def test_next_plans_battles_for_the_best_or_for_a_pair() -> None:
    path = written(*BATTLES)
    asked = rows(path, "--next", "50")
    assert sum(row["battles"] for row in asked) == 50
    assert all(set(row) == {"a", "b", "battles", "narrows"} and row["narrows"] > 0 for row in asked)
    (one, *_) = rows(path, "--next", "10", "--pair", "y", "z")
    assert {one["a"], one["b"]} == {"y", "z"}
    assert "compare" in rank(path, "--next", "5").stdout
    assert rank(path, "--next", "5", "--csv").stdout.startswith("a,b,battles,narrows\n")
    assert "'w' is in none of the battles" in refused(path, "--next", "5", "--pair", "y", "w")


def test_plot_draws_every_model(tmp_path: Path) -> None:
    told = rank(written(*BATTLES, *["king,x,model_a"] * 8), "--plot", "board.svg")
    assert told.exit_code == 0, told.output
    drawn = (tmp_path / "board.svg").read_text(encoding="utf-8")
    assert all(f">{name}<" in drawn for name in ("x", "y", "z", "king", "battles.csv"))
    assert rank("battles.csv", "--plot", "board.png").exit_code == 0
    assert (tmp_path / "board.png").read_bytes().startswith(b"\x89PNG")
    assert "board.jpg: a picture is written as .svg or .png" in refused("battles.csv", "--plot", "board.jpg")
    assert "nowhere" in refused("battles.csv", "--plot", "nowhere/board.svg")


def test_the_example_is_ranked_as_it_is() -> None:
    found = rows(str(PEOPLE))
    assert (len(found), found[0]["model"]) == (59, "GPT 4")
    assert sum(row["battles"] for row in found) == 2 * 8931


def test_a_judge_that_always_takes_the_first_is_told() -> None:
    path = written(*(f"{a},{b},model_a" for a, b, _ in _split() * 5))
    assert "the covariate position decides every battle" in refused(path, "--position")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pair", "x", "y"], "a pair says for whom the next battles are planned"),
        (["--json", "--csv"], "choose one"),
        (["--bootstrap", "199"], "200 resamples at least"),
        (["--at", "nan"], "the scale is put at nan"),
        (["--at", "inf"], "the scale is put at inf"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(words: list[str], said: str) -> None:
    assert said in refused(written(*BATTLES), *words)


def test_a_bootstrap_keeps_what_is_said_of_one_that_won_everything() -> None:
    path = written(*BATTLES, *["king,x,model_a"] * 12)
    drawn = rows(path, "--bootstrap", "200")[0]
    assert (drawn == rows(path)[0], "no upper end" in drawn["says"]) == (True, True)


def test_an_empty_cluster_is_one_of_its_own() -> None:
    each = rows(written(*(f"{line},{n}" for n, line in enumerate(BATTLES)), head=f"{HEAD},cluster"))
    assert rows(written(*(f"{line}," for line in BATTLES), head=f"{HEAD},cluster")) == each


def test_a_name_has_no_blanks_about_it_and_cannot_move_the_cursor() -> None:
    blanks = written(*(" " + line.replace(",", " , ") for line in BATTLES), name="blanks.csv")
    assert rows(blanks) == rows(written(*BATTLES))
    told = rank(written(*(line.replace("x", "x\x1b[2J") for line in BATTLES), *["king\x07,y,model_a"] * 4))
    assert (told.exit_code, "\x1b" in told.output) == (0, False)
    assert "x\\x1b[2J" in told.stdout
    assert "king\\x07" in told.stderr


# -- boards

ARENA = {
    "overall": {
        "best": {"rating": 1500, "rating_q025": 1490, "rating_q975": 1510},
        "next": {"rating": 1485, "rating_q025": 1475, "rating_q975": 1495},
        "last": {"rating": 1300, "rating_q025": 1290, "rating_q975": 1310},
    },
    "coding": {"next": {"rating": 1400, "rating_q025": 1390, "rating_q975": 1410}},
}
LIST = {"models": [{"model": "best", "score": 1500, "ci": 10, "votes": 900}, {"model": "last", "score": 1300, "ci": 9}]}


def test_a_board_is_ranked_by_its_marginal_intervals_and_says_so() -> None:
    Path("board.json").write_text(json.dumps(ARENA), encoding="utf-8")
    found = rows("board.json")
    assert [(row["model"], row["rank_low"], row["rank_high"], row["battles"]) for row in found] == [
        ("best", 1, 2, None),
        ("next", 1, 2, None),
        ("last", 3, 3, None),
    ]
    assert "wider than they need be" in rank("board.json").stderr
    assert [row["rating"] for row in rows("board.json", "--category", "coding")] == [1400]
    assert "Did you mean `coding`?" in refused("board.json", "--category", "codign")


def test_boards_come_as_lists_and_as_csv_too() -> None:
    Path("list.json").write_text(json.dumps(LIST), encoding="utf-8")
    Path("list.csv").write_text("model,score,ci,votes\nbest,1500,10,900\nlast,1300,9,\n", encoding="utf-8")
    assert rows("list.json") == rows("list.csv") == rows("-", text=json.dumps(LIST))
    assert [row["battles"] for row in rows("list.csv")] == [900, None]
    assert rank("list.csv", "--plot", "list.svg").exit_code == 0


def test_a_board_cannot_answer_what_only_battles_can() -> None:
    Path("board.json").write_text(json.dumps(ARENA), encoding="utf-8")
    assert "--style-control, --bootstrap: that needs battles" in refused(
        "board.json", "--style-control", "--bootstrap", "9"
    )
    Path("bad.json").write_text('{"models": [{"model": "x"}]}', encoding="utf-8")
    assert "bad.json: row 1 (x): a rating is needed" in refused("bad.json")


# -- garbage

BAD = {
    "": "bad.csv:1: there is no column `model_a`",
    "a;b;c\n": "has `a;b;c`",
    "model_a,model_b,winer\n": "is it `winer`?",
    f"{HEAD},winner\nx,y,tie,tie\n": "the column `winner` is there 2 times",
    f"{HEAD}\n": "bad.csv: there are no battles",
    f"{HEAD}\nx,y,tie\n\nx,y,left\n": "bad.csv:4: the winner is 'left'; it is one of model_a, model_b, tie",
    f'{HEAD}\n"x\nx",y,tie\nx,y\n': "bad.csv:4: 2 columns; the first line names 3",
    f'{HEAD}\n"x\nx",y,tie\nz,z,tie\n': "bad.csv:4: 'z' is compared with itself",
    f"{HEAD}\nx,y,tie\n ,y,tie\n": "bad.csv:3: a model is called ''",
    f"{HEAD},weight\nx,y,tie,1\nx,y,tie,heavy\n": "bad.csv:3: weight is 'heavy'; a number that is not negative",
    f"{HEAD},weight\nx,y,tie,1\nx,y,tie,0\n": "bad.csv:3: the weight is 0; a finite number greater than 0 is needed",
    f"{HEAD},weight\nx,y,tie,1e300\n": "bad.csv:2: the weight is 1e+300",
    f"{HEAD},cluster\nx,y,tie,c\nx,y,model_a,c\n": "all battles are of one cluster",
    f"{HEAD},weight\nx,y,tie,inf\n": "bad.csv:2: weight is 'inf'",
    f"{HEAD}\nx,y,tie\nv,w,tie\n": "2 groups of models never met each other",
    f"{HEAD}\nx,y,model_a\nz,y,model_a\n": "there is an order, and no distance in it is finite",
    f"{HEAD}\nx,y,model_a\nx,y,model_a\n": "x won all of its 2 battles against y: no rating is finite. With 95 %",
    f"{HEAD}\nx,y,\udcff\n": "bad.csv: this is no UTF-8 text",
    "[1, 2": "bad.csv: the board is not JSON",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_bad_file_is_told_by_line_with_what_was_expected(text: str) -> None:
    Path("bad.csv").write_text(text, encoding="utf-8", errors="surrogateescape")
    assert BAD[text] in refused("bad.csv")


def test_a_file_that_is_not_there_is_said() -> None:
    assert "No such file or directory: 'nowhere.csv'" in refused("nowhere.csv")


def test_more_models_than_can_be_rated_are_refused() -> None:
    path = written(*(f"m{n},m{n + 1},tie" for n in range(5000)))
    assert "5,001 different models" in refused(path)
