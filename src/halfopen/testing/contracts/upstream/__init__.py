"""What any `ports.upstream.Upstream` must do, shown over real sockets against a scripted upstream.

    @pytest.mark.parametrize("case", UPSTREAM_CONTRACT.values(), ids=UPSTREAM_CONTRACT.keys())
    def test_contract(case):
        asyncio.run(case(make_mine))

`make_mine` is given a `Place` and answers with a client that may call it. Each case raises AssertionError
where the client falls short, and takes a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from halfopen.testing.contracts.upstream import answers, connecting, deadlines, endings, requests
from halfopen.testing.contracts.upstream.place import Case, MakeUpstream, Place

__all__ = ["UPSTREAM_CONTRACT", "Case", "MakeUpstream", "Place"]

CASES: tuple[Case, ...] = (*requests.CASES, *connecting.CASES, *answers.CASES, *endings.CASES, *deadlines.CASES)
UPSTREAM_CONTRACT: Mapping[str, Case] = MappingProxyType({case.__name__: case for case in CASES})
