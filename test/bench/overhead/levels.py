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
from otel_inject.overhead.governor import UNTIMED
from overhead import HERE, OTHER_CORE, ROUTES, Server, block, environments, free_port, start_stores, until_answers

VARIANTS = ("none", "no limit", *(f"level {level}" for level in range(5)))


def measured(log: Path, added: float) -> tuple[str, str]:
    """CPU time of the instrumentation as a share of the application's own, as it measures it, and by what the timed part of it should be multiplied."""
    windows = [line.split()[1:] for line in log.read_text().splitlines() if line.startswith("measured ")]
    timed, threads, process = (sum(float(window[place]) for window in windows) for place in range(3))
    own, really = UNTIMED * timed + threads, process * added / (1 + added)
    return f"{own / (process - own):.1%}", f"{(really - threads) / timed:.1f}"


async def measure(servers: dict[str, Server], paths: list[str], rounds: int, seconds: float) -> list[dict[str, Block]]:
    for server in servers.values():
        await until_answers(server)
        await open_loop(server.connections, paths, 50, 1)
        server.stand_still()
    none = servers["none"]
    none.go_on()
    rate = await saturate(none.connections, paths, 24, max(2.0, seconds / 2)) / 3
    none.stand_still()
    blocks = []
    for number in range(rounds):
        order = random.sample(VARIANTS, len(VARIANTS))
        blocks.append({variant: await block(servers[variant], paths, rate, seconds) for variant in order})
        print(f"round {number + 1} of {rounds}, {rate:.0f} requests/s, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    return blocks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", action="store_true", help="chooses this program")
    parser.add_argument("--route", choices=list(ROUTES), default="database")
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
        blocks = asyncio.run(measure(servers, ROUTES[options.route], options.rounds, options.seconds))
    lines = ["| variant | CPU ms a request | added to the application's own | as it measures itself | UNTIMED |", "|---|---|---|---|---|"]
    for variant in VARIANTS:
        low, high = interval(blocks, lambda drawn, v=variant: cpu(drawn, v) / cpu(drawn, "none") - 1)
        added = cpu(blocks, variant) / cpu(blocks, "none") - 1
        own = measured(logs[variant], added) if variant.startswith("level") else ("", "")
        shown = "" if variant == "none" else f"{added:+.1%} ({low:+.1%} to {high:+.1%})"
        lines.append(f"| {variant} | {cpu(blocks, variant):.3f} | {shown} | {own[0]} | {own[1]} |")
    print("\n".join(lines))
    (out / "levels.md").write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
