"""Names that the official clients read: of the models there are, and of each request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.testing import Received, ScriptedUpstream, Send, Step
from tests.apps.serve.gateways import CHAT, HI, exchanged, inside, over, post, run
from tests.apps.serve.test_passing import chat_script, messages_script
from tests.apps.serve.test_telling import got


def test_the_models_are_listed_for_both_clients_and_every_name_can_be_asked_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, aliases={"gpt-4o": "halfopen/both"})) as gateway,
        ):
            seen: Sequence[str] = [model.id async for model in gateway.openai().models.list()]
            assert {"halfopen/auto", "halfopen/realtime", "halfopen/both", "gpt-4o", "m-up@up"} <= set(seen)
            assert [model.id async for model in gateway.anthropic().models.list()] == seen
            for name in ("halfopen/both", "gpt-4o", "m-up@up", "m-up"):
                raw = await gateway.openai().chat.completions.with_raw_response.create(model=name, messages=HI)
                assert raw.headers["x-halfopen-offer"] == "m-up@up"

    run(story())


def test_each_model_of_the_list_is_told_by_itself_to_both_clients(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, aliases={"gpt-4o": "halfopen/both"})) as gateway,
        ):
            ours, theirs = gateway.openai(), gateway.anthropic()
            for row in [model async for model in ours.models.list()]:
                assert await ours.models.retrieve(row.id) == row
                assert (await theirs.models.retrieve(row.id)).id == row.id
            assert await got(gateway, "/v1/models/halfopen/both") == await got(gateway, "/v1/models/halfopen%2Fboth")
            assert (await got(gateway, "/v1/models/m-up@up"))["display_name"] == "m-up"

    run(story())


@pytest.mark.parametrize(
    "name", ["m-up", "M-UP", "vendor/m-up", "m-up-2026-01-01", "halfopen/auto", "halfopen/", "halfopen"]
)
def test_every_name_that_a_request_may_give_is_a_model_that_can_be_asked_for(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, default_lane="both")) as gateway,
        ):
            ours = gateway.openai()
            assert (await ours.models.retrieve(name)).id == name
            assert (await gateway.anthropic().models.retrieve(name)).id == name
            raw = await ours.chat.completions.with_raw_response.create(model=name, messages=HI)
            assert raw.headers["x-halfopen-offer"] == "m-up@up"
            assert raw.headers["x-halfopen-lane"] == ("both" if name.startswith("halfopen") else "")

    run(story())


def test_a_name_that_is_several_models_is_told_so_wherever_it_is_asked_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up:
            plain = over({"up": up})
            providers = {**plain["providers"], "other": plain["providers"]["up"]}
            twins = [
                {"model": "m-1", "provider": "up", "served_as": "meta/llama"},
                {"model": "m-2", "provider": "other", "served_as": "meta/llama"},
            ]
            config = {**plain, "providers": providers, "offers": [*plain["offers"], *twins]}
            async with inside(tmp_path, config) as gateway:
                with pytest.raises(openai.BadRequestError, match="could be m-1, m-2"):
                    await gateway.openai().models.retrieve("meta/llama")

    run(story())


def test_a_list_with_a_slash_at_its_end_is_told_how_it_is_written(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            with pytest.raises(openai.NotFoundError, match="GET /v1/models, without a slash"):
                await gateway.openai().get("/models/", cast_to=object)
            for path in ("/v1/models", "/v1/models/m-up@up"):
                sent = post(gateway.port, path, b"a=b").replace(b"application/json", b"text/plain")
                assert (await exchanged(gateway.port, sent)).startswith(b"HTTP/1.1 405 "), path

    run(story())


@pytest.mark.parametrize("name", ["m-upp@up", "halfopen/bot", "../metrics", "\u202e\0/", "m" * 3000])
def test_a_model_that_is_not_in_the_list_is_a_404_in_the_clients_dialect(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            near = {"m-upp@up": "`m-up@up`", "halfopen/bot": "`halfopen/both`"}.get(name, "GET /v1/models")
            with pytest.raises(openai.NotFoundError) as ours:
                await gateway.openai().models.retrieve(name)
            with pytest.raises(anthropic.NotFoundError) as theirs:
                await gateway.anthropic().models.retrieve(name)
            assert near in str(ours.value)
            assert near in str(theirs.value)
            assert len(theirs.value.response.content) < 1500
            assert theirs.value.response.json()["error"]["type"] == "not_found_error"

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_the_official_clients_read_our_id_of_a_request_and_the_providers_stands_beside_it(
    tmp_path: Path, stream: bool
) -> None:
    def script(received: Received) -> Sequence[Step]:
        first, *rest = (chat_script if received.target == CHAT else messages_script)(received)
        assert isinstance(first, Send)
        theirs = b"\r\nX-Request-Id: theirs\r\n" if received.target == CHAT else b"\r\nRequest-Id: theirs\r\n"
        return [Send(first.data.replace(b"\r\n", theirs, 1)), *rest]

    async def story() -> None:
        async with ScriptedUpstream(script) as up, inside(tmp_path, over({"up": up})) as gateway:
            ours, theirs = gateway.openai().chat.completions, gateway.anthropic().messages
            chat: Any = await ours.with_raw_response.create(model="m-up", messages=HI, stream=stream)
            message: Any = await theirs.with_raw_response.create(model="m-up", messages=HI, max_tokens=9, stream=stream)
            for raw in (chat, message):
                assert raw.request_id == raw.headers["x-halfopen-request"]
                assert raw.headers["x-halfopen-upstream"] == "theirs"
                parsed = await raw.parse() if raw is message else raw.parse()
                if stream:
                    assert [each async for each in parsed]
                else:
                    assert parsed._request_id == raw.request_id
                assert [row.provider for row in await gateway.rows(raw.request_id)] == ["up"]

    run(story())


def test_the_official_clients_read_our_id_of_what_was_refused_and_of_the_list(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            ours, theirs = gateway.openai(), gateway.anthropic()
            for refused in (
                ours.chat.completions.create(model="nobody", messages=HI),
                theirs.messages.create(model="nobody", messages=HI, max_tokens=9),
                ours.models.retrieve("nobody"),
                theirs.models.retrieve("nobody"),
            ):
                with pytest.raises((openai.NotFoundError, anthropic.NotFoundError)) as caught:
                    await refused
                told: Any = caught.value
                assert told.request_id
                assert told.request_id == told.response.headers["x-halfopen-request"]
                assert told.request_id == told.response.json()["request_id"]
            assert (await ours.models.retrieve("m-up@up"))._request_id
            assert (await theirs.models.retrieve("m-up@up"))._request_id

    run(story())
