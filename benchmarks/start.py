"""How long a verb takes from a cold start: `halfopen compare`, and `halfopen advise` for twenty tasks.

python benchmarks/start.py [--rounds 9]

Each run is a process of its own; a bare `python -c pass` is timed beside it, for what the machine costs. A first run
has an empty data folder, a next one what the first left in it. In a checkout that no wheel was made from the first run
reads YAML; `make up` leaves a snapshot in the package, and then it does not. The twenty tasks are those of
examples/advice, and then the first of them again; their team is that of the insurer, who has people for machines.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
VERB = "from halfopen.apps.cli import main; main()"
TASKS = 20


UNSERVED = 1  # the exit code of advice in which a task is served by nobody: the insurer's terms rule one out


def seconds(*words: str) -> float:
    """The wall time of one process. Raises CalledProcessError, but not for advice that leaves a task unserved."""
    begun = time.perf_counter()
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, *words], check=False, stdout=subprocess.DEVNULL, env=variables)
    if not (done.returncode == UNSERVED and "advise" in words):
        done.check_returncode()
    return time.perf_counter() - begun


def workload() -> str:
    """Twenty tasks, as a workload.yaml."""
    told = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("examples/advice/*.yaml")}
    tasks = [task for name in sorted(told) for task in told[name]["tasks"]]
    many = [{**task, "name": f"{place}: {task['name']}"} for place, task in enumerate(islice(cycle(tasks), TASKS), 1)]
    return yaml.safe_dump({"team": told["insurer"]["team"], "tasks": many}, sort_keys=False)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=9)
    rounds = asked.parse_args().rounds
    took: dict[str, list[float]] = {
        what: [] for what in ("python alone", "compare, first", "compare, next", "advise, 20 tasks")
    }
    seconds("-c", VERB, "compare", "--help")  # so that the bytecode is there
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as data:
            tasks = Path(data) / "workload.yaml"
            tasks.write_text(workload(), encoding="utf-8")
            took["python alone"].append(seconds("-c", "pass"))
            took["compare, first"].append(seconds("-c", VERB, "compare", "--data", data))
            took["compare, next"].append(seconds("-c", VERB, "compare", "--data", data))
            took["advise, 20 tasks"].append(seconds("-c", VERB, "advise", str(tasks), "--data", data))
    for what, times in took.items():
        least, most = 1000 * min(times), 1000 * max(times)
        print(f"{what:18} {1000 * statistics.median(times):6.0f} ms   (of {rounds}: {least:.0f} to {most:.0f})")


if __name__ == "__main__":
    main()
