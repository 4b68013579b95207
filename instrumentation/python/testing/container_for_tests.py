"""Servers for tests: one that the environment names, else a container that is removed afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def server(
    name: str,
    port: int,
    url: str,
    answers: Callable[[str], Awaitable[object]],
    environment: Sequence[str] = (),
    more: Sequence[str] = (),
) -> Iterator[str | None]:
    """The URL of a server: NAME_URL, else a container of NAME_IMAGE or of this repository's own image; None
    without any of them.

    url: with `{port}` for the published port. answers: fails until the server can be used. environment: of the
    container, `KEY=value`. more: options of `docker run`.
    """
    given = os.environ.get(f"{name.upper()}_URL")
    image = os.environ.get(f"{name.upper()}_IMAGE") or _own_image(f"localhost/game-scheduler-otel/{name}")
    if given is not None or image is None:
        yield given
        return
    container = f"test-{name}-{uuid.uuid4().hex[:8]}"
    options = ["--detach", "--rm", "--name", container, "--memory", "512m", "--publish", f"127.0.0.1::{port}"]
    variables = [option for one in environment for option in ("--env", one)]
    subprocess.run(["docker", "run", *options, *more, *variables, image], check=True, capture_output=True)
    try:
        bound = subprocess.run(["docker", "port", container, str(port)], check=True, capture_output=True, text=True)
        found = url.format(port=bound.stdout.split()[0].rpartition(":")[2])
        _until(answers, found)
        yield found
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", container], check=False, capture_output=True)


def _own_image(repository: str) -> str | None:
    if shutil.which("docker") is None:
        return None
    command = ["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", repository]
    listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()
    return listed[0] if listed else None


def _until(answers: Callable[[str], Awaitable[object]], url: str) -> None:
    async def ask() -> None:
        await answers(url)

    deadline = time.monotonic() + 60
    while True:
        try:
            asyncio.run(ask())
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
