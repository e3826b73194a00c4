"""Who can be compared with whom: strong components, against the definition, and where they lie about the pool."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from halfopen.ratings.likelihood.cells import cells_of
from halfopen.ratings.likelihood.connected import ABOVE, BELOW, UNKNOWN, WITHIN, placed, pools
from tests.ratings.arenas import Said, of_score, written

NAMES = "abcdefgh"
rows = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["model_a", "model_b", "tie"])).filter(
        lambda row: row[0] != row[1]
    ),
    min_size=1,
    max_size=16,
)


@given(rows)
def test_a_component_is_whoever_reaches_each_other(said: list[Said]) -> None:
    read = written(said)
    size = len(read.models)
    reach = np.eye(size, dtype=bool)
    for a, b, outcome in zip(read.a, read.b, read.outcome, strict=True):
        reach[a, b] |= outcome != 1
        reach[b, a] |= outcome != 0
    for through in range(size):
        reach |= reach[:, through][:, None] & reach[through]
    cells = cells_of(read)
    found = placed(cells)
    assert ((found.group[:, None] == found.group) == (reach & reach.T)).all()
    chosen = int(found.pool[0])
    assert found.pool.tolist() == np.flatnonzero(reach[chosen] & reach[:, chosen]).tolist()
    expected = np.full(size, UNKNOWN)
    expected[reach[chosen]] = BELOW
    expected[reach[:, chosen]] = ABOVE
    expected[found.pool] = WITHIN
    assert found.place.tolist() == expected.tolist()
    joined = reach | reach.T
    for through in range(size):
        joined |= joined[:, through][:, None] & joined[through]
    label = pools(cells)
    assert ((label[:, None] == label) == joined).all()


def test_three_thousand_models_in_a_row_are_no_deeper_than_three() -> None:
    row = [f"m{n:04d}" for n in range(3_000)]
    said = [(one, other, "model_a") for one, other in pairwise(row)]
    found = placed(cells_of(written(said)))
    assert len(set(found.group.tolist())) == 3_000
    closed = placed(cells_of(written([*said, (row[0], row[-1], "model_b")])))
    assert len(closed.pool) == 3_000


def test_the_pool_is_where_most_battles_are() -> None:
    said = of_score(2, 2) + of_score(5, 5, a="x", b="y") + of_score(3, 0, a="a", b="x")
    assert placed(cells_of(written(said))).pool.tolist() == [2, 3]
