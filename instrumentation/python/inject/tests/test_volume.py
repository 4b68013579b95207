"""What the image `instrumentation` puts into services: the pinned packages, and compiled parts for each Python and both C libraries."""

import json
import platform
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[4]
LIST = """
import json, pathlib
root = pathlib.Path("/instrumentation/python")
libraries = {b"libc.so.6": "glibc", b"libc.musl-": "musl"}
compiled = {}
for file in root.rglob("*.so*"):
    data = file.read_bytes()
    compiled[str(file.relative_to(root))] = [name for mark, name in libraries.items() if mark in data]
installed = {part: sorted(each.name for each in (root / part).glob("*.dist-info")) for part in ("packages", "glibc", "musl", "configuration")}
print(json.dumps([compiled, installed]))
"""


@pytest.fixture(scope="module")
def volume() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Compiled files with the C library that each needs, and what is installed in each folder."""
    command = ["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "localhost/game-scheduler-otel/instrumentation"]
    images = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split() if shutil.which("docker") else []
    if not images:
        pytest.skip("the image is not built")
    run = ["docker", "run", "--rm", "--network", "none", "--memory", "128m", "--entrypoint", "python3", images[0], "-c", LIST]
    compiled, installed = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    return compiled, installed


def pinned(file: str) -> set[str]:
    """Folders of metadata that a list leads to."""
    lines = (REPOSITORY / "images" / "instrumentation" / file).read_text().splitlines()
    return {f"{re.sub('[-_.]+', '_', name).lower()}-{version}.dist-info" for name, version in (line.split("==") for line in lines if "==" in line)}


def test_it_has_compiled_parts_for_every_python_and_both_c_libraries(volume: tuple[dict[str, list[str]], dict[str, list[str]]]) -> None:
    machine = platform.machine()
    expected = {
        f"packages/wrapt/_wrappers.cpython-3{version}-{machine}-linux-{tag}.so": [libc]
        for version in range(10, 15)
        for tag, libc in (("gnu", "glibc"), ("musl", "musl"))
        # Of Python 3.10 the two have one name; on musl wrapt does without there.
        if (version, libc) != (10, "musl")
    }
    for libc in ("glibc", "musl"):
        expected[f"{libc}/psutil/_psutil_linux.abi3.so"] = [libc]
    expected["glibc/google/_upb/_message.abi3.so"] = ["glibc"]
    assert volume[0] == expected


def test_it_has_every_pinned_package(volume: tuple[dict[str, list[str]], dict[str, list[str]]]) -> None:
    _, installed = volume
    names = {part: {f"{name.lower()}-{version}" for name, _, version in (each.rpartition("-") for each in found)} for part, found in installed.items()}
    for libc in ("glibc", "musl"):
        assert pinned("requirements.txt") - names["packages"] - names[libc] == set()
    assert names["configuration"] == pinned("configuration/requirements.txt")
