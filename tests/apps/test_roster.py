"""From rows to candidates and destinations: zones, keys, prices of the day, and what does not fit together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.apps import wiring
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Engine, OwnOffer, OwnProvider, Settings
from halfopen.apps.roster import Roster, credentials, lacking, roster
from halfopen.catalog.exchange import Exchange
from halfopen.catalog.match import match
from halfopen.catalog.model import Model, Rating
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Provider
from halfopen.catalog.snapshot import catalog
from halfopen.catalog.source import Source
from halfopen.costs.hosted import Machine
from halfopen.documents import Complaints
from halfopen.money import per_token
from halfopen.policy.rules import Lane
from halfopen.policy.world import Candidate
from halfopen.wire.table import DIALECTS

DAY = date(2026, 11, 24)
SEEN = Source(name="a test", checked=DAY)
BOTH = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}


def line(since: date, price: str, currency: str = "USD") -> PriceLine:
    return PriceLine(since=since, input=Decimal(price), output=Decimal(price) * 4, currency=currency, source=SEEN)


CLOUD = Provider(
    name="cloud",
    title="Cloud",
    hosting="hosted",
    operator="Cloud Ltd",
    base_url="https://api.cloud.example/openai",
    dialects=BOTH,
    key_env="CLOUD_KEY",
    sources=(SEEN,),
)
ENGINE = Provider(
    name="llamacpp",
    title="llama.cpp",
    hosting="self_hosted",
    operator=None,
    base_url="http://127.0.0.1:8080",
    dialects={"chat": BOTH["chat"]},
    auth="none",
    sources=(SEEN,),
)
LLAMA = Model(name="llama", title="Llama", lab="a lab", weights="open", context=8192, sources=(SEEN,))
CLOSED = Model(name="shut", title="Shut", lab="a lab", weights="closed", sources=(SEEN,))
OFFERS = (
    Offer(
        model="llama",
        provider="cloud",
        served_as="labs/llama",
        prices=(line(date(2026, 1, 1), "2"), line(date(2026, 12, 1), "1")),
        sources=(SEEN,),
    ),
    Offer(model="shut", provider="cloud", served_as="shut-1", dialects=("messages",), sources=(SEEN,)),
)
SHIPPED = catalog([LLAMA, CLOSED], [CLOUD, ENGINE], OFFERS)
KEYED = Environment(variables={"CLOUD_KEY": " secret-1234 "})


def book(environment: Environment = KEYED, **settings: Any) -> Roster:
    return roster(SHIPPED, Settings(**settings), environment)


def candidates(rows: Roster, day: date = DAY) -> dict[str, Candidate]:
    return {each.id: each for each in rows.world(day, 1, {}).candidates}


def test_an_offer_has_all_that_a_decision_asks_of_it() -> None:
    told = candidates(book())["llama@cloud"]
    assert (told.served_as, told.hosting, told.weights, told.context) == ("labs/llama", "hosted", "open", 8192)
    assert (told.input, told.output) == (per_token("2"), per_token("8"))
    assert told.dialects & {*DIALECTS} == {"chat", "messages"}
    assert told.serves == {"chat", "count"}
    assert (told.zone, told.lacks) == ("anywhere", "")


def test_closed_weights_at_a_host_of_open_ones_are_a_closed_offer() -> None:
    told = candidates(book())["shut@cloud"]
    assert told.hosting == "closed"
    assert told.dialects == {"messages"}


def test_the_price_is_the_one_of_the_day() -> None:
    rows = book()
    assert candidates(rows, date(2026, 11, 30))["llama@cloud"].input == per_token("2")
    assert candidates(rows, date(2026, 12, 1))["llama@cloud"].input == per_token("1")
    assert candidates(rows, date(2025, 12, 31))["llama@cloud"].input is None


def test_a_price_in_a_currency_of_unknown_worth_is_not_compared_with_dollars() -> None:
    own = OwnOffer(model="llama", provider="llamacpp", prices=(line(date(2026, 1, 1), "1", "EUR"),))
    rows = book(offers=(own,))
    assert candidates(rows)["llama@llamacpp"].input is None
    assert rows.destinations()["llama@llamacpp"].prices[0].currency == "EUR"


def test_a_price_in_euros_is_compared_at_the_rate_of_the_day_and_billed_in_euros() -> None:
    rates = [
        Exchange(currency="EUR", rate=Decimal(rate), day=day, source=SEEN)
        for rate, day in (("1.1", date(2026, 1, 1)), ("1.5", date(2026, 12, 1)))
    ]
    own = OwnOffer(model="llama", provider="llamacpp", prices=(line(date(2026, 1, 1), "2", "EUR"),))
    rows = roster(replace(SHIPPED, exchange=tuple(rates)), Settings(offers=(own,)), KEYED)
    assert candidates(rows)["llama@llamacpp"].input == per_token("2.2")
    assert candidates(rows, date(2026, 12, 1))["llama@llamacpp"].input == per_token("3")
    assert rows.destinations()["llama@llamacpp"].prices[0].currency == "EUR"


def test_a_missing_key_is_named_and_the_offer_is_nowhere_to_be_called() -> None:
    rows = book(Environment())
    assert candidates(rows)["llama@cloud"].lacks == "it has no key: set CLOUD_KEY"
    assert rows.destinations() == {}


def test_a_provider_without_an_address_says_which_line_gives_it_one() -> None:
    told = lacking(replace(CLOUD, base_url=None), {"CLOUD_KEY": "x"})
    assert "`providers: {cloud: {base_url: ...}}`" in told


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("bearer", ((b"authorization", b"Bearer secret-1234"),)),
        ("x-api-key", ((b"x-api-key", b"secret-1234"),)),
        ("api-key", ((b"api-key", b"secret-1234"),)),
        ("none", ()),
    ],
)
def test_the_key_travels_in_the_header_of_its_scheme(auth: Any, header: object) -> None:
    assert credentials(replace(CLOUD, auth=auth), KEYED.variables) == header
    assert credentials(replace(CLOUD, auth=auth), {}) == ()


def test_a_dialect_may_want_the_key_in_a_header_of_its_own() -> None:
    google = replace(CLOUD, auth_of={"gemini": "x-goog-api-key"})
    assert credentials(google, KEYED.variables, "gemini") == ((b"x-goog-api-key", b"secret-1234"),)
    assert credentials(google, KEYED.variables, "chat") == credentials(CLOUD, KEYED.variables)


def test_a_destination_joins_the_address_and_the_path_of_the_dialect() -> None:
    to = book().destinations()["llama@cloud"]
    assert (to.scheme, to.host, to.port) == ("https", "api.cloud.example", 443)
    assert to.targets["chat"] == "/openai/v1/chat/completions"
    assert to.targets["messages"] == "/openai/v1/messages"
    assert to.targets["embeddings"] == "/openai/v1/embeddings", "beside chat, since the row does not say where"
    assert to.targets["count_messages"] == "/openai/v1/messages/count_tokens"
    assert "gemini" not in to.targets
    assert "count_gemini" not in to.targets
    assert "secret-1234" not in repr(to)
    assert "secret-1234" not in repr(book())


def test_a_provider_stands_in_the_zone_where_the_team_put_it_and_else_anywhere() -> None:
    rows = book(zones={"contract": ("cloud",)})
    assert candidates(rows)["llama@cloud"].zone == "contract"
    rows = book(zones={"lab": ("llamacpp",)}, offers=(OwnOffer(model="llama", provider="llamacpp"),))
    assert rows.zones == ("lab", "anywhere")
    assert (candidates(rows)["llama@llamacpp"].zone, candidates(rows)["llama@cloud"].zone) == ("lab", "anywhere")


def test_an_offer_of_the_team_s_is_found_by_name_with_its_own_rating() -> None:
    own = OwnOffer(model="mine", provider="llamacpp", served_as="mine.gguf", rating=1234.0, tuned=True)
    rows = book(offers=(own,))
    told = candidates(rows)["mine@llamacpp"]
    assert (told.served_as, told.rating, told.tuned, told.weights) == ("mine.gguf", 1234.0, True, "open")
    assert (told.input, told.hosting) == (None, "self_hosted")
    assert match("mine", rows.names) == match("mine.gguf", rows.names)


def test_an_offer_of_the_team_s_replaces_ours_of_the_same_name() -> None:
    rows = book(offers=(OwnOffer(model="llama", provider="cloud", served_as="labs/llama-2"),))
    assert candidates(rows)["llama@cloud"].served_as == "labs/llama-2"
    assert candidates(rows)["llama@cloud"].input is None


def test_a_provider_can_be_changed_begun_from_another_or_new() -> None:
    rows = book(
        providers={
            "cloud": OwnProvider(base_url="https://eu.cloud.example"),
            "rack": OwnProvider(like="llamacpp", base_url="http://10.0.0.5:8000/"),
            "house": OwnProvider(base_url="http://10.0.0.6", hosting="self_hosted", key_env="HOUSE_KEY"),
        },
        offers=(OwnOffer(model="llama", provider="rack"), OwnOffer(model="llama", provider="house")),
    )
    to = rows.destinations()
    assert (to["llama@cloud"].host, to["llama@cloud"].headers[0][0]) == ("eu.cloud.example", b"authorization")
    assert (to["llama@rack"].port, to["llama@rack"].targets["chat"]) == (8000, "/v1/chat/completions")
    assert "messages" not in to["llama@rack"].targets
    assert (to["llama@house"].port, to["llama@house"].headers) == (80, ())
    assert rows.catalog.providers["house"].auth == "bearer"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"zones": {"home": ("clod",)}}, "zones.home[0]: `clod` is no provider; did you mean `cloud`?"),
        ({"zones": {"home": ("zzz",)}}, "zones.home[0]: `zzz` is no provider; expected one of cloud, llamacpp"),
        (
            {"zones": {"home": ("cloud",), "region": ("llamacpp", "cloud")}},
            "zones.region[1]: `cloud`, which is in zone home already; expected each provider once",
        ),
        ({"zones": {"home": ("cloud", "cloud")}}, "zones.home[1]: `cloud`, which is in zone home already"),
        ({"offers": (OwnOffer(model="m", provider="clod"),)}, "offers[0].provider: `clod` is no provider; did you"),
        ({"providers": {"new": OwnProvider(like="clod")}}, "providers.new.like: `clod` is no provider; did you mean"),
        (
            {"providers": {"new": OwnProvider(base_url="http://x")}},
            "providers.new: a new provider without `hosting`; expected both, or the row it is `like`, as `like: vllm`",
        ),
        (
            {"providers": {"clouds": OwnProvider(key_env="X")}},
            "providers.clouds: a new provider without `base_url` and `hosting`; did you mean `cloud`?",
        ),
        (
            {"providers": {"cloud": OwnProvider(base_url="http://cloud.example")}},
            "providers.cloud.base_url: `http://cloud.example`, which would carry the key in the clear; expected https",
        ),
        (
            {"offers": (OwnOffer(model="m", provider="cloud", prices=(line(DAY, "0"),)),)},
            "offers[0].prices[0]: a rate of 0; expected `free: true`",
        ),
    ],
)
def test_rows_that_do_not_fit_are_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(Complaints) as told:
        book(**settings)
    assert str(told.value).startswith(said)


def test_what_costs_nothing_may_be_told_so() -> None:
    own = OwnOffer(model="m", provider="llamacpp", prices=(line(date(2026, 1, 1), "0"),), free=True)
    assert candidates(book(offers=(own,)))["m@llamacpp"].input == 0


def test_all_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(Complaints) as told:
        book(zones={"home": ("clod",)}, offers=(OwnOffer(model="m", provider="clod"),))
    assert len(told.value.complaints) == 2


def test_an_engine_that_we_start_stands_at_home_unless_it_was_placed() -> None:
    row = Engine(gguf="m.gguf", model="mine", context=512, tuned=True)
    settings = wiring.with_engines(Settings(engines={"rack": row}), {"rack": 9999})
    told = candidates(roster(SHIPPED, settings, Environment()))["mine@rack"]
    assert (told.zone, told.hosting, told.context, told.tuned) == ("home", "self_hosted", 512, True)
    placed = Settings(engines={"rack": row}, zones={"region": ("rack",)})
    rows = roster(SHIPPED, wiring.with_engines(placed, {"rack": 9999}), Environment())
    assert candidates(rows)["mine@rack"].zone == "region"
    assert rows.destinations()["mine@rack"].port == 9999


def test_the_client_of_a_zone_can_reach_that_zone_and_what_lies_inside_it() -> None:
    rows = book(
        zones={"home": ("llamacpp",), "contract": ("cloud",)}, offers=(OwnOffer(model="llama", provider="llamacpp"),)
    )
    made = wiring.clients(rows)
    at_home, by_contract = ("http", "127.0.0.1", 8080), ("https", "api.cloud.example", 443)
    assert {zone: set(client._routes) for zone, client in made.items()} == {
        "home": {at_home},
        "region": {at_home},
        "contract": {at_home, by_contract},
        "anywhere": {at_home, by_contract},
    }


def scored(name: str, **scores: str) -> Model:
    rows = tuple(
        Rating(
            board="arena",
            score=Decimal(score),
            low=Decimal(score) - 5,
            high=Decimal(score) + 5,
            day=date(2026, 11, 1),
            style_control=True,
            category=category,
            source=SEEN,
        )
        for category, score in scores.items()
    )
    return Model(name=name, title=name, lab="a lab", weights="open", ratings=rows, sources=(SEEN,))


RATED = catalog([scored("llama", overall="1400", coding="1450", elvish="1200"), CLOSED], [CLOUD, ENGINE], OFFERS)


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ((), set()),
        (("overall",), set()),
        (("coding", "coding"), {"coding"}),
        (("elvish",), {"elvish"}),
        (
            ("fits",),
            {"coding", "math", "english", "german", "french", "spanish", "russian", "chinese", "japanese", "korean"},
        ),
    ],
)
def test_a_world_has_the_ratings_of_the_categories_that_some_lane_goes_by(
    named: tuple[str, ...], kept: set[str]
) -> None:
    lanes = {f"lane{place}": Lane(category=category) for place, category in enumerate(named)}
    within = roster(RATED, Settings(lanes=lanes), KEYED).world(DAY, 1, {})
    assert set(within.ratings) == kept
    if "coding" in kept:
        assert within.ratings["coding"] == {"llama": (1450.0, "measured")}
    assert within.candidates[0].rating == 1400.0


def test_ratings_are_worked_out_once_a_day() -> None:
    rows = roster(RATED, Settings(lanes={"code": Lane(category="coding")}), KEYED)
    first, again = rows.world(DAY, 1, {}), rows.world(DAY, 2, {})
    assert first.ratings["coding"] is again.ratings["coding"]
    assert rows.world(date(2026, 11, 25), 3, {}).ratings["coding"] is not first.ratings["coding"]


def test_a_team_s_own_rating_is_an_overall_one() -> None:
    own = OwnOffer(model="mine", provider="llamacpp", rating=1500.0)
    within = roster(RATED, Settings(offers=(own,), lanes={"code": Lane(category="coding")}), KEYED).world(DAY, 1, {})
    assert "mine" not in within.ratings["coding"]


def test_a_category_that_nobody_rates_in_is_told_with_the_nearest() -> None:
    with pytest.raises(Complaints, match=r"lanes\.code\.category: `codng`; did you mean `coding`\?"):
        roster(RATED, Settings(lanes={"code": Lane(category="codng")}), KEYED)


def test_an_offer_of_ones_own_is_priced_by_its_machine() -> None:
    row = Machine(usd_an_hour=Decimal("3.60"), tokens_a_second=Decimal(1000), used=Decimal("0.5"))
    rack = {"rack": OwnProvider(like="llamacpp", base_url="http://127.0.0.1:9")}
    found = book(providers=rack, offers=(OwnOffer(model="llama", provider="rack", machine=row),))
    assert candidates(found)["llama@rack"].input == per_token("2")
    with pytest.raises(Complaints, match="either says what a token costs"):
        OwnOffer(model="llama", provider="rack", machine=row, free=True)
