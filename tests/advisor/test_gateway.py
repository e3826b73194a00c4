"""The gateway goes by the same ratings as the table: one scale, and an estimate is marked as one."""

from __future__ import annotations

from halfopen.advisor.quality import qualities
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import OwnOffer, OwnProvider, Settings
from halfopen.apps.roster import roster
from tests.advisor.worlds import DAY, model, offer, score, two_boards, whole

TEAM = Settings(
    providers={"rack": OwnProvider(base_url="http://127.0.0.1:9", hosting="self_hosted")},
    offers=(OwnOffer(model="alone", provider="rack", rating=1999),),
)


def test_a_candidate_has_the_rating_of_the_table_and_its_basis() -> None:
    models = [*two_boards(15, shared=6, only_before={"alone": 1400}), model("late", score(1500, DAY)), model("mute")]
    there = whole(models, [offer(name, "host") for name in ("both-0", "alone", "late", "mute")])
    rated = qualities(there.models, "overall", DAY)
    candidates = {c.id: c for c in roster(there, TEAM, Environment()).world(DAY, 1, {}).candidates}
    for name in ("both-0", "alone", "late"):
        assert candidates[f"{name}@host"].rating == round(rated[name].score, 1)
        assert candidates[f"{name}@host"].rating_basis == rated[name].basis
    assert candidates["late@host"].rating_basis == "estimated"
    assert (candidates["mute@host"].rating, candidates["mute@host"].rating_basis) == (None, "")


def test_a_teams_own_rating_stands_for_its_offer_and_counts_as_measured() -> None:
    there = whole([model("alone", score(1400))], [offer("alone", "host")])
    candidates = {c.id: c for c in roster(there, TEAM, Environment()).world(DAY, 1, {}).candidates}
    assert (candidates["alone@rack"].rating, candidates["alone@rack"].rating_basis) == (1999, "measured")
    assert candidates["alone@host"].rating == 1400
