"""Accelerators and small machines: their arithmetic by precision, their links, their prices, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from halfopen.documents import Complaints
from halfopen.fleet.hardware import GB, TERA, Accelerator
from halfopen.fleet.memory import fit
from halfopen.fleet.names import the
from halfopen.fleet.tables import Tables
from halfopen.money import picos


def card(tables: Tables, name: str) -> Accelerator:
    return the(name, tables.machines, "machine")


def test_weights_of_fewer_bits_are_computed_with_in_the_arithmetic_that_there_is(tables: Tables) -> None:
    assert card(tables, "b200").flops("fp4") == 9000 * TERA
    assert card(tables, "h100").flops("fp4") == card(tables, "h100").flops("bf16") == 989 * TERA
    assert card(tables, "a100-80g").flops("fp8") == card(tables, "a100-80g").flops("bf16") == 312 * TERA


def test_cards_without_a_link_of_their_own_meet_over_pci_express(tables: Tables) -> None:
    assert card(tables, "h100").link_bytes_a_second == 0.45 * TERA
    assert card(tables, "b200").link_bytes_a_second == 0.9 * TERA
    assert card(tables, "l40s").link_bytes_a_second == pytest.approx(0.032 * TERA)


def test_rents_are_exact_and_unknown_where_nobody_published_one(tables: Tables) -> None:
    assert [card(tables, "h100").an_hour(which) for which in ("low", "typical", "high")] == [
        picos(price) for price in ("1.99", "3.13", "5.00")
    ]
    assert card(tables, "l4").an_hour() is None
    assert card(tables, "gb200").an_hour("high") == picos("4.54")  # the one that is known


def test_a_small_machine_keeps_some_of_its_memory_for_itself(tables: Tables) -> None:
    assert card(tables, "laptop-16gb").usable == 11 * GB
    assert card(tables, "h100").usable == pytest.approx(72 * GB)


def test_every_machine_says_where_it_was_read_and_small_ones_that_they_are_estimated(tables: Tables) -> None:
    for each in tables.accelerators:
        assert each.sources, each.name
        assert each.estimated == (each.kind != "datacentre"), each.name
        assert each.usable <= each.bytes, each.name
        assert (each.fp8 or 0) >= float(each.bf16) or each.fp8 is None, each.name


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rent_low", Decimal("9"), "low before typical before high"),
        ("rent", Decimal("-1"), "above 0"),
        ("memory", Decimal("0"), "memory: `0`"),
        ("bandwidth", Decimal("0"), "bandwidth: `0`"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(field: str, value: Decimal, said: str, tables: Tables) -> None:
    with pytest.raises(Complaints, match=said):
        replace(card(tables, "h100"), **{field: value})  # type: ignore[arg-type]


# What makers say that runs in so much memory (recalled): gpt-oss-20b in 16 GB; Phi-4 and models of 7 to 9 billion
# parameters in four bits on a laptop with 16 GB; 27 to 32 billion in four bits on a card with 24 GB.
@pytest.mark.parametrize(
    ("model", "machine", "precision", "fits"),
    [
        ("gpt-oss-20b", "workstation-16gb", "mxfp4", True),
        ("gpt-oss-20b", "laptop-16gb", "mxfp4", False),
        ("phi-4", "laptop-16gb", "Q4_K_M", True),
        ("phi-4", "laptop-16gb", "Q8_0", False),
        ("Meta-Llama-3.1-8B", "laptop-16gb", "Q8_0", True),
        ("Qwen3-32B", "workstation-24gb", "Q4_K_M", True),
        ("gemma-3-27b", "workstation-24gb", "Q4_K_M", True),
        ("gemma-3-27b", "laptop-16gb", "Q4_K_M", False),
        ("Meta-Llama-3.1-70B", "workstation-32gb", "Q4_K_M", False),
        ("gpt-oss-120b", "board-128gb", "mxfp4", True),
        ("DeepSeek-V3", "cpu-server", "Q3_K_M", True),
        ("DeepSeek-V3", "cpu-server", "Q8_0", False),
    ],
)
def test_small_machines_hold_what_people_run_on_them(
    model: str, machine: str, precision: str, fits: bool, tables: Tables
) -> None:
    architecture = the(model, tables.models, "model")
    assert fit(architecture, card(tables, machine), 1, precision, 4096).fits is fits
