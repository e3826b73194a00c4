"""Our client keeps the contract of an upstream, on both loops; and so does aiohttp, so the contract is a fair one."""

from __future__ import annotations

import pytest

from halfopen.testing import ScriptedUpstream, always, wires
from halfopen.testing.contracts.upstream import UPSTREAM_CONTRACT, Case, Place
from halfopen.testing.contracts.upstream.place import at
from tests.adapters.http.clients import SUBJECTS, Subject

subjects = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())


@subjects
@pytest.mark.parametrize("case", UPSTREAM_CONTRACT.values(), ids=UPSTREAM_CONTRACT.keys())
def test_it_keeps_the_contract(subject: Subject, case: Case) -> None:
    subject.run(case(subject.make))


@subjects
def test_a_proxy_in_the_environment_is_ignored(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with ScriptedUpstream(always(wires.whole(200, b"direct"))) as up, ScriptedUpstream([]) as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://{proxy.host}:{proxy.port}")
            for name in ("NO_PROXY", "no_proxy"):
                monkeypatch.delenv(name, raising=False)
            async with at(subject.make, Place("http", up.host, up.port)) as caller:
                assert await caller.body() == b"direct"
            assert proxy.connections == 0

    subject.run(main())
