"""The campaign: mutant after mutant for every reader, for as many minutes as one likes.

python -m tests.wire.fuzz.campaign [--minutes 10] [--start 0] [--only "heard chat"] [--seeds FOLDER]

Each case is made from its number, so `--start` goes on where another campaign ended. What is found is made smaller and
written beside the other seeds, where `make test` fails with it until it is mended. The exit status says whether
something was found.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tests.wire.fuzz.judging import Finding, judged, smaller
from tests.wire.fuzz.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
MOST = 2 * 2**30  # bytes of address space


def case(number: int, names: list[str]) -> tuple[str, bytes]:
    """The target and the bytes of a case."""
    name = names[number % len(names)]
    return name, TARGETS[name].mutants.one(Random(f"{name} {number}"))


def kept(finding: Finding, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / finding.file_name
    path.write_bytes(finding.data)
    return path


def campaign(minutes: float, start: int, names: list[str], folder: Path, console: Console) -> int:
    """Returns how many different things were found."""
    found, counts, slowest = dict[tuple[str, str], int](), Counter[str](), (0.0, "")
    begun = time.monotonic()
    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=console, refresh_per_second=2) as progress:
        task = progress.add_task("", total=minutes * 60)
        while (spent := time.monotonic() - begun) < minutes * 60:
            number = start + counts.total()
            name, data = case(number, names)
            before = time.process_time()
            finding = judged(name, data)
            slowest = max(slowest, (time.process_time() - before, f"{name}, case {number}"))
            counts[name] += 1
            if finding:
                _tell(finding, found, folder, console)
            progress.update(task, completed=spent, description=f"{counts.total():,} cases, {len(found)} found, {name}")
    total = counts.total()
    console.print(f"{total:,} cases in {minutes:g} minutes, {start} to {start + total - 1}; {len(found)} found.")
    console.print(f"The slowest took {1000 * slowest[0]:.0f} ms: {slowest[1]}.")
    console.print(f"At most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB of memory.")
    return len(found)


def _tell(finding: Finding, found: dict[tuple[str, str], int], folder: Path, console: Console) -> None:
    key = (finding.target, finding.where)
    found[key] = found.get(key, 0) + 1
    if found[key] == 1:
        path = kept(smaller(finding), folder)
        console.print(f"[bold red]{finding.target}[/]: {finding.where}")
        console.print(f"  {finding.what}", markup=False)
        console.print(f"  {path}", markup=False, soft_wrap=True)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--minutes", type=float, default=10)
    wanted.add_argument("--start", type=int, default=0)
    wanted.add_argument("--only", action="append", choices=list(TARGETS))
    wanted.add_argument("--seeds", type=Path, default=SEEDS)
    told = wanted.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    sys.exit(1 if campaign(told.minutes, told.start, told.only or list(TARGETS), told.seeds, Console()) else 0)


if __name__ == "__main__":
    main()
