"""One case, judged: did the reader fall over, take too long, or eat the machine's memory?"""

from __future__ import annotations

import re
import resource
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from types import FrameType

from tests.wire.fuzz.targets import TARGETS

SECONDS = 2.0  # of CPU that a case may take; none of them is longer than 300 kB
MOST_MEMORY = 256 * 2**10  # KiB by which one case may raise the high-water mark


class TookTooLongError(Exception):
    """A case that did not end in its time."""


@dataclass(frozen=True)
class Finding:
    """`where` is the place it came from, which tells whether two of them are the same."""

    target: str
    what: str
    where: str
    data: bytes

    @property
    def file_name(self) -> str:
        return f"{self.target.replace(' ', '-')}.{sha256(self.data).hexdigest()[:12]}.seed"


def target_of(file_name: str) -> str:
    """The name of the target that a seed file is for."""
    return file_name.partition(".")[0].replace("-", " ")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TookTooLongError inside when so much CPU was used."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TookTooLongError(f"It took more than {seconds:g} s.")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def judged(name: str, data: bytes, seconds: float = SECONDS) -> Finding | None:
    """None if all is well: it was read, or the fault that is declared was raised."""
    target, before = TARGETS[name], _high_water()
    try:
        with limited(seconds):
            target.run(data)
    except target.may:
        pass
    except Exception as found:  # noqa: BLE001  # whatever it is, it is what we are looking for
        said = re.sub(r"\s+", " ", f"{type(found).__name__}: {found}")[:300]
        return Finding(name, said, _place(found), data)
    grown = _high_water() - before
    if grown > MOST_MEMORY:
        return Finding(name, f"It took {grown // 2**10} MiB of memory.", "memory", data)
    return None


def _high_water() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _place(found: BaseException) -> str:
    """The last line of ours before it was raised; of what takes too long, the function is enough."""
    ours = [frame for frame in traceback.extract_tb(found.__traceback__) if "/src/halfopen/" in frame.filename]
    if not ours:
        return type(found).__name__
    last = ours[-1]
    line = "" if isinstance(found, TookTooLongError) else f":{last.lineno}"
    return f"{last.filename.partition('/src/')[2]}{line} {last.name}"


def smaller(finding: Finding, tries: int = 400) -> Finding:
    """The same finding with as much left out as goes quickly."""
    data, size = finding.data, max(len(finding.data) // 2, 1)
    while size and tries > 0:
        at = 0
        while at < len(data) and tries > 0:
            tries -= 1
            less = data[:at] + data[at + size :]
            again = judged(finding.target, less, 0.5)
            if again and again.where == finding.where:
                data = less
            else:
                at += size
        size //= 2
    return Finding(finding.target, finding.what, finding.where, data)
