"""The tables of the catalog over HTTP: the same numbers as the verbs print, and what is wrong is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.routing import compile_path
from typer.testing import CliRunner

from halfopen.apps.cli import application
from halfopen.apps.serve.manage import ROUTES
from halfopen.apps.serve.routes.catalog import PARAMETERS
from tests.apps.serve.gateways import exchanged, inside, run

TEAM: Mapping[str, Any] = {
    "zones": {"home": ["rack"]},
    "providers": {"rack": {"like": "vllm", "base_url": "http://127.0.0.1:9"}},
    "offers": [{"model": "mine", "provider": "rack", "rating": 1450}],
}


async def told(port: int, path: str) -> tuple[int, Any]:
    """The status and the JSON of a GET."""
    sent = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n"
    head, _, body = (await exchanged(port, sent.encode())).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def answers(folder: Path, *paths: str) -> list[tuple[int, Any]]:
    async def story() -> list[tuple[int, Any]]:
        async with inside(folder, TEAM) as gateway:
            return [await told(gateway.port, path) for path in paths]

    return run(story())


def printed(folder: Path, day: str, *words: str) -> Any:
    """What a verb prints on that day for the same config and no data of its own."""
    more = ["--config", str(folder / "halfopen.yaml"), "--data", str(folder / "none"), "--today", day, "--json"]
    result = CliRunner().invoke(application(words[0]), [*words, *more])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_routes_tell_the_numbers_that_the_verbs_print(tmp_path: Path) -> None:
    asked = {
        "/halfopen/compare": ("compare",),
        "/halfopen/compare?open=true&category=coding&max_price=1.5&shape=1000:300": (
            ("compare", "--open", "--category", "coding", "--max-price", "1.5", "--shape", "1000:300")
        ),
        "/halfopen/compare?zone=home": ("compare", "--zone", "home"),
        "/halfopen/compare?modalities=image,text&sort=price": (
            "compare",
            "--modalities",
            "image,text",
            "--sort",
            "price",
        ),
        "/halfopen/compare?model=gpt-4.1": ("compare", "gpt-4.1"),
        "/halfopen/compare?model=gpt-4.1&model=llama-4-maverick": ("compare", "gpt-4.1", "llama-4-maverick"),
        "/halfopen/claims": ("claims",),
        "/halfopen/claims?claim=best-open": ("claims", "best-open"),
    }
    found = answers(tmp_path, *asked)
    for (status, answer), words in zip(found, asked.values(), strict=True):
        assert status == 200
        assert answer == printed(tmp_path, answer["day"], *words)


def test_a_teams_own_rows_ratings_and_zones_are_in_the_tables(tmp_path: Path) -> None:
    (_, table), (_, models), (_, offers) = answers(
        tmp_path, "/halfopen/compare?zone=home", "/halfopen/models", "/halfopen/offers"
    )
    assert [row["model"] for row in table["rows"]] == ["mine"]
    assert table["rows"][0]["rating"]["score"] == 1450
    assert table["rows"][0]["offers"][0]["zone"] == "home"
    assert "mine" in {row["model"] for row in models["models"]}
    zones = {row["offer"]: row["zone"] for row in offers["offers"]}
    assert zones["mine@rack"] == "home"
    assert set(zones.values()) == {"home", "anywhere"}


def test_models_and_offers_are_all_there_with_their_facts(tmp_path: Path) -> None:
    (_, models), (_, offers) = answers(tmp_path, "/halfopen/models", "/halfopen/offers")
    by_name = {row["model"]: row for row in models["models"]}
    assert by_name["gpt-4.1"]["ratings"]["overall"]["basis"] == "measured"
    assert "overall" in models["categories"]
    maverick = [row for row in offers["offers"] if row["model"] == "llama-4-maverick" and row["price"]]
    assert all(row["price"]["source"] and row["price"]["checked"] for row in maverick)
    assert all(row["proposals"] for row in offers["retiring"])


WRONG = {
    "compare?categry=coding": "no parameter `categry`",
    "compare?category=codng": "did you mean `coding`?",
    "compare?zone=hom": "did you mean `home`?",
    "compare?sort=score": "rating",
    "compare?open=maybe": "true or false",
    "compare?open=1&closed=1": "neither",
    "compare?max_price=cheap": "number of dollars",
    "compare?min_context=lots": "number of tokens",
    "compare?shape=1": "no shape",
    "compare?sort=price&sort=name": "given 2 times",
    "compare?model=gpt-4.1&model=gpt-4.1": "one and the same",
    "compare?model=a&model=b&model=c": "3 models are named",
    "compare?model=gtp-4.1": "did you mean gpt-4.1",
    "claims?claim=best-opne": "did you mean `best-open`?",
    "models?category=coding": "no parameter",
    "compare?category=" + "x" * 3000: "characters",
}


def test_what_cannot_be_answered_is_a_400_that_says_why(tmp_path: Path) -> None:
    found = answers(tmp_path, *(f"/halfopen/{query}" for query in WRONG))
    for (query, hint), (status, answer) in zip(WRONG.items(), found, strict=True):
        assert status == 400, query
        assert hint in answer["error"]["message"], query


def test_the_openapi_document_has_every_managing_route_and_its_parameters(tmp_path: Path) -> None:
    ((status, document),) = answers(tmp_path, "/halfopen/openapi.json")
    assert status == 200
    assert document["openapi"].startswith("3.1")
    routes = {(route.path, route.method.lower()) for route in ROUTES}
    assert {(path, method) for path, known in document["paths"].items() for method in known} == routes
    for path, method in routes:
        operation = document["paths"][path][method]
        assert operation["summary"]
        of_path = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert of_path == set(compile_path(path)[2])
    compare = document["paths"]["/halfopen/compare"]["get"]["parameters"]
    assert {each["name"] for each in compare} == set(PARAMETERS["compare"])
