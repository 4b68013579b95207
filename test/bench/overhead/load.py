"""Load on one HTTP service over connections that stay open: `open_loop` at a given rate whatever the answers take, `saturate` as fast as it goes."""

import asyncio
import random
import time


class Connections:
    """A pool that grows: an open loop must never wait for a free connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> None:
        """One request; fails on anything but a 200."""
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench/1\r\naccept: */*\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {head[:80]!r}")
        at = head.lower().index(b"content-length:") + 15
        await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
        self.free.append((reader, writer))

    def close(self) -> None:
        for _, writer in self.free:
            writer.close()
        self.free.clear()


async def open_loop(connections: Connections, paths: list[str], rate: float, seconds: float) -> list[float]:
    """Milliseconds from the time at which each request was due, Poisson arrivals; so a service that stalls is not asked less."""
    took: list[float] = []
    due = time.perf_counter()
    end = due + seconds
    running: set[asyncio.Task[None]] = set()

    async def ask(path: str, begun: float) -> None:
        await connections.get(path)
        took.append((time.perf_counter() - begun) * 1000)

    while (due := due + random.expovariate(rate)) < end:
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        # From when it is really sent where the generator itself was late: that is not the service's time.
        task = asyncio.create_task(ask(random.choice(paths), max(due, time.perf_counter())))
        running.add(task)
        task.add_done_callback(running.discard)
    for failed in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(failed, BaseException):
            raise failed
    return took


async def saturate(connections: Connections, paths: list[str], clients: int, seconds: float) -> float:
    """Requests a second that so many clients get through, each asking again at once."""
    end = time.perf_counter() + seconds
    done = 0

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await connections.get(random.choice(paths))
            done += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / seconds
