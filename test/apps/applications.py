"""The applications of the matrix: what each needs, how it is started and asked, and what must be seen of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

HTTP = "/parcels/7"


@dataclass(frozen=True)
class Application:
    """One application. Its record `parcel 7` must carry the id of a trace that holds the span, unless it steps aside or nothing can start."""

    name: str
    requires: Sequence[str]
    command: Sequence[str]
    """Of its Python; `{port}` and `{bin}` are replaced."""
    span: str = "GET /parcels/{code}"
    ask: str = ""
    """Path that is asked over HTTP until the span has come; empty where the application works by itself."""
    stores: Sequence[str] = ()
    aside: str = ""
    """Why it is left alone: what the line `opentelemetry: not started:` ends with."""
    silent: bool = False
    """Whether it is not even seen: Python ignores our variable."""
    untraced_record: bool = False
    """Whether its record belongs to no span: nothing in the application begins one around it."""
    own: Sequence[str] = ()
    """Commands of its Python that run first, beside it."""
    files: dict[str, str] = field(default_factory=dict)
    """Modules that it has beside it."""
    broken: bool = False
    """Whether `/broken` fails and a path of nobody's is told apart: asked of frameworks whose requests are traced by us."""
    sample: bool = False
    """Whether CI runs it."""


_GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}")
_UVICORN = ("-m", "uvicorn", "--port", "{port}")
_FASTAPI = ("fastapi", "uvicorn")

APPLICATIONS = (
    Application("django-gunicorn", ("django<6", "gunicorn"), (*_GUNICORN, "django_app:wsgi"), "GET parcels/<int:code>", HTTP, sample=True),
    Application("django-uvicorn", ("django<6", "uvicorn"), (*_UVICORN, "django_app:asgi"), "GET parcels/<int:code>", HTTP),
    Application("flask", ("flask",), ("flask_app.py",), "GET /parcels/<int:code>", HTTP),
    Application(
        "flask-gthread",
        ("flask", "gunicorn"),
        (*_GUNICORN, "--worker-class", "gthread", "--threads", "4", "--workers", "2", "flask_app:app"),
        "GET /parcels/<int:code>",
        HTTP,
        sample=True,
    ),
    Application("flask-gevent", ("flask", "gunicorn", "gevent"), (*_GUNICORN, "--worker-class", "gevent", "flask_app:app"), "GET /parcels/<int:code>", HTTP),
    Application("fastapi", ("fastapi", "uvicorn"), (*_UVICORN, "fastapi_app:app"), ask=HTTP),
    Application(
        "fastapi-gunicorn",
        ("fastapi", "uvicorn", "gunicorn", "uvicorn-worker"),
        (*_GUNICORN, "--worker-class", "uvicorn_worker.UvicornWorker", "--workers", "2", "fastapi_app:app"),
        ask=HTTP,
    ),
    Application("starlette", ("starlette", "uvicorn"), (*_UVICORN, "starlette_app:app"), "GET /parcels/{code:int}", HTTP),
    Application("aiohttp", ("aiohttp",), ("aiohttp_app.py",), ask=HTTP),
    Application("tornado", ("tornado",), ("tornado_app.py",), ask=HTTP),
    Application("litestar", ("litestar", "uvicorn"), (*_UVICORN, "litestar_app:app"), ask=HTTP, broken=True, sample=True),
    Application(
        "litestar-plugin",
        ("litestar", "uvicorn"),
        (*_UVICORN, "plugin_app:app"),
        ask=HTTP,
        files={
            "plugin_app.py": "from litestar import Litestar\nfrom litestar.plugins.opentelemetry import OpenTelemetryPlugin\nfrom litestar_app import parcel\n"
            "app = Litestar([parcel], plugins=[OpenTelemetryPlugin()], logging_config=None)\n"
        },
    ),
    Application("quart", ("quart", "hypercorn"), ("-m", "hypercorn", "--bind", "127.0.0.1:{port}", "quart_app:app"), "GET /parcels/<int:code>", HTTP, broken=True, sample=True),
    Application("sanic", ("sanic", "setuptools<81"), ("sanic_app.py",), "GET /parcels/<code:int>", HTTP, broken=True, sample=True),
    Application(
        "celery-redis",
        ("celery[redis]",),
        ("-m", "celery", "-A", "celery_app", "worker", "--concurrency", "2"),
        "run/shop.send",
        stores=("redis",),
        own=("celery_app.py",),
        sample=True,
    ),
    Application(
        "celery-rabbitmq",
        ("celery",),
        ("-m", "celery", "-A", "celery_app", "worker", "--concurrency", "2"),
        "run/shop.send",
        stores=("rabbitmq",),
        own=("celery_app.py",),
    ),
    Application("rq", ("rq",), ("rq_app.py", "work"), "run/rq_app.send", stores=("redis",), own=("rq_app.py",)),
    Application(
        "dramatiq",
        ("dramatiq[redis]",),
        ("-m", "dramatiq", "dramatiq_app", "--processes", "1", "--threads", "2"),
        "process/send",
        stores=("redis",),
        own=("dramatiq_app.py",),
    ),
    Application("huey", ("huey[redis]",), ("huey_app.py", "work"), "run/send", stores=("redis",), own=("huey_app.py",)),
    Application("arq", ("arq",), ("arq_app.py",), "run/send", stores=("redis",)),
    Application("aio-pika", ("aio-pika<11",), ("aio_pika_app.py",), "process parcels", stores=("rabbitmq",)),
    Application("discord.py", ("discord.py<3", "audioop-lts; python_version >= '3.13'"), ("discord_app.py",), "prefix parcel"),
    Application("asyncio", (), ("loop_app.py",), "GET", untraced_record=True),
    Application("apscheduler", ("apscheduler<4",), ("apscheduler_app.py",), "send"),
    Application("schedule", ("schedule",), ("schedule_app.py",), "send"),
    Application(
        "sqlalchemy-psycopg",
        ("sqlalchemy<2.1", "psycopg2-binary", "psycopg[binary]"),
        ("psycopg_app.py",),
        "SELECT postgres",
        stores=("postgres",),
        untraced_record=True,
    ),
    Application("requests-httpx", ("requests", "httpx"), ("clients_app.py",), "GET", HTTP, untraced_record=True),
    Application("grpc", ("grpcio",), ("grpc_app.py",), "/shop.Parcels/Show"),
    Application("old-protobuf", (*_FASTAPI, "protobuf==4.25.8"), (*_UVICORN, "fastapi_app:app"), ask=HTTP, aside="the application has protobuf 4.25.8", sample=True),
    Application("old-wrapt", (*_FASTAPI, "wrapt==1.14.2"), (*_UVICORN, "fastapi_app:app"), ask=HTTP),
    Application(
        "opentelemetry-instrument",
        (*_FASTAPI, "opentelemetry-distro", "opentelemetry-exporter-otlp-proto-http", "opentelemetry-instrumentation-fastapi"),
        ("{bin}/opentelemetry-instrument", "{bin}/python", *_UVICORN, "fastapi_app:app"),
        ask=HTTP,
        aside="the process is already instrumented by opentelemetry-instrument",
    ),
    Application(
        "ddtrace",
        (*_FASTAPI, "ddtrace"),
        ("{bin}/ddtrace-run", "{bin}/python", *_UVICORN, "fastapi_app:app"),
        ask=HTTP,
        aside="the process is already instrumented by ddtrace",
    ),
    Application(
        "own-sitecustomize",
        _FASTAPI,
        (*_UVICORN, "fastapi_app:app"),
        ask=HTTP,
        files={"sitecustomize.py": "import sys\nsys.stderr.write('the own sitecustomize ran\\n')\n"},
    ),
    Application("python-I", _FASTAPI, ("-I", "-c", "import sys; sys.path.insert(0, '.'); import uvicorn; uvicorn.run('fastapi_app:app', port={port})"), ask=HTTP, silent=True),
)
