"""What a request is and needs decides where a real gateway sends it, and `explain` tells the same beforehand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.testing import ScriptedUpstream
from tests.apps.serve.gateways import (
    Config,
    Inside,
    bare_environment,
    command,
    exchanged,
    inside,
    over,
    post,
    run,
    written,
)
from tests.apps.serve.test_passing import chat_script

GERMAN = "Kannst du mir bitte erklären, warum der Himmel am Abend rot wird und am Mittag blau ist?"
ENGLISH = "Could you please explain to me why the sky turns red in the evening and is blue at noon?"
PIXEL = "data:image/png;base64,iVBORw0KGgo="
PICTURE: Any = [{"type": "text", "text": ENGLISH}, {"type": "image_url", "image_url": {"url": PIXEL}}]
BLIND, SEEING = "gpt-oss-120b", "gemma-4-31b"  # as the catalog has them


def told(words: Any) -> Any:
    return [{"role": "user", "content": words}]


def house(upstreams: Mapping[str, ScriptedUpstream]) -> Config:
    """A lane for German and one for all else; of `sights` one model sees no pictures, and comes first."""
    plain = over(upstreams, default_lane="others")
    offers = [*plain["offers"], {"model": BLIND, "provider": "one"}, {"model": SEEING, "provider": "two"}]
    lanes = {
        **plain["lanes"],
        "german": {"when": {"language": ["de"]}, "require": {"models": ["m-two"]}},
        "others": {"require": {"models": ["m-one"]}},
        "sights": {"require": {"offers": [f"{BLIND}@one", f"{SEEING}@two"]}},
        "coders": {"require": {"models": [BLIND, SEEING, "m-one"]}, "category": "coding", "prefer": ["rating"]},
        "fits": {"require": {"models": [BLIND, SEEING]}, "category": "fits", "prefer": ["rating"]},
    }
    return {**plain, "offers": offers, "lanes": lanes}


async def explained(gateway: Inside, **question: Any) -> Any:
    sent = post(gateway.port, "/halfopen/explain", json.dumps(question).encode())
    return json.loads((await exchanged(gateway.port, sent)).partition(b"\r\n\r\n")[2])


async def went(gateway: Inside, model: str, words: Any, **more: Any) -> str:
    """The offer that answered."""
    client = gateway.openai()
    raw = await client.chat.completions.with_raw_response.create(model=model, messages=told(words), **more)
    return str(raw.headers["x-halfopen-offer"])


def test_a_german_prompt_enters_the_lane_for_german_and_explain_says_why(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            async with inside(tmp_path, house({"one": one, "two": two})) as gateway:
                assert await went(gateway, "halfopen/auto", GERMAN) == "m-two@two"
                assert await went(gateway, "halfopen/auto", ENGLISH) == "m-one@one"
                seen = await explained(gateway, body={"model": "halfopen/auto", "messages": told(GERMAN)})
                assert (seen["lane"], seen["facts"]) == ("german", {"language": "de"})
                assert "which its `when` lets in by language de" in seen["reason"]
                assert [step["offer"] for step in seen["itinerary"]] == ["m-two@two"]
                assert seen == await explained(gateway, facts={"language": "de"})
                assert "as long as nothing says its language" in (await explained(gateway))["reason"]

    run(story())


def test_the_ledger_keeps_by_which_facts_a_request_went_where_it_did(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            async with inside(tmp_path, house({"one": one, "two": two})) as gateway:
                create = gateway.openai().chat.completions.with_raw_response.create
                answer = await create(model="halfopen/auto", messages=told(GERMAN))
                rows = await gateway.rows(answer.headers["x-halfopen-request"])
                kept = await gateway.begun.house.ledger.decision(rows[0].decision)
                assert kept is not None
                assert json.loads(kept)["facts"] == {"language": "de"}

    run(story())


def test_a_picture_goes_only_to_an_offer_that_can_see(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            async with inside(tmp_path, house({"one": one, "two": two})) as gateway:
                assert await went(gateway, "halfopen/sights", ENGLISH) == f"{BLIND}@one"
                assert await went(gateway, "halfopen/sights", PICTURE) == f"{SEEING}@two"
                assert len(one.requests) == 1
                for question in ({"body": {"messages": told(PICTURE)}}, {"needs": ["image"]}):
                    seen = await explained(gateway, model="halfopen/sights", **question)
                    assert seen["needs"] == ["image"]
                    why = {row["offer"]: row["reason"] for row in seen["refused"]}
                    assert why[f"{BLIND}@one"] == "it takes no image"
                with pytest.raises(openai.BadRequestError, match="it takes no image"):
                    await went(gateway, f"{BLIND}@one", PICTURE)
                assert len(one.requests) == 1

    run(story())


def test_a_prompt_that_is_too_long_for_one_goes_to_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            config = house({"one": one, "two": two})
            narrow = {"model": "narrow", "provider": "one", "context": 8192}
            lanes = {**config["lanes"], "wide": {"require": {"offers": ["narrow@one", "m-two@two"]}}}
            async with inside(tmp_path, {**config, "offers": [*config["offers"], narrow], "lanes": lanes}) as gateway:
                assert await went(gateway, "halfopen/wide", ENGLISH * 300) == "narrow@one"
                assert await went(gateway, "halfopen/wide", ENGLISH * 800) == "m-two@two"
                seen = await explained(gateway, model="halfopen/wide", tokens=9000)
                why = {row["offer"]: row["reason"] for row in seen["refused"]}
                assert why["narrow@one"] == "its context is 8,192 tokens, and the request has about 9,000 or more"

    run(story())


def test_a_lane_goes_by_the_ratings_of_its_category(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            async with inside(tmp_path, house({"one": one, "two": two})) as gateway:
                coders = await explained(gateway, model="halfopen/coders")
                assert coders["category"] == "coding"
                assert "rated in coding" in coders["reason"]
                assert coders["itinerary"][-1]["offer"] == "m-one@one", "a team's own rating is an overall one"
                assert coders["itinerary"][-1]["rating"] is None
                code = "Write a Python function that returns the n-th prime number, and a unit test for it."
                body = {"model": "halfopen/fits", "messages": told(code)}
                fits = await explained(gateway, body=body)
                assert (fits["category"], fits["facts"]) == ("coding", {"category": "coding"})
                ratings = {step["offer"]: step["rating"] for step in coders["itinerary"]}
                assert all(step["rating"] == ratings[step["offer"]] for step in fits["itinerary"])
                overall = await explained(gateway, model="halfopen/fits")
                assert overall["category"] == "overall"
                assert overall["itinerary"] != fits["itinerary"]

    run(story())


BAD: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "a need": ({"needs": ["imgae"]}, "There is no ability `imgae`; did you mean `image`?"),
    "a fact": ({"facts": {"langauge": "de"}}, "There is no fact `langauge`; did you mean `language`?"),
    "an answer": ({"facts": {"size": "larg"}}, "There is no size `larg`; did you mean `large`?"),
    "tokens": ({"tokens": -1}, "`tokens` is -1"),
    "a dialect": ({"dialect": "mesages"}, "There is no dialect `mesages`; did you mean `messages`?"),
    "a body that is none": ({"body": [1]}, "The body is not a JSON object"),
    "a body without a prompt": ({"body": {"model": "m-one"}}, "`messages`"),
    "two labels": (
        {"zone": "home", "body": {"messages": told("a"), "metadata": {"halfopen_zone": "region"}}, "model": "m-one"},
        "The body's label `zone` is `region`, and beside it stands `home`",
    ),
}


def test_what_explain_does_not_know_is_refused_with_the_nearest(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            async with inside(tmp_path, house({"one": one, "two": two})) as gateway:
                for name, (question, said) in BAD.items():
                    assert said in (await explained(gateway, **question))["error"]["message"], name

    run(story())


def test_the_command_line_reads_a_body_as_the_gateway_does(tmp_path: Path) -> None:
    async def story() -> Config:
        async with ScriptedUpstream(chat_script) as one, ScriptedUpstream(chat_script) as two:
            return house({"one": one, "two": two})

    written(tmp_path, run(story()))
    (tmp_path / "body.json").write_text(json.dumps({"messages": told(GERMAN), "tools": [{"type": "function"}]}))
    done = subprocess.run(
        command("explain", "halfopen/auto", "--body", "body.json"),
        env=bare_environment(tmp_path, COLUMNS="200"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "It needs tools; recognized: language de." in done.stdout
    assert "lane german, which its `when` lets in by language de" in done.stdout
