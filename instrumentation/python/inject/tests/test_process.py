"""Which processes are the service's own."""

import pytest
from otel_inject.process import command, descends_from_first, foreign


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ("python app.py --port 1", ("script", "app.py", ["--port", "1"])),
        ("python -m uvicorn app:app", ("-m", "uvicorn", ["app:app"])),
        ("python -muvicorn", ("-m", "uvicorn", [])),
        ("python -u -X dev -W error -m app", ("-m", "app", [])),
        ("python -Ic pass", ("-c", "pass", [])),
        ("python -Bu -c pass x", ("-c", "pass", ["x"])),
        ("python", ("nothing", "", ())),
        ("python -", ("nothing", "", ())),
        ("python -i", ("nothing", "", ())),
    ],
)
def test_the_command_is_read_as_the_interpreter_reads_it(argv: str, expected: object) -> None:
    assert command(argv.split()) == expected


OWN = [
    "python app.py",
    "python -m game.api",
    "/usr/local/bin/python /usr/local/bin/uvicorn app:app --workers 2",
    "python /usr/local/bin/gunicorn app:app",
    "python /usr/local/bin/celery -A tasks worker",
    "python /usr/local/bin/flask run",
    "python manage.py runserver",
    "python /usr/local/bin/fastapi run",
]
TOOLS = [
    "python",
    "python -m pip install x",
    "python -m compileall .",
    "python /usr/local/bin/alembic upgrade head",
    "python -m alembic upgrade head",
    "python /usr/local/bin/pip install x",
    "python manage.py migrate",
    "python /app/manage.py collectstatic --noinput",
    "python /usr/local/bin/django-admin migrate",
    "python /usr/local/bin/flask --app shop db upgrade",
    "python /usr/local/bin/celery -A tasks inspect ping",
    "python -m pytest",
    "python -m json.tool",
]


@pytest.mark.parametrize("argv", OWN)
def test_servers_are_the_services_own(argv: str) -> None:
    assert foreign(argv.split()) is None


@pytest.mark.parametrize("argv", TOOLS)
def test_tools_migrations_and_shells_are_not(argv: str) -> None:
    assert foreign(argv.split()) is not None


def test_code_on_the_command_line_is_only_where_it_is_the_container_or_a_worker_of_multiprocessing() -> None:
    assert foreign(["python", "-c", "import app"]) == "python -c"
    assert foreign(["python", "-c", "import app"], pid=1) is None
    assert foreign(["python", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()"]) is None
    assert foreign(["python", "-c", "from multiprocessing.resource_tracker import main;main(5)"]) == "python -c"


def test_every_process_of_this_machine_descends_from_the_first() -> None:
    assert descends_from_first(1)
