"""The tree in the docstring is the tree of the classes: every leaf is drawn, where it hangs, with its status."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from halfopen import errors
from halfopen.errors import CallerFault, Fault, GatewayFault, UnknownLane, UpstreamFault, code_of

BRANCH = re.compile(r"^ {4} \+- (\w+)", re.MULTILINE)
LEAF = re.compile(r"(\w+) (\d{3})\b")


def drawn() -> Iterator[tuple[str, str, int]]:
    """Branch, leaf and status of each leaf in the drawing."""
    branch = ""
    for line in (errors.__doc__ or "").splitlines():
        found = BRANCH.match(line)
        branch = found[1] if found else branch
        twigs = line.partition("+- ")[2] if not found else ""
        for leaf, status in LEAF.findall(twigs.partition("   ")[0]):
            yield branch, leaf, int(status)


def leaves() -> list[type[Fault]]:
    return [leaf for branch in Fault.__subclasses__() for leaf in branch.__subclasses__()]


def test_the_drawing_and_the_classes_are_one_tree() -> None:
    assert sorted(drawn()) == sorted((leaf.__mro__[1].__name__, leaf.__name__, leaf.status) for leaf in leaves())


def test_a_leaf_bears_no_leaves() -> None:
    assert [leaf for leaf in leaves() if leaf.__subclasses__()] == []


def test_every_fault_in_the_module_hangs_on_the_tree() -> None:
    faults = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Fault)}
    assert faults == {Fault, CallerFault, UpstreamFault, GatewayFault, *leaves()}


@pytest.mark.parametrize(
    ("branch", "whose", "statuses"),
    [
        (CallerFault, "caller", range(400, 500)),
        (UpstreamFault, "upstream", range(400, 600)),
        (GatewayFault, "gateway", range(500, 600)),
    ],
)
def test_a_branch_says_whose_fault_it_is_and_its_statuses_agree(
    branch: type[Fault], whose: str, statuses: range
) -> None:
    assert branch.__subclasses__()
    for leaf in branch.__subclasses__():
        assert leaf.whose == whose
        assert leaf.status in statuses


def test_every_leaf_has_a_code_of_its_own() -> None:
    codes = [code_of(leaf) for leaf in leaves()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", code) for code in codes)
    assert UnknownLane("no such lane").code == "unknown_lane"


def test_a_fault_carries_its_message_and_what_it_was_told() -> None:
    fault = errors.Overloaded("come back later", retry_after=2.5, body=b"{}")
    assert (str(fault), fault.message, fault.retry_after, fault.body) == ("come back later",) * 2 + (2.5, b"{}")
    assert errors.Stalled("silent").retry_after is None
