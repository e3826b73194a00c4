"""Asks the providers whose keys are set for their lists of models, over our own client. No tokens are spent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.prices import listed
from halfopen.apps.roster import Roster, credentials
from halfopen.catalog.provider import Provider
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.news import Listed
from halfopen.errors import Fault
from halfopen.ports.upstream import Call, Deadlines, Headers

PATIENCE = Deadlines(connect=5.0, first_byte=20.0, between_bytes=20.0, total=60.0)
MOST_BYTES, MOST_PAGES = 16 * 2**20, 20
# the end of a dialect's path -> that of the list beside it
BESIDE: Mapping[str, str] = {"/chat/completions": "/models", "/responses": "/models", "/messages": "/models"}
SIGNED = ("sigv4", "google")  # lists that need a signature are not asked for
ANTHROPIC: Headers = ((b"anthropic-version", b"2023-06-01"),)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider listed and as which source, or in `trouble` why there is nothing."""

    provider: str
    source: Source
    listed: tuple[Listed, ...] = ()
    trouble: str = ""


def askable(book: Roster) -> list[Provider]:
    """The providers of the catalog that can be called with a key of the team's and sell something there."""
    sellers = {offer.provider for offer in book.catalog.offers.values()}
    return [
        row
        for name, row in book.catalog.providers.items()
        if name in sellers and row.hosting != "self_hosted" and row.auth not in SIGNED and not book.lacks[name]
    ]


async def ask(
    providers: list[Provider], variables: Mapping[str, str], day: date, done: Callable[[str], None]
) -> list[Heard]:
    """What each says, all asked at once; `done` is told each name as its answer is there."""

    async def one(provider: Provider) -> Heard:
        heard = await _heard(provider, variables, day)
        done(provider.name)
        return heard

    return list(await asyncio.gather(*map(one, providers)))


def target_of(provider: Provider) -> str:
    """The path of the list: beside that of the first dialect it speaks."""
    paths = list(provider.dialects.values())
    return next(
        (path.removesuffix(end) + new for path in paths for end, new in BESIDE.items() if path.endswith(end)),
        "/v1/models",
    )


async def _heard(provider: Provider, variables: Mapping[str, str], day: date) -> Heard:
    url = urlsplit(provider.base_url or "")
    first = url.path.rstrip("/") + target_of(provider)
    source = Source(name=f"{url.scheme}://{url.netloc}{first}", checked=day)
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    client = Client([Endpoint(url.hostname or "", port, url.scheme, proxy=provider.proxy)])
    extra = ANTHROPIC if set(provider.dialects) == {"messages"} else ()
    found: list[Listed] = []
    target = first
    try:
        for _ in range(MOST_PAGES):
            reply = await client.call(
                Call(
                    method="GET",
                    scheme=url.scheme,
                    host=url.hostname or "",
                    port=port,
                    target=target,
                    headers=(*credentials(provider, variables), *extra),
                    deadlines=PATIENCE,
                )
            )
            body = await reply.whole(MOST_BYTES)
            if reply.status != 200:
                return Heard(provider.name, source, trouble=f"it answers {reply.status} to {target}")
            page, following = listed(body, source)
            found += page
            if not following:
                return Heard(provider.name, source, tuple(found))
            target = _following(first, following)
        return Heard(provider.name, source, trouble=f"its list has more than {MOST_PAGES} pages")
    except Fault as fault:
        return Heard(provider.name, source, trouble=fault.message)
    except ValueError as why:
        return Heard(provider.name, source, trouble=str(why))
    finally:
        await client.close()


def _following(first: str, following: str) -> str:
    """Where the next page is, on the same host whatever the link says: only its path and query are looked at."""
    link = urlsplit(following)
    return (link.path or first) + (f"?{link.query}" if link.query else "")
