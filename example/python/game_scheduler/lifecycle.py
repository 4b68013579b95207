"""How a process starts, keeps time and ends: patient at start, orderly on SIGTERM."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

from game_scheduler.health import touch

log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 3.0


async def until_reachable[T](name: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeats `attempt` until it succeeds, however long the other side takes to start."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except Exception as error:
            # The text of a connection error may quote the address with its password: the type must do.
            log.warning("%s is not reachable yet (%s)", name, type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def every(seconds: float, process: str, run: Callable[[], Awaitable[None]]) -> None:
    """Runs a scheduled task for ever. A run that fails is logged and the next one comes at its time."""
    while True:
        try:
            await run()
            touch(process)
        except Exception:
            log.exception("a scheduled run failed")
        await asyncio.sleep(seconds)


def run_until_terminated(main: Callable[[], Awaitable[None]]) -> None:
    """Runs `main`; SIGTERM and SIGINT cancel it, so that its `async with` blocks close what they opened."""

    async def supervised() -> None:
        task = asyncio.ensure_future(main())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            log.info("stopping")

    asyncio.run(supervised())
