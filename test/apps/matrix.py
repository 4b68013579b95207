"""Runs applications with the instrumentation from outside and says of each whether it is instrumented, or left alone for a stated reason, and works.

`run.sh` calls it. Each application has an environment of its own, made from `locks/<name>.txt`; `--lock` resolves that file anew. What was seen is
kept in $APPS_RESULTS, one file a Python; `--table` makes the table of docs/instrumentation.md of them.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from applications import APPLICATIONS, Application
from container_for_tests import server
from sink import Sink

HERE = Path(__file__).parent
SECONDS = 60


class Failed(Exception):
    """What is wrong, in one line."""


def python_of(application: Application, interpreter: str, home: Path, uv: str) -> Path:
    """The interpreter of the application's environment, which is made where it is not there yet."""
    version = subprocess.run([interpreter, "-c", "import sys; print(sys.version)"], check=True, capture_output=True, text=True).stdout
    folder = home / f"{application.name}-{version.split()[0]}"
    lock = HERE / "locks" / f"{application.name}.txt"
    made_from = version + (lock.read_text() if lock.exists() else "")
    python = folder / "bin" / "python"
    if not (folder / "made-from").exists() or (folder / "made-from").read_text() != made_from:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([uv, "venv", "--quiet", "--python", interpreter, str(folder)], check=True)
        if application.requires:
            install = [uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python), "--requirement", str(lock)]
            done = subprocess.run(install, capture_output=True, text=True)
            if done.returncode != 0:
                raise Failed("cannot be installed: " + " ".join(done.stderr.split())[:200])
        (folder / "made-from").write_text(made_from)
    return python


def lock(application: Application, uv: str) -> None:
    if application.requires:
        file = HERE / "locks" / f"{application.name}.txt"
        compiled = [uv, "pip", "compile", "--quiet", "--universal", "--no-annotate", "--no-header", "--python-version", "3.10", "-"]
        done = subprocess.run(compiled, input="\n".join(application.requires), check=True, capture_output=True, text=True)
        file.write_text(done.stdout)


def environment(application: Application, sink: Sink, port: int, stores: dict[str, str]) -> dict[str, str]:
    given = json.loads(os.environ["OURS_ENVIRONMENT"])
    broker = stores.get("REDIS_URL") or stores.get("RABBITMQ_URL") or ""
    path = [os.environ["OURS_START"], str(HERE.parents[1] / "instrumentation/python/discord/tests")]
    return {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "BROKER_URL": broker,
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **stores,
        **given,
        "PYTHONPATH": os.pathsep.join(path if application.name == "discord.py" else path[:1]),
        # This is no container, whose first process would be the service.
        "OTEL_PYTHON_INJECT": "on",
        "OTEL_SERVICE_NAME": application.name,
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "OTEL_METRIC_EXPORT_INTERVAL": "2000",
    }


def run(application: Application, python: Path, stores: dict[str, str]) -> str:
    """What was seen. @raises Failed"""
    sink, port = Sink(), free_port()
    with ExitStack() as ending, tempfile.TemporaryDirectory() as folder:
        ending.callback(sink.close)
        shutil.copytree(HERE / "programs", folder, dirs_exist_ok=True)
        for name, text in application.files.items():
            Path(folder, name).write_text(text)
        places = {"port": str(port), "bin": str(python.parent)}
        arguments = [re.sub(r"\{(port|bin)\}", lambda match: places[match[1]], argument) for argument in application.command]
        command = arguments if arguments[0].startswith("/") else [str(python), *arguments]
        log = Path(folder, "stderr")
        env = environment(application, sink, port, stores)
        with log.open("w") as output:
            process = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True)
        ending.callback(stop, process)
        for own in application.own:
            subprocess.run([str(python), own], cwd=folder, env=env | {"OTEL_PYTHON_INJECT": "off"}, check=True, capture_output=True, timeout=SECONDS)
        deadline = time.monotonic() + SECONDS
        while True:
            site = f"http://127.0.0.1:{port}"
            answered = not application.ask or answers(f"{site}{application.ask}")
            if answered and application.broken:
                answers(f"{site}/broken", 500)
                answers(f"{site}/of/nobody", 404)
            said = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("opentelemetry: ")]
            problem = judge(application, sink, said, answered)
            if problem is None:
                break
            if time.monotonic() > deadline or process.poll() is not None:
                tail = " / ".join(log.read_text(errors="replace").splitlines()[-3:])
                raise Failed(f"{problem}; its last lines: {tail[:400]}")
            time.sleep(0.3)
        if application.aside or application.silent:
            return f"left alone: {application.aside or 'not seen by Python'}"
        return f"span `{application.span}`, record {'without a trace' if application.untraced_record else 'in its trace'}"


def judge(application: Application, sink: Sink, said: Sequence[str], answered: bool) -> str | None:
    """What is missing still."""
    if not answered:
        return "it does not answer"
    if application.silent:
        return f"it said {said}" if said else None
    if application.aside:
        return None if any(line.endswith(application.aside) or application.aside in line for line in said) else "no reason was printed"
    if said:
        return f"it said {said[0]}"
    spans = [span for span in sink.spans if span["name"] == application.span and span["resource"]["service.name"] == application.name]
    if not spans:
        return f"no span {application.span!r} but {sorted({span['name'] for span in sink.spans})[:8]}"
    records = [log for log in sink.logs if str(log["body"]).startswith("parcel ")]
    if not records:
        return "no record"
    if application.broken and (problem := told_apart(sink, application.span)):
        return problem
    if not application.untraced_record and not {span["trace"] for span in spans} & {log["trace"] for log in records}:
        return "its record has another trace"
    return None


def told_apart(sink: Sink, span: str) -> str | None:
    """What is missing of a failed request, of one that nobody serves, and of what is counted by route."""
    failed = [each for each in sink.spans if each["name"] == "GET /broken"]
    if not any(each["status"] == 2 and each["attributes"].get("http.response.status_code") == 500 for each in failed):
        return f"its failed request is {failed[:1]}"
    if not any(each["name"] == "GET" and each["attributes"].get("http.response.status_code") == 404 for each in sink.spans):
        return f"a path of nobody's is among {sorted({each['name'] for each in sink.spans})[:8]}"
    routes = {each["attributes"].get("http.route") for each in sink.points if each["name"] == "http.server.request.duration"}
    return None if routes == {span.removeprefix("GET "), "/broken", None} else f"its requests are counted by {routes}"


def answers(url: str, expected: int = 200) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == expected)
    except urllib.error.HTTPError as error:
        if error.code == expected:
            return True
        raise Failed(f"it answers {error.code}") from None
    except OSError:
        return False


def versions_of(application: Application, python: Path, uv: str) -> str:
    """The packages that it is about, as they are installed."""
    listed = subprocess.run([uv, "pip", "list", "--quiet", "--format", "json", "--python", str(python)], check=True, capture_output=True, text=True)
    installed = {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in json.loads(listed.stdout)}
    wanted = (re.split(r"[^A-Za-z0-9._-]", each)[0] for each in application.requires)
    versions = ((name, installed.get(re.sub(r"[-_.]+", "-", name).lower())) for name in wanted)
    return ", ".join(f"{name} {version}" for name, version in list(versions)[:3] if version)


def keep(results: Path, version: str, rows: Mapping[str, Mapping[str, str | bool]]) -> None:
    """Adds rows to those of this Python."""
    file = results / f"{version}.json"
    results.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**(json.loads(file.read_text()) if file.exists() else {}), **rows}, indent=1))


def table(results: Path) -> str:
    """Every application and Python that was run last."""
    files = sorted(results.glob("3.*.json"), key=lambda file: tuple(map(int, file.stem.split("."))))
    seen = {file.stem: json.loads(file.read_text()) for file in files}
    lines = [f"| application | packages | {' | '.join(seen)} | seen |", f"|---|---|{'---|' * (len(seen) + 1)}"]
    for application in APPLICATIONS:
        found = {version: rows[application.name] for version, rows in seen.items() if application.name in rows}
        if found:
            marks = (("yes" if found[version]["works"] else "**no**") if version in found else "" for version in seen)
            last = found[list(found)[-1]]
            lines.append(f"| {application.name} | {last['packages']} | {' | '.join(marks)} | {last['seen']} |")
    return "\n".join(lines)


def report(file: str, rows: Mapping[str, Mapping[str, str | bool]]) -> None:
    """The counts, as CI reads them."""
    failed = sum(not row["works"] for row in rows.values())
    counts = {"numPassedTests": len(rows) - failed, "numFailedTests": failed, "numPendingTests": 0, "numTodoTests": 0, "testResults": []}
    Path(file).write_text(json.dumps(counts))


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# Port, address, what is sent and must be answered, environment.
STORES = {
    "redis": (6379, "redis://127.0.0.1:{port}/0", b"PING\r\n", ()),
    "postgres": (5432, "postgresql://postgres:test@127.0.0.1:{port}/postgres", b"\0\0\0\x08\x04\xd2\x16\x2f", ("POSTGRES_PASSWORD=test",)),
    "rabbitmq": (5672, "amqp://guest:guest@127.0.0.1:{port}/", b"AMQP\0\0\x09\x01", ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit loopback_users []",)),
}


def start_stores(wanted: Sequence[str], running: ExitStack) -> dict[str, str]:
    started = {}
    for name in wanted:
        port, url, hello, variables = STORES[name]

        async def answers(address: str, hello: bytes = hello) -> None:
            where = int(address.rsplit(":", 1)[1].split("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", where)
            writer.write(hello)
            if not await asyncio.wait_for(reader.read(1), 3):
                raise ConnectionError
            writer.close()

        found = running.enter_context(server(name, port, url, answers, variables))
        if found is not None:
            started[f"{name.upper()}_URL"] = found
    return started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="applications; all without any")
    parser.add_argument("--sample", action="store_true", help="the few that CI runs")
    parser.add_argument("--table", action="store_true", help="prints what was seen last on every Python, and ends")
    parser.add_argument("--lock", action="store_true", help="resolves their packages anew and ends")
    options = parser.parse_args()
    chosen = [each for each in APPLICATIONS if (each.name in options.names if options.names else each.sample or not options.sample)]
    home, uv = Path(os.environ["APPS_HOME"]), os.environ["UV"]
    results = Path(os.environ["APPS_RESULTS"])
    if options.table:
        print(table(results))
        return 0
    if options.lock:
        for application in chosen:
            lock(application, uv)
        return 0
    interpreter, version = os.environ["APPS_PYTHON"], f"{sys.version_info.major}.{sys.version_info.minor}"
    rows: dict[str, dict[str, str | bool]] = {}
    # Stores and applications are stopped also when its time is up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as running:
        stores = start_stores(sorted({store for each in chosen for store in each.stores}), running)
        for application in chosen:
            begun, packages = time.monotonic(), ""
            try:
                mine = {key: url for key, url in stores.items() if key.removesuffix("_URL").lower() in application.stores}
                if len(mine) < len(application.stores):
                    raise Failed("its store could not be started")
                python = python_of(application, interpreter, home, uv)
                packages = versions_of(application, python, uv)
                seen, good = run(application, python, mine), True
            except (Failed, subprocess.SubprocessError) as error:
                seen, good = " ".join(f"{error} {getattr(error, 'stderr', None) or ''}".split())[-300:], False
            rows[application.name] = {"works": good, "packages": packages, "seen": seen}
            print(f"{'ok  ' if good else 'FAIL'} {application.name} ({packages}): {seen}, {time.monotonic() - begun:.1f} s", flush=True)
    keep(results, version, rows)
    if "APPS_REPORT" in os.environ:
        report(os.environ["APPS_REPORT"], rows)
    good = [name for name, row in rows.items() if row["works"]]
    print(f"{len(good)} of {len(rows)} applications work on Python {version}")
    return 0 if len(good) == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
