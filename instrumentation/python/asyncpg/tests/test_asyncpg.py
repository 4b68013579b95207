"""asyncpg used directly, by SQLAlchemy, and both ways in one process, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from asyncpg.connection import Connection
from asyncpg_support import run
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry_instrumentation_asyncpg_direct import AsyncpgInstrumentor
from opentelemetry_instrumentation_asyncpg_direct.statements import operation_of, without_values
from sqlalchemy import text
from sqlalchemy.ext import asyncio as sqlalchemy_asyncio
from telemetry_for_tests import Seen

SELECT = "SELECT postgres"


def _names(seen: Seen) -> list[str]:
    return [span.name for span in seen.spans]


@pytest.fixture
def sqlalchemy(seen: Seen) -> Iterator[None]:
    """SQLAlchemy with its own instrumentation."""
    SQLAlchemyInstrumentor().instrument(tracer_provider=seen.tracers, meter_provider=seen.meters)
    yield
    SQLAlchemyInstrumentor().uninstrument()


def test_every_way_to_run_a_statement_is_one_span(database: str, seen: Seen) -> None:
    async def scenario(connection: asyncpg.Connection) -> None:
        await connection.execute("CREATE TEMPORARY TABLE t (n int)")
        await connection.executemany("INSERT INTO t VALUES ($1)", [(1,), (2,)])
        await connection.copy_records_to_table("t", records=[(3,)])
        assert len(await connection.fetch("SELECT n FROM t")) == 3
        assert await connection.fetchval("SELECT count(*) FROM t") == 3
        assert (await connection.fetchrow("SELECT max(n) AS n FROM t"))["n"] == 3
        prepared = await connection.prepare("SELECT n FROM t WHERE n = $1")
        assert await prepared.fetchval(2) == 2

    run(database, scenario)
    words = ["CREATE", "INSERT", "COPY", "SELECT", "SELECT", "SELECT", "SELECT"]
    assert _names(seen) == [f"{word} postgres" for word in words]
    assert {span.kind for span in seen.spans} == {SpanKind.CLIENT}


def test_a_span_says_where_and_what(database: str, seen: Seen) -> None:
    async def scenario(connection: asyncpg.Connection) -> None:
        with seen.application.start_as_current_span("request"):
            await connection.fetch("SELECT $1::text", "a secret")
            await connection.fetch("SELECT 'another secret', 42")

    run(database, scenario)
    first, second, request = seen.spans
    assert first.parent.span_id == request.context.span_id
    attributes = dict(first.attributes)
    assert attributes["db.system.name"] == "postgresql"
    assert attributes["db.namespace"] == "postgres"
    assert attributes["db.operation.name"] == "SELECT"
    assert attributes["db.query.text"] == "SELECT $1::text"
    assert attributes["server.address"] == "127.0.0.1"
    assert second.attributes["db.query.text"] == "SELECT ?, ?"
    assert "secret" not in first.to_json() + second.to_json()
    ((labels, count),) = seen.points("db.client.operation.duration")
    assert (count, labels["db.operation.name"]) == (2, "SELECT")
    assert "db.query.text" not in labels


def test_an_error_is_told_by_its_code_without_the_values_of_rows(database: str, seen: Seen) -> None:
    async def scenario(connection: asyncpg.Connection) -> None:
        await connection.execute("CREATE TEMPORARY TABLE u (name text PRIMARY KEY)")
        await connection.execute("INSERT INTO u VALUES ($1)", "somebody")
        with pytest.raises(asyncpg.UniqueViolationError, match="somebody"):
            await connection.execute("INSERT INTO u VALUES ($1)", "somebody")

    run(database, scenario)
    span = seen.spans[-1]
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "23505")
    assert span.attributes["db.response.status_code"] == span.attributes["error.type"] == "23505"
    assert "somebody" not in span.to_json()


def test_a_cursor_has_a_span_for_each_batch_not_for_each_row(database: str, seen: Seen) -> None:
    async def scenario(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            rows = [row async for row in connection.cursor("SELECT generate_series(1, 25)", prefetch=10)]
        assert len(rows) == 25

    run(database, scenario)
    assert _names(seen) == ["BEGIN postgres", SELECT, SELECT, SELECT, "COMMIT postgres"]


def test_a_pool_that_resets_a_connection_is_no_statement_of_the_application(database: str, seen: Seen) -> None:
    async def scenario(_: asyncpg.Connection) -> None:
        async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
            assert await pool.fetchval("SELECT 1") == 1
            assert await pool.fetchval("SELECT 1") == 1

    run(database, scenario)
    assert _names(seen) == [SELECT, SELECT]


def test_under_sqlalchemy_a_statement_has_one_span_and_directly_too(
    database: str, seen: Seen, sqlalchemy: None
) -> None:
    async def scenario(direct: asyncpg.Connection) -> None:
        engine = sqlalchemy_asyncio.create_async_engine(
            database.replace("postgresql://", "postgresql+asyncpg://"), pool_pre_ping=True
        )

        async def by_sqlalchemy() -> None:
            async with engine.begin() as connection:
                assert (await connection.execute(text("SELECT 1"))).scalar() == 1
                await asyncio.sleep(0)
                assert [row async for row in await connection.stream(text("SELECT 2"))]

        async def by_itself() -> None:
            assert await direct.fetchval("SELECT 3") == 3

        for _ in range(2):
            await asyncio.gather(by_sqlalchemy(), by_itself())
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            assert await raw.driver_connection.fetchval("SELECT 4") == 4
        await engine.dispose()

    run(database, scenario)
    by_scope: dict[str, list[str]] = {}
    for span in seen.spans:
        query = span.attributes.get("db.query.text") or span.attributes.get("db.statement")
        if query is not None:
            by_scope.setdefault(span.instrumentation_scope.name, []).append(query)
    theirs = by_scope["opentelemetry.instrumentation.sqlalchemy"]
    assert [theirs.count(query) for query in ("SELECT 1", "SELECT 2")] == [2, 2]
    # the three statements that the test itself ran: nothing of what SQLAlchemy does, its transactions and pings neither
    assert by_scope["opentelemetry_instrumentation_asyncpg_direct"] == ["SELECT ?"] * 3


def test_under_sqlalchemy_without_its_instrumentation_asyncpg_tells(database: str, seen: Seen) -> None:
    async def scenario(_: asyncpg.Connection) -> None:
        engine = sqlalchemy_asyncio.create_async_engine(database.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT 7 AS seven"))).scalar() == 7
        await engine.dispose()

    run(database, scenario)
    assert "SELECT ? AS seven" in [span.attributes["db.query.text"] for span in seen.spans]


def test_a_statement_within_a_span_of_the_same_statement_is_not_doubled(database: str, seen: Seen) -> None:
    async def scenario(connection: asyncpg.Connection) -> None:
        same = {"db.statement": "SELECT 1"}
        with seen.application.start_as_current_span("of another library", kind=SpanKind.CLIENT, attributes=same):
            await connection.fetch("SELECT 1")
            await connection.fetch("SELECT 2")

    run(database, scenario)
    assert _names(seen) == [SELECT, "of another library"]


def test_uninstrument_restores_everything(seen: Seen) -> None:
    before = {(owner, name): original for owner, name, original in AsyncpgInstrumentor()._patches._before}
    assert len(before) >= 16
    AsyncpgInstrumentor().uninstrument()
    assert all(vars(owner)[name] is original for (owner, name), original in before.items())
    assert (Connection, "fetch") in before


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="is 'sometimes'; it must be one of auto, always, never"):
        AsyncpgInstrumentor()._instrument(silent_under_sqlalchemy="sometimes")


@pytest.mark.parametrize(
    ("statement", "operation"),
    [("select 1", "SELECT"), ("/* x */ -- y\n INSERT INTO t", "INSERT"), (";", ""), ("", "")],
)
def test_the_operation_is_the_first_word(statement: str, operation: str) -> None:
    assert operation_of(statement) == operation


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT * FROM t1 WHERE a = 'it''s' AND b = 3.5", "SELECT * FROM t1 WHERE a = ? AND b = ?"),
        ("SELECT $1, col2", "SELECT $1, col2"),
    ],
)
def test_values_are_left_out(statement: str, shown: str) -> None:
    assert without_values(statement) == shown
