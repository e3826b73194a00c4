"""The row of a model: the facts that are kept by hand, what the sites say of it, and single scores of boards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tools.catalog_import.rows import Row
from tools.catalog_import.sheets import (
    APRIL_DAY,
    BOARD_DAY,
    CATEGORIES,
    LITELLM,
    LITELLM_DAY,
    SITE,
    SITE_DAY,
    WHEEL,
    WHEEL_DAY,
    Sheets,
)

AUGUST_DAY, OCTOBER_DAY, INDEX_DAY = date(2026, 8, 21), date(2026, 10, 2), date(2026, 9, 27)
LINE = "by names and days of release, the line it stands in"
OVERALL_ONLY = {"full": "overall"}
# Tests that many models share. A site may list one test by several hands: the first is taken.
TESTS = ("Aider Polyglot", "SWE-Bench Pro", "SWE-Bench Verified", "SciCode", "Terminal-Bench Hard", "GPQA Diamond")
HOMES: Mapping[str, str] = {  # lab -> its country, from memory
    "Alibaba": "CN",
    "Amazon": "US",
    "Anthropic": "US",
    "Cohere": "CA",
    "DeepSeek": "CN",
    "Google": "US",
    "Meta": "US",
    "Microsoft": "US",
    "MiniMax": "CN",
    "Mistral": "FR",
    "Moonshot": "CN",
    "NVIDIA": "US",
    "OpenAI": "US",
    "Perplexity": "US",
    "Swiss AI": "CH",
    "Z.ai": "CN",
    "xAI": "US",
}
ARCHITECTURE: Mapping[str, str] = {
    "layers": "layers",
    "hidden": "hidden",
    "heads": "heads",
    "kv_heads": "kv_heads",
    "head_dim": "head_dim",
    "experts": "experts",
    "experts_active": "topk",
    "kv_lora_rank": "kv_lora_rank",
    "rope_dim": "rope_dim",
    "full_attention_every": "full_attn_interval",
    "sliding_window": "sliding_window",
    "vocabulary": "vocab",
}


def model_row(name: str, wanted: Row, sheets: Sheets, day: date) -> Row:
    facts: Row = dict(wanted.get("facts", {}))
    row: Row = {"name": name, "title": wanted.get("title"), **facts, "aliases": wanted.get("aliases")}
    row["lab_country"] = HOMES.get(facts.get("lab", ""))
    row["ratings"] = list(_ratings(wanted, sheets))
    row["benchmarks"] = list(_benchmarks(wanted, sheets))
    row["sources"] = [*wanted.get("seen", ()), *_by_hand(wanted, facts, day)]
    row["found"] = []
    for source, checked, said in _said(wanted, sheets):
        new = [key for key, value in said.items() if value is not None and row.get(key) is None]
        row |= {key: said[key] for key in new}
        if new:
            row["found"].append({"name": source, "checked": checked, "of": new})
    if wanted.get("title") and not any(not source.get("of") for source in row["sources"]) and row["found"]:
        row["found"][0]["of"] = []  # a new row: its first source vouches for all that no other one names
    return row


def _by_hand(wanted: Row, facts: Row, day: date) -> Iterator[Row]:
    named = {name for source in wanted.get("seen", ()) for name in source.get("of", ())}
    if recalled := wanted.get("recalled"):
        yield {"name": "not seen in a source", "checked": day, "recalled": True, "of": recalled}
    if facts.get("lab") in HOMES:
        yield {"name": "where the lab is at home", "checked": day, "recalled": True, "of": ["lab_country"]}
    if "predecessor" in facts and "predecessor" not in named:
        yield {"name": LINE, "checked": day, "recalled": True, "of": ["predecessor"]}
    if "weights_url" in facts and not wanted.get("title") and "weights_url" not in named:
        yield {"name": f"{SITE}: weights link {facts['weights_url']}", "checked": SITE_DAY, "of": ["weights_url"]}


def _said(wanted: Row, sheets: Sheets) -> Iterator[tuple[str, date, Row]]:
    if row := sheets.sited(wanted.get("modelsdev", "")):
        yield SITE, SITE_DAY, row
    if row := sheets.listed(wanted.get("listing", "")):
        keys = ("context", "modalities", "produces", "tools", "reasoning")
        yield WHEEL, WHEEL_DAY, {key: row[key] for key in keys}
    if row := sheets.litellm.get(wanted.get("litellm", "")):
        yield f"{LITELLM}, key {wanted['litellm']}", LITELLM_DAY, _litellm(row)
    if name := wanted.get("arch"):
        given = sheets.architectures[name]
        numbers = {ours: int(float(given[theirs])) for ours, theirs in ARCHITECTURE.items() if given[theirs]}
        if numbers.keys() >= {"layers", "hidden", "heads"}:
            yield (
                f"starting table of architectures, row {name}: its config.json",
                LITELLM_DAY,
                {"architecture": numbers},
            )


def _litellm(row: Row) -> Row:
    seen = [way for way in ("image", "audio", "video", "pdf") if row.get(f"supports_{way}_input")]
    image = ["image"] if row.get("supports_vision") and "image" not in seen else []
    return {
        "context": row.get("max_input_tokens"),
        "modalities": ["text", *image, *seen] if image or seen else None,
        "tools": row.get("supports_function_calling"),
        "reasoning": row.get("supports_reasoning"),
    }


def _ratings(wanted: Row, sheets: Sheets) -> Iterator[Row]:
    if name := wanted.get("arena"):
        yield from _scores(sheets.styled, name, "text board with style control", CATEGORIES)
        if wanted.get("raw"):
            for score in _scores(sheets.raw, name, "text board", OVERALL_ONLY):
                yield {"board": score.pop("board"), "day": score.pop("day"), "style_control": False} | score
    if name := wanted.get("april"):
        row = sheets.april[name]
        source = {"name": "https://arena.ai/leaderboard/text of 2026-04-19, a stored copy", "checked": APRIL_DAY}
        yield _score(APRIL_DAY, row["score"], row["ci"], name, source, {"votes": row["votes"]})
    if given := wanted.get("august"):
        listed = "starting table of models, which cites the Arena text leaderboard of 2026-08-21"
        yield _score(AUGUST_DAY, given[1], given[2], given[0], {"name": listed, "checked": date(2026, 11, 24)}, {})
    if given := wanted.get("october"):
        copied = "https://arena.ai/leaderboard/text of 2026-10-02, a stored copy"
        yield _score(OCTOBER_DAY, given[1], given[2], given[0], {"name": copied, "checked": date(2026, 11, 24)}, {})


def _scores(board: Mapping[str, Any], name: str, called: str, categories: Mapping[str, str]) -> Iterator[Row]:
    source = {"name": f"lmarena/arena-catalog, {called} of {BOARD_DAY}", "checked": BOARD_DAY}
    for theirs, ours in categories.items():
        if row := board[theirs].get(name):
            ends = {"score": row["rating"], "low": row["rating_q025"], "high": row["rating_q975"]}
            rounded = {key: Decimal(value).quantize(Decimal("0.1")) for key, value in ends.items()}
            category = {"category": ours} if ours != "overall" else {}
            yield {"board": "Arena text", "day": BOARD_DAY} | category | rounded | {"source": source}


def _score(day: date, score: Any, half: Any, name: str, source: Row, more: Row) -> Row:
    ends = {"score": score, "low": score - half, "high": score + half}
    return {"board": "Arena text", "day": day} | ends | more | {"named": name, "source": source}


def _benchmarks(wanted: Row, sheets: Sheets) -> Iterator[Row]:
    if index := wanted.get("index"):
        page = f"https://artificialanalysis.ai/leaderboards/models of {INDEX_DAY}, a stored copy"
        yield {
            "name": "Artificial Analysis Intelligence Index",
            "score": Decimal(str(index)),
            "source": {"name": page, "checked": LITELLM_DAY},
        }
    given = sheets.site.get(wanted.get("modelsdev", ""), {}).get("benchmarks") or []
    for test in TESTS:
        plain = [one for one in given if one["name"] == test and not one.get("variant")]
        hand = [one for one in plain if "artificialanalysis.ai" not in one["source"]]
        if hand:
            source = {"name": f"{SITE}, from {hand[0]['source']}", "checked": SITE_DAY}
            yield {"name": test, "score": hand[0]["score"], "source": source}
