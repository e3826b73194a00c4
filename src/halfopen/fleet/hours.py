"""Hours that are paid and hours that are used: a number of replicas all the time, or as many as each hour needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from halfopen.fleet.promise import Demand


class Provisioned(NamedTuple):
    """Replica-hours over the histogram: those that are paid, and those that full replicas would need for its work."""

    paid: float
    used: float

    @property
    def share(self) -> float:
        """What is used of what is paid."""
        return self.used / self.paid


def steady(demand: Demand, most: float, replicas: int, spare: int = 0) -> Provisioned:
    """As many replicas all the time, of which each can do `most` requests a second.

    Raises ValueError if they cannot do what the busiest hour asks for.
    """
    return scaled(demand, most, lambda _: replicas, spare)


def scaled(demand: Demand, most: float, needed: Callable[[float], int], spare: int = 0) -> Provisioned:
    """In each hour as many replicas as its rate needs, in requests a second, with the spare ones beside them.

    Raises ValueError if they cannot do what an hour asks for.
    """
    rates = [each / 3600 for each in demand.hourly]
    replicas = [needed(rate) for rate in rates]
    for hour, (rate, count) in enumerate(zip(rates, replicas, strict=True)):
        if rate > most * count:
            raise ValueError(f"hour {hour} asks for {rate:g} requests a second; {count} replicas do {most * count:g}")
    return Provisioned(float(sum(count + spare for count in replicas)), sum(rates) / most)
