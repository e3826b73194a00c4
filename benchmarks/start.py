"""How long `halfopen compare` takes from a cold start: with an empty data folder, and with what a first run left in it.

python benchmarks/start.py [--rounds 9]

Each run is a process of its own; a bare `python -c pass` is timed beside it, for what the machine costs. In a checkout
that no wheel was made from the first run reads YAML; `make up` leaves a snapshot in the package, and then it does not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = str(Path(__file__).parents[1] / "src")
VERB = "from halfopen.apps.cli import main; main()"


def seconds(*words: str) -> float:
    """The wall time of one process. Raises CalledProcessError."""
    begun = time.perf_counter()
    variables = {**os.environ, "PYTHONPATH": SOURCE}
    subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, env=variables, check=True)
    return time.perf_counter() - begun


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=9)
    rounds = asked.parse_args().rounds
    took: dict[str, list[float]] = {"python alone": [], "first run": [], "next run": []}
    seconds("-c", VERB, "compare", "--help")  # so that the bytecode is there
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as data:
            words = ("-c", VERB, "compare", "--data", data)
            took["python alone"].append(seconds("-c", "pass"))
            took["first run"].append(seconds(*words))
            took["next run"].append(seconds(*words))
    for what, times in took.items():
        print(f"{what:14} {1000 * statistics.median(times):6.0f} ms   (of {rounds}: least {1000 * min(times):.0f})")


if __name__ == "__main__":
    main()
