"""What telemetry costs a service: none, stock `opentelemetry-instrument`, ours, and ours with the collector away, in one interleaved run.

`run.sh` makes the environments and calls it. The service has one core, everything else another; a variant that is not measured stands still.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import redis.asyncio
from figures import Block, added_of_stock, cpu, interval, latency, slower
from load import Connections, open_loop, saturate

HERE = Path(__file__).parent
SERVICE_CORE, OTHER_CORE = 0, 1
ROUTES = {"5 ms": ["/waits/5"], "20 ms": ["/waits/20"], "database": [f"/games/{after}" for after in range(0, 400, 7)]}
VARIANTS = ("none", "stock", "ours", "ours, collector away")
# Seconds of load before each measurement, which do not count.
WARM = 0.7
# What other programs may use of the service's core in a round; more, and the round is taken again, so often at most.
OTHERS = 0.1
AGAIN = 10


class Server:
    """One variant of the service."""

    def __init__(self, variant: str, command: list[str], env: dict[str, str], log: Path, app: str = "app:app") -> None:
        self.variant, self.port = variant, free_port()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "-m", "uvicorn", app, "--port", str(self.port), "--log-level", "info", "--timeout-keep-alive", "3600"],
                cwd=HERE,
                env=env,
                stdout=output,
                stderr=output,
                preexec_fn=lambda: os.sched_setaffinity(0, {SERVICE_CORE}),
            )
        self.connections = Connections(self.port)

    def cpu_ms(self) -> float:
        """CPU of all threads so far."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def memory_mib(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def stand_still(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.go_on()
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environments(sink: int, stores: dict[str, str]) -> dict[str, dict[str, str]]:
    """The environment of each variant: stock's is what its documentation says, ours what the program gives a service."""
    plain = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **stores}
    ours = plain | json.loads(os.environ["OURS_ENVIRONMENT"]) | {"PYTHONPATH": os.environ["OURS_START"], "OTEL_PYTHON_INJECT": "on"}
    url, nobody = f"http://127.0.0.1:{sink}", f"http://127.0.0.1:{free_port()}"
    return {
        "none": plain,
        "stock": plain
        | {
            "OTEL_SERVICE_NAME": "stock",
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED": "true",
        },
        "ours": ours | {"OTEL_SERVICE_NAME": "ours", "OTEL_EXPORTER_OTLP_ENDPOINT": url},
        "ours, collector away": ours | {"OTEL_SERVICE_NAME": "away", "OTEL_EXPORTER_OTLP_ENDPOINT": nobody},
    }


def commands() -> dict[str, list[str]]:
    stock = Path(os.environ["STOCK_PYTHON"])
    here = [sys.executable]
    return {"none": here, "stock": [str(stock.parent / "opentelemetry-instrument"), str(stock)], "ours": here, "ours, collector away": here}


async def until_answers(server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            await server.connections.get(ROUTES["database"][0])
            return
        except (OSError, RuntimeError, asyncio.IncompleteReadError):
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{server.variant} does not answer; see its log") from None
            await asyncio.sleep(0.2)


def busy_ms() -> float:
    """CPU of all programs on the service's core so far, with what the machine below took away."""
    line = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith(f"cpu{SERVICE_CORE} "))
    user, nice, system, _, _, irq, softirq, steal, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + softirq + steal) * 1000 / os.sysconf("SC_CLK_TCK")


async def block(server: Server, paths: list[str], rate: float, seconds: float) -> Block:
    server.go_on()
    try:
        await open_loop(server.connections, paths, rate, WARM)
        before, all_before, begun = server.cpu_ms(), busy_ms(), time.monotonic()
        took = await open_loop(server.connections, paths, rate, seconds)
        used, busy, lasted = server.cpu_ms() - before, busy_ms() - all_before, (time.monotonic() - begun) * 1000
    finally:
        server.stand_still()
    return Block(len(took), used, took, max(0.0, busy - used) / lasted)


async def measure(
    servers: dict[str, Server], rounds: int, seconds: float, patience: int
) -> tuple[dict[str, float], dict[str, list[dict[str, Block]]]]:
    """Load of each route, and the rounds of each. A round that others disturb is taken again, `patience` of them at most."""
    for server in servers.values():
        await until_answers(server)
        for paths in ROUTES.values():
            await open_loop(server.connections, paths, 50, 1)
        server.stand_still()
    none = servers["none"]
    rates = {}
    for route, paths in ROUTES.items():
        none.go_on()
        rates[route] = await saturate(none.connections, paths, 24, max(2.0, seconds / 2)) / 3
        none.stand_still()
        print(f"{route}: saturation {rates[route] * 3:.0f} requests/s, load {rates[route]:.0f}/s", flush=True)
    measured: dict[str, list[dict[str, Block]]] = {route: [] for route in ROUTES}
    number = again = 0
    while number < rounds:
        number += 1
        try:
            blocks = {route: await one_of_each(servers, paths, rates[route], seconds) for route, paths in ROUTES.items()}
        except RuntimeError as failed:
            # The service answered with an error: other work took the machine for so long that its pools ran out.
            print(f"round {number} of {rounds} is left out, a request failed: {failed}", flush=True)
            await asyncio.sleep(seconds)
            continue
        others = max(each.others for of_each in blocks.values() for each in of_each.values())
        if others > OTHERS and again < patience:
            print(f"round {number} of {rounds} is taken again, others used {others:.0%} of the service's core in a part of it", flush=True)
            number, again = number - 1, again + 1
            continue
        for route, of_each in blocks.items():
            measured[route].append(of_each)
        print(f"round {number} of {rounds}, others used up to {others:.0%} of the service's core", flush=True)
    if not measured["5 ms"]:
        raise SystemExit("no round is left to judge: every one had a failed request; is the machine busy with other work?")
    return rates, measured


async def one_of_each(servers: dict[str, Server], paths: list[str], rate: float, seconds: float) -> dict[str, Block]:
    order = random.sample(VARIANTS, len(VARIANTS))
    return {variant: await block(servers[variant], paths, rate, seconds) for variant in order}


def table(rates: dict[str, float], measured: dict[str, list[dict[str, Block]]], memory: dict[str, float]) -> list[str]:
    lines = [
        "| route, requests/s | variant | CPU ms a request | added, of stock's | p50 ms | p95 ms | p95 later than none | p99 ms | MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for route, rounds in measured.items():
        for variant in VARIANTS:
            cells = [f"{route}, {rates[route]:.0f}", variant, f"{cpu(rounds, variant):.2f}"]
            if variant == "none":
                cells += ["", f"{latency(rounds, variant, 0.5):.1f}", f"{latency(rounds, variant, 0.95):.1f}", ""]
            else:
                low, high = interval(rounds, lambda drawn, v=variant: added_of_stock(drawn, v))
                later = interval(rounds, lambda drawn, v=variant: slower(drawn, v, 0.95), 200)
                cells += [
                    f"{added_of_stock(rounds, variant):.2f} ({low:.2f} to {high:.2f})",
                    f"{latency(rounds, variant, 0.5):.1f}",
                    f"{latency(rounds, variant, 0.95):.1f}",
                    f"{slower(rounds, variant, 0.95):+.0%} ({later[0]:+.0%} to {later[1]:+.0%})",
                ]
            cells += [f"{latency(rounds, variant, 0.99):.1f}", f"{memory[variant]:.0f}"]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def goals(measured: dict[str, list[dict[str, Block]]], memory: dict[str, float]) -> list[tuple[str, bool]]:
    """What the project promises, and whether this run shows it."""
    judged = []
    for variant in VARIANTS[2:]:
        for route, rounds in measured.items():
            ratio = added_of_stock(rounds, variant)
            judged.append((f"{route}, {variant}: CPU added {ratio:.2f} of stock's, at most 0.40", ratio <= 0.4))
        later = slower(measured["5 ms"], variant, 0.95)
        judged.append((f"5 ms, {variant}: p95 {later:+.1%}, at most +10 %", later <= 0.1))
        for route in ("20 ms", "database"):
            upper = interval(measured[route], lambda drawn, v=variant: slower(drawn, v, 0.95), 200)[1]
            judged.append((f"{route}, {variant}: p95 {upper:+.1%} (upper bound), below +5 %", upper < 0.05))
        more = memory[variant] - memory["none"]
        judged.append((f"{variant}: {more:.0f} MiB more, at most 25", more <= 25))
    return judged


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=5, help="of a variant on a route in a round")
    parser.add_argument("--quick", action="store_true", help="two minutes: only the CPU is judged, loosely")
    options = parser.parse_args()
    # So that the servers and stores are ended by `with`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.quick:
        options.rounds, options.seconds = 3, 2.5
    if (os.cpu_count() or 1) < 2:
        raise SystemExit("two cores are needed: one for the service, one for everything else")
    os.sched_setaffinity(0, {OTHER_CORE})
    out = Path(os.environ["BENCH_OUT"])
    with ExitStack() as running:
        stores = start_stores(running)
        sink = free_port()
        counted = subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(sink)])
        running.callback(counted.terminate)
        servers = {}
        for variant, env in environments(sink, stores).items():
            servers[variant] = Server(variant, commands()[variant], env, out / f"{variant.replace(', ', '-')}.log")
            running.callback(servers[variant].stop)
        rates, measured = asyncio.run(measure(servers, options.rounds, options.seconds, 0 if options.quick else AGAIN))
        memory = {variant: server.memory_mib() for variant, server in servers.items()}
        with urllib.request.urlopen(f"http://127.0.0.1:{sink}/counts") as answer:
            counts = json.load(answer)
    lines = table(rates, measured, memory)
    judged = goals(measured, memory)
    print("\n".join(lines))
    for name, each in counts.items():
        print(f"{name} sent {each['spans']} spans, {each['records']} records, {each['bytes'] / 1e6:.1f} MB in {each['requests']} requests")
    for text, reached in judged:
        print(f"{'reached    ' if reached else 'NOT REACHED'} {text}")
    (out / "overhead.md").write_text("\n".join(lines) + "\n")
    if options.quick:
        ratio = added_of_stock(measured["database"], "ours")
        print(f"1 {'passed' if ratio <= 0.6 else 'failed'}: CPU added on the database route is {ratio:.2f} of stock's, at most 0.60 on a busy machine")
        return 0 if ratio <= 0.6 else 1
    return 0


def start_stores(running: ExitStack) -> dict[str, str]:
    """PostgreSQL and Redis from this repository's images, on the core that is not measured."""
    from container_for_tests import server

    async def postgres_answers(url: str) -> None:
        await (await asyncpg.connect(url)).close()

    async def redis_answers(url: str) -> None:
        await redis.asyncio.from_url(url).ping()

    pinned = ("--cpuset-cpus", str(OTHER_CORE))
    postgres = running.enter_context(
        server("postgres", 5432, "postgresql://postgres:bench@127.0.0.1:{port}/postgres", postgres_answers, ["POSTGRES_PASSWORD=bench"], pinned)
    )
    cache = running.enter_context(server("redis", 6379, "redis://127.0.0.1:{port}/0", redis_answers, (), pinned))
    if postgres is None or cache is None:
        raise SystemExit("PostgreSQL and Redis are needed: build the images (npm run images), or set POSTGRES_URL and REDIS_URL")
    return {"POSTGRES_URL": postgres.replace("postgresql://", "postgresql+asyncpg://"), "REDIS_URL": cache}


if __name__ == "__main__":
    sys.exit(main())
