"""From blocks of measurements to the table: ratios of what telemetry adds, with bootstrap intervals over whole rounds."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One variant, one route, some seconds of one round."""

    requests: int
    cpu_ms: float
    took_ms: Sequence[float]
    others: float = 0.0
    """What other programs used of the service's core, of 1."""


Rounds = Sequence[dict[str, Block]]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu(rounds: Rounds, variant: str) -> float:
    """Milliseconds of CPU a request."""
    return sum(each[variant].cpu_ms for each in rounds) / sum(each[variant].requests for each in rounds)


def latency(rounds: Rounds, variant: str, share: float) -> float:
    """A percentile over all requests of all rounds, in milliseconds."""
    return percentile([value for each in rounds for value in each[variant].took_ms], share)


def added_of_stock(rounds: Rounds, variant: str) -> float:
    """CPU that a variant adds, as a share of what stock adds."""
    none = cpu(rounds, "none")
    return (cpu(rounds, variant) - none) / (cpu(rounds, "stock") - none)


def slower(rounds: Rounds, variant: str, share: float) -> float:
    """By which part of none's a percentile is later."""
    return latency(rounds, variant, share) / latency(rounds, "none", share) - 1


def interval(rounds: Rounds, statistic: Callable[[Rounds], float], samples: int = 1000) -> tuple[float, float]:
    """95 % of the values that the statistic takes over rounds drawn with replacement. All variants of a round stay together."""
    chosen = random.Random(20261129)
    values = sorted(statistic(chosen.choices(rounds, k=len(rounds))) for _ in range(samples))
    return values[int(0.025 * samples)], values[int(0.975 * samples)]
