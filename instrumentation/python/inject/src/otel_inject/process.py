"""Which Python processes of a container are the service's own. Standard library only: every process of the container asks."""

import os
import sys
from collections.abc import Sequence

_WITH_VALUE = frozenset({"-W", "-X", "--check-hash-based-pycs"})

# Modules (`python -m`) and scripts that build, migrate, test or look, but do not serve.
TOOLS = frozenset(
    """
    aerich alembic black build cProfile compileall coverage easy_install ensurepip flake8 hatch idlelib ipython isort json jupyter mypy nox pdb pdm
    pip pip3 pipenv platform poetry profile py_compile pylint pytest ruff setup setuptools site sysconfig tarfile timeit tox trace twine unittest uv
    venv virtualenv wheel yoyo yoyo-migrate zipapp zipfile
    opentelemetry-bootstrap
    """.split()
)

# Programs that serve or do something else, by an argument.
_DJANGO = frozenset(
    """
    check clearsessions collectstatic compilemessages createcachetable createsuperuser dbshell diffsettings dumpdata flush inspectdb loaddata
    makemessages makemigrations migrate optimizemigration sendtestemail shell showmigrations sqlflush sqlmigrate squashmigrations startapp
    startproject test
    """.split()
)
SUBCOMMANDS = {
    "manage": _DJANGO,
    "django-admin": _DJANGO,
    "flask": frozenset({"db", "init-db", "routes", "shell"}),
    "celery": frozenset({"call", "control", "graph", "inspect", "list", "purge", "report", "result", "shell", "status", "upgrade"}),
}
# Whatever comes after one of these is an option of a server.
SERVES = frozenset({"beat", "run", "runserver", "worker"})

_CHILDREN = ("from multiprocessing.spawn import spawn_main", "from multiprocessing.forkserver import main")


def foreign(argv: Sequence[str], pid: int | None = None) -> str | None:
    """Why this process is not the service's own, in a few words; None when it is.

    The service's own are the container's first process and its descendants, without tools and shells. A health check and `docker exec` have no
    ancestor in the container, so they are told apart whatever they run.
    :param argv: the command as it was typed, `sys.orig_argv`
    """
    pid = os.getpid() if pid is None else pid
    if not descends_from_first(pid):
        return "a health check, or run from outside"
    kind, name, arguments = command(argv)
    if kind == "nothing":
        return "an interactive shell"
    if kind == "-c":
        child = any(name.startswith(start) for start in _CHILDREN)
        return None if child or pid == 1 else "python -c"
    program = os.path.basename(name).removesuffix(".py") if kind == "script" else name
    if program in TOOLS or (kind == "-m" and program.split(".")[0] in TOOLS):
        return f"the tool {program}"
    commands = SUBCOMMANDS.get(program, frozenset())
    first = next((argument for argument in arguments if argument in commands or argument in SERVES), None)
    return f"the tool {program} {first}" if first in commands else None


def command(argv: Sequence[str]) -> tuple[str, str, Sequence[str]]:
    """What the interpreter runs: `-c`, `-m`, `script` or `nothing`, then the code, module or file, then its arguments."""
    rest = list(argv[1:])
    while rest:
        option = rest.pop(0)
        if option in _WITH_VALUE:
            rest = rest[1:]
        elif option == "-" or not option.startswith("-"):
            return ("nothing", "", ()) if option == "-" else ("script", option, rest)
        elif not option.startswith("--"):
            # Short options can stand together, the last one with its value: -Ic, -mpip.
            for letter in ("c", "m"):
                before, found, value = option[1:].partition(letter)
                if found and not set(before) & {"W", "X", "c", "m"}:
                    value = value or (rest.pop(0) if rest else "")
                    return f"-{letter}", value, rest
    return "nothing", "", ()


def descends_from_first(pid: int) -> bool:
    """Whether process 1 of the container is the process or an ancestor of it; where /proc cannot be read, yes."""
    try:
        while pid > 1:
            with open(f"/proc/{pid}/stat", "rb") as file:
                # The name in parentheses may hold anything.
                pid = int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return True
    return pid == 1


def own_argv() -> Sequence[str]:
    """The command of this process as it was typed."""
    return sys.orig_argv
