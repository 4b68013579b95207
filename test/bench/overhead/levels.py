"""What each level of `services[].overhead` costs, beside what the instrumentation measures of itself: `npm run bench:overhead -- --levels`."""

import argparse
import asyncio
import os
import random
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from figures import Block, cpu, interval
from load import open_loop, saturate
from overhead import HERE, OTHER_CORE, ROUTES, Server, block, environments, free_port, start_stores, until_answers

VARIANTS = ("none", "no limit", *(f"level {level}" for level in range(5)))
ROUTE = "database"


def measured_share(log: Path) -> float:
    """CPU time of the instrumentation as a share of the application's own, as it measured it."""
    windows = [line.split()[1:] for line in log.read_text().splitlines() if line.startswith("measured ")]
    own, process = (sum(float(window[place]) for window in windows) for place in (0, 1))
    return own / (process - own) if process > own else 0.0


async def measure(servers: dict[str, Server], rounds: int, seconds: float) -> list[dict[str, Block]]:
    for server in servers.values():
        await until_answers(server)
        await open_loop(server.connections, ROUTES[ROUTE], 50, 1)
        server.stand_still()
    none = servers["none"]
    none.go_on()
    rate = await saturate(none.connections, ROUTES[ROUTE], 24, max(2.0, seconds / 2)) / 3
    none.stand_still()
    measured = []
    for number in range(rounds):
        order = random.sample(VARIANTS, len(VARIANTS))
        measured.append({variant: await block(servers[variant], ROUTES[ROUTE], rate, seconds) for variant in order})
        print(f"round {number + 1} of {rounds}, {rate:.0f} requests/s, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    return measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", action="store_true", help="chooses this program")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=6, help="of a variant in a round")
    options = parser.parse_args()
    os.sched_setaffinity(0, {OTHER_CORE})
    out = Path(os.environ["BENCH_OUT"])
    with ExitStack() as running:
        stores, sink = start_stores(running), free_port()
        running.callback(subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(sink)]).terminate)
        given, servers, logs = environments(sink, stores), {}, {}
        for variant in VARIANTS:
            limited = variant.startswith("level")
            env = given["none" if variant == "none" else "ours"] | ({"OTEL_PYTHON_INJECT_OVERHEAD": "50%", "LEVEL": variant[-1]} if limited else {})
            logs[variant] = out / f"{variant.replace(' ', '-')}.log"
            servers[variant] = Server(variant, [sys.executable], env, logs[variant], "levelled:app" if limited else "app:app")
            running.callback(servers[variant].stop)
        measured = asyncio.run(measure(servers, options.rounds, options.seconds))
    lines = ["| variant | CPU ms a request | added to the application's own | as it measures itself |", "|---|---|---|---|"]
    for variant in VARIANTS:
        own = ""
        if variant.startswith("level"):
            own = f"{measured_share(logs[variant]):.1%}"
        low, high = interval(measured, lambda drawn, v=variant: cpu(drawn, v) / cpu(drawn, "none") - 1)
        added = f"{cpu(measured, variant) / cpu(measured, 'none') - 1:+.1%} ({low:+.1%} to {high:+.1%})"
        lines.append(f"| {variant} | {cpu(measured, variant):.3f} | {'' if variant == 'none' else added} | {own} |")
    print("\n".join(lines))
    (out / "levels.md").write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
