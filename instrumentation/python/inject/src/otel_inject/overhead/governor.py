"""How much is shed, decided from what the instrumentation costs. No clock and no effect of its own."""

from dataclasses import dataclass

# What each level sheds beyond the one before it, as the log line says it.
LEVELS = (
    "sheds nothing",
    "sheds internal spans and attributes of detail",
    "sheds successful calls as well",
    "keeps one trace of 4",
    "keeps one trace of 16",
)
DETAIL, CALLS, TRACES = 1, 2, 3
HIGHEST = len(LEVELS) - 1

# One trace of so many is kept, by level.
KEPT_OF = {3: 4, 4: 16}

# What the instrumentation costs the application's threads, for each second in timed functions. The rest is in the instrumentors' wrappers, in
# the context that they attach, and in memory and caches: npm run bench:overhead -- --levels.
UNTIMED = 3.0

# A process that keeps less of a core busy is left as it is: whatever it spends on itself, there is nothing to save.
LEAST_BUSY = 0.05

# One level up after so many windows in a row above the limit: a single one may be a batch or a collection of garbage.
WINDOWS_ABOVE = 2

# One level down once the share has been below this part of the limit for so long. Each time the level above comes back within that time, the
# wait doubles, so a load that needs the level is not tried again and again.
CALM = 0.7
WAIT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 960.0


def parse(text: str) -> float:
    """The limit as a share, of `5%`. @raises ValueError for what is no percentage above 0 and up to 50."""
    number, percent, rest = text.strip().partition("%")
    share = float(number) / 100
    if not percent or rest or not 0 < share <= 0.5:
        raise ValueError(text)
    return share


@dataclass
class Governor:
    """The level, and what led to it.

    :param limit: CPU time of the instrumentation as a share of the application's own, from which on it sheds
    """

    limit: float
    level: int = 0
    share: float = 0.0
    """Of the last window."""
    _above: int = 0
    _calm_seconds: float = 0.0
    _wait: float = WAIT_SECONDS
    _since_down: float = float("inf")

    def judge(self, timed: float, threads: float, process: float, seconds: float) -> bool:
        """Takes one window into account; whether the level has changed.

        :param timed: CPU seconds of timed functions of the instrumentation
        :param threads: CPU seconds of its threads
        :param process: CPU seconds of the whole process
        :param seconds: how long the window was
        """
        own = min(max(UNTIMED * timed + threads, 0.0), process)
        self.share = own / (process - own) if process > own else 0.0 if process <= 0 else 1.0
        self._since_down += seconds
        if process < LEAST_BUSY * seconds:
            return self._below(seconds, calm=True)
        if self.share <= self.limit:
            return self._below(seconds, calm=self.share < CALM * self.limit)
        self._calm_seconds = 0.0
        self._above += 1
        if self._above < WINDOWS_ABOVE or self.level == HIGHEST:
            return False
        self._above = 0
        self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS) if self._since_down <= self._wait else WAIT_SECONDS
        self.level += 1
        return True

    def _below(self, seconds: float, calm: bool) -> bool:
        self._above = 0
        self._calm_seconds = self._calm_seconds + seconds if calm else 0.0
        if self.level == 0 or self._calm_seconds < self._wait:
            return False
        self._calm_seconds = self._since_down = 0.0
        self.level -= 1
        return True
