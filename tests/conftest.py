"""What a run left out, said at its end: campaigns that were not asked for, and tests without their tools."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    if items:
        slow = [item.nodeid for item in items if item.get_closest_marker("slow")]
        items[0].config.stash.setdefault(_LEFT_OUT, []).extend(slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    slow = config.stash.get(_LEFT_OUT, [])
    skipped = terminalreporter.stats.get("skipped", [])
    if not slow and not skipped:
        return
    terminalreporter.section("left out")
    if slow:
        terminalreporter.write_line(f"{len(slow)} slow campaigns; `make campaigns` runs them:")
    for name in slow:
        terminalreporter.write_line(f"  {name}")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"{report.nodeid}: {reason}")
