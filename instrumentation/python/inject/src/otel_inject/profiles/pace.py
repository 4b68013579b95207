"""When to sample next, so that sampling takes no more of a core than it may."""

# What sampling may take of a core; where it would take more, it samples more rarely.
SHARE = 0.01

# CPU time in nanoseconds that may be owed for what is done once in a while: the first sample, a message. Beyond it nothing is done until it is paid.
LARGEST_DEBT = 20_000_000

# A sample pays so many times what samples take, at most. A message paid at once would be a long wait, and all CPU time of a wait is that of the stack
# seen at its end.
_AT_ONCE = 4


class Pace:
    """CPU time that was taken is owed, and paid by waiting."""

    def __init__(self) -> None:
        self._owed, self._at, self._last = 0.0, 0, 0

    def wait(self, period: float, sample: int, further: int, now: int) -> float:
        """Nanoseconds until the next sample, `period` at least.

        :param sample: nanoseconds of CPU time that the last sample took
        :param further: what was taken besides
        :param now: nanoseconds of any clock that goes on steadily
        """
        self._owed = max(self._owed - (now - self._at) * SHARE, 0.0) + sample + further
        # one that took far longer, as the first does, is no measure of the others
        usual, self._last, self._at = min(sample, self._last), sample, now
        return max(period, min(self._owed, max(_AT_ONCE * usual, self._owed - LARGEST_DEBT)) / SHARE)
