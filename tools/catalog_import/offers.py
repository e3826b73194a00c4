"""The row of an offer: its prices, how long a prompt it takes there, and when that host drops it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tools.catalog_import import prices
from tools.catalog_import.rows import Row
from tools.catalog_import.sheets import LITELLM, LITELLM_DAY, WHEEL, WHEEL_DAY, Sheets

GENAI_NAMES: Mapping[str, str] = {"vertex": "google"}
PRECISION = re.compile(r"(?:^|[-_/.])(fp8|nvfp4|fp4|int4|bf16)(?:$|[-_:])", re.IGNORECASE)
FAR = 10  # per cent by which two contexts are told as a disagreement


def offer_row(model: str, wanted: Row, provider: str, all_of_it: Row, sheets: Sheets, released: date | None) -> Row:
    """`all_of_it` is what holds for every offer of the provider; `released` is the day from which prices are taken."""
    served = wanted["served_as"]
    key = wanted.get("litellm") or all_of_it.get("litellm", "").format(served)
    seen = sheets.litellm.get(key) or {}
    listed = sheets.listed(f"{all_of_it.get('listing')}:{wanted.get('listing', served)}") or {}
    genai = None
    if all_of_it.get("genai") and wanted.get("genai") != "none":
        genai = prices.known_model(all_of_it["genai"], served)
    row: Row = {"model": model, "provider": provider, "served_as": served, "also": wanted.get("also")}
    row["free"] = wanted.get("free")
    row["prices"] = _prices(wanted, genai, seen, listed, key, all_of_it, released)
    row["retires"] = wanted.get("retires")
    row["sources"], row["found"] = list(wanted.get("seen", ())), []
    if found := PRECISION.search(served.partition(":")[0]):
        _tell(row, "the name there", LITELLM_DAY, {"quantisation": found[1].lower()})
    if not row["retires"] and seen.get("deprecation_date") and not wanted.get("not_before"):
        _tell(row, f"{LITELLM}, key {key}", LITELLM_DAY, {"retires": date.fromisoformat(seen["deprecation_date"])})
    if row["retires"]:
        row["prices"] = [line for line in row["prices"] if line["since"] < row["retires"]]
    for source, checked, said in _lengths(listed, genai, seen, key):
        _tell(row, source, checked, said)
    row["disagreements"] = list(_disagreements(row, genai, seen, key))
    if wanted.get("not_before"):
        says = f"{seen['deprecation_date']}, taken for the first day on which the maker may end it, not for its end"
        theirs = {"name": f"{LITELLM}, key {key}", "checked": LITELLM_DAY}
        row["disagreements"].append({"field": "retires", "says": says, "source": theirs})
    _served_by(row, genai, bool(listed), key if seen else "")
    return row


def _prices(
    wanted: Row, genai: Any, seen: Row, listed: Row, key: str, all_of_it: Row, released: date | None
) -> list[Row]:
    if wanted.get("lines"):
        return list(wanted["lines"])
    currency = wanted.get("currency")
    name = f"{LITELLM}, key {key}" + (f", {all_of_it['euros']}" if currency else "")
    theirs = prices.litellm_line(seen, name, LITELLM_DAY, currency)
    if currency:
        why = {"differs": all_of_it["differs"]} if genai and all_of_it.get("differs") else {}
        return [theirs | why] if theirs else []
    if genai is not None:
        return prices.genai_lines(genai, released, LITELLM_DAY, free=bool(wanted.get("free")))
    lines = []
    rates = {kind: rate for kind, rate in listed.get("rates", {}).items() if rate}
    if rates.keys() >= {"input", "output"}:
        source = {"name": f"{WHEEL}, the day on which it was seen", "checked": WHEEL_DAY}
        lines.append({"since": WHEEL_DAY} | rates | {"source": source})
    if theirs and lines and prices.adds_nothing(lines[0], theirs):
        told = f"{lines[0]['source']['name']}; {name}, has the same {prices.listed(theirs)}"
        lines[0]["source"] = {"name": told, "checked": LITELLM_DAY}
    elif theirs:
        lines.append(theirs)
    return lines


def _lengths(listed: Row, genai: Any, seen: Row, key: str) -> Iterator[tuple[str, date, Row]]:
    if listed:
        yield WHEEL, WHEEL_DAY, {name: listed[name] for name in ("context", "max_output")}
    if genai is not None:
        yield prices.GENAI, prices.GENAI_DAY, {"context": genai[0].context_window}
    if seen:
        yield f"{LITELLM}, key {key}", LITELLM_DAY, _of_litellm(seen)


def _of_litellm(seen: Row) -> Row:
    """Its numbers are taken unless both are one, which is what it writes of a context that in and out share."""
    given = {"context": seen.get("max_input_tokens"), "max_output": seen.get("max_output_tokens")}
    return given if given["context"] != given["max_output"] else {"context": given["context"]}


def _tell(row: Row, source: str, checked: date, said: Row) -> None:
    new = [name for name, value in said.items() if value is not None and row.get(name) is None]
    row |= {name: said[name] for name in new}
    if new:
        row["found"].append({"name": source, "checked": checked, "of": new})


def _disagreements(row: Row, genai: Any, seen: Row, key: str) -> Iterator[Row]:
    source = {"name": f"{LITELLM}, key {key}", "checked": LITELLM_DAY}
    theirs = prices.litellm_line(seen, "", LITELLM_DAY, None)
    if genai is not None and row["prices"] and theirs:
        begun = [line for line in row["prices"] if line["since"] <= LITELLM_DAY]
        if begun and not begun[-1].get("currency") and prices.apart(begun[-1], theirs):
            yield {"field": "prices", "says": f"input {theirs['input']}, output {theirs['output']}", "source": source}
    prompt, whole, answer = seen.get("max_input_tokens"), row.get("context"), row.get("max_output") or 0
    if prompt and whole and all(abs(said - whole) * 100 > FAR * whole for said in (prompt, prompt + answer)):
        yield {"field": "context", "says": str(prompt), "source": source}


def _served_by(row: Row, genai: Any, listed: bool, key: str) -> None:
    """A row names who vouches for the offer itself: whoever lists it."""
    if any(not source.get("of") for source in row["sources"]):
        return
    if genai is not None:
        row["sources"].insert(0, {"name": prices.GENAI, "checked": prices.GENAI_DAY})
    elif key:
        row["sources"].insert(0, {"name": f"{LITELLM}, key {key}", "checked": LITELLM_DAY})
    elif listed:
        row["sources"].insert(0, {"name": WHEEL, "checked": WHEEL_DAY})
    elif row["prices"]:
        row["sources"].insert(0, row["prices"][-1]["source"])
