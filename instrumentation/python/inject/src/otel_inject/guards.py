"""Why a process is left alone although it is the service's own: what would not work, or would disturb the application."""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata

from otel_inject.process import command

AGENTS = {
    "opentelemetry-instrument": "opentelemetry-instrument",
    "ddtrace-run": "ddtrace",
    "newrelic-admin": "New Relic's agent",
    "elasticapm-run": "Elastic's agent",
    "sentry-run": "Sentry's agent",
}


class StepAside(Exception):
    """The reason, in one line, why this process runs without our OpenTelemetry."""


def check(root: str) -> None:
    """Raises StepAside where OpenTelemetry must not be started in this process.

    :param root: the folder of the instrumentation, whose packages are not the application's
    """
    if agent := other_agent(sys.orig_argv, os.environ):
        raise StepAside(f"the process is already instrumented by {agent}")
    if name := own_module(application_folder(sys.orig_argv), os.path.join(root, "packages")):
        raise StepAside(f"the application has a module of its own that is called {name}, as a package that OpenTelemetry needs")
    versions = application_versions(sys.path, root)
    if conflict := first_conflict(versions, needed_versions(root)):
        raise StepAside(conflict)


def other_agent(argv: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Who instruments this process already, told from its command and PYTHONPATH."""
    kind, name, _ = command(argv)
    if kind == "script" and (agent := AGENTS.get(os.path.basename(name))):
        return agent
    entries = env.get("PYTHONPATH", "").split(os.pathsep)
    if any(entry.rstrip("/").endswith("opentelemetry/instrumentation/auto_instrumentation") for entry in entries):
        return "opentelemetry-instrument"
    if any(entry.rstrip("/").endswith("ddtrace/bootstrap") for entry in entries):
        return "ddtrace"
    return None


def application_folder(argv: Sequence[str]) -> str:
    """What the interpreter will put first on sys.path, after us."""
    kind, name, _ = command(argv)
    return os.path.dirname(os.path.abspath(name)) if kind == "script" else os.getcwd()


def own_module(folder: str, packages: str) -> str | None:
    """A module in the application's folder that ours would take the place of, since they are imported earlier."""
    try:
        theirs = sorted(os.listdir(folder))
    except OSError:
        return None
    ours = {name.removesuffix(".py") for name in os.listdir(packages) if "." not in name.removesuffix(".py")}
    for name in theirs:
        path = os.path.join(folder, name)
        if name.removesuffix(".py") in ours and (name.endswith(".py") or os.path.exists(os.path.join(path, "__init__.py"))):
            return name.removesuffix(".py")
    return None


_METADATA_FOLDER = re.compile(r"^(?P<name>[A-Za-z0-9_.]+?)-(?P<version>[^-]+)(?:-py[\d.]+)?\.(?:dist|egg)-info$")


def application_versions(path: Iterable[str], root: str) -> dict[str, str]:
    """Version of every distribution that the application has, by normalized name. Reads folder names only, which is fast."""
    found: dict[str, str] = {}
    for entry in path:
        if is_below(entry, root):
            continue
        try:
            names = os.listdir(entry or os.curdir)
        except OSError:
            continue
        for name in names:
            if match := _METADATA_FOLDER.match(name):
                found.setdefault(normalized(match["name"]), match["version"])
    return found


def needed_versions(root: str) -> dict[str, list[str]]:
    """What the packages that every process loads require of one another, by normalized name.

    An application may hold OpenTelemetry's API or SDK without using them (FastAPI requires the API). Its own are taken then, where they fit: a
    later patch of the version that ours ask for, and for the API, which is stable, any later version.
    """
    needed: dict[str, list[str]] = {}
    for name in (*_ALWAYS_LOADED, *_LOADED_FOR_A_FILE) if os.environ.get("OTEL_CONFIG_FILE") else _ALWAYS_LOADED:
        for text in metadata.distribution(name).requires or () if _is_ours(name, root) else ():
            requirement, _, marker = text.partition(";")
            match = re.match(r"\s*([A-Za-z0-9_.-]+)\s*(?:\[[^\]]*\])?\s*(.*?)\s*$", requirement)
            if match and match[2] and "extra" not in marker:
                name_of_needed = normalized(match[1])
                needed.setdefault(name_of_needed, []).append(loosened(name_of_needed, match[2].strip("()")))
    return needed


_ALWAYS_LOADED = (
    "opentelemetry-api",
    "opentelemetry-sdk",
    "opentelemetry-exporter-http-transport",
    "opentelemetry-exporter-otlp-common",
    "opentelemetry-exporter-otlp-proto-common",
    "opentelemetry-exporter-otlp-proto-http",
    "opentelemetry-instrumentation",
    "opentelemetry-proto",
    "opentelemetry-semantic-conventions",
    "requests",
)
_LOADED_FOR_A_FILE = ("jsonschema", "opentelemetry-configuration")


def loosened(name: str, specifier: str) -> str:
    """OpenTelemetry's packages pin one another exactly; what they need is that version or a later patch of it."""
    if not name.startswith("opentelemetry-") or not specifier.startswith("=="):
        return specifier
    version = specifier.removeprefix("==")
    if name == "opentelemetry-api":
        return f">={version.rpartition('.')[0]},<2"
    return f"~={version}" if version.count(".") > 1 else f">={version},<0.{int(version.split('.')[1].split('b')[0]) + 1}"


def _is_ours(name: str, root: str) -> bool:
    try:
        return is_below(str(metadata.distribution(name).locate_file("")), root)
    except metadata.PackageNotFoundError:
        return False


def first_conflict(versions: Mapping[str, str], needed: Mapping[str, Sequence[str]]) -> str | None:
    """The first package of the application that has a version we cannot work with."""
    from packaging.specifiers import SpecifierSet

    for name in sorted(needed.keys() & versions.keys()):
        for specifier in needed[name]:
            if not SpecifierSet(specifier).contains(versions[name], prereleases=True):
                return f"the application has {name} {versions[name]}, OpenTelemetry needs {specifier}"
    return None


def is_below(path: str, root: str) -> bool:
    """Whether a path of sys.path is in the folder."""
    absolute = os.path.abspath(path or os.curdir)
    return absolute == root or absolute.startswith(root.rstrip(os.sep) + os.sep)


def normalized(name: str) -> str:
    """Name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
