"""The measured service at one level of the limit of its overhead, which stays; every window that its meter measured is said on stderr."""

import os
import sys

from otel_inject import overhead

control = overhead._control
assert control is not None
control.governor.level = int(os.environ["LEVEL"])


def say(timed: float, threads: float, process: float, seconds: float) -> bool:
    print("measured", timed, threads, process, file=sys.stderr, flush=True)
    return False


control.governor.judge = say  # type: ignore[method-assign]

from app import app  # noqa: E402, F401
