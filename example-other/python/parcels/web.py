"""`uvicorn parcels.web:app`: keeps parcels, on port 8000."""

import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from parcels.schema import LOCK, STATEMENTS

log = logging.getLogger("parcels.web")
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

_NEWEST = 20


@asynccontextmanager
async def _lifespan(application: Starlette) -> AsyncIterator[None]:
    async with AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=5, open=False) as pool:
        async with pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            for statement in STATEMENTS:
                await connection.execute(statement)
        application.state.pool = pool
        log.info("ready")
        yield


async def register(request: Request) -> JSONResponse:
    """A new parcel; the answer has its code."""
    body = await request.json()
    recipient = body.get("recipient") if isinstance(body, dict) else None
    if not isinstance(recipient, str) or not 1 <= len(recipient) <= 100:
        return JSONResponse({"detail": "recipient: a name of 1 to 100 characters"}, status_code=422)
    code = secrets.token_hex(6)
    async with request.app.state.pool.connection() as connection:
        await connection.execute("INSERT INTO parcels (code, recipient) VALUES (%s, %s)", (code, recipient))
    log.info("parcel %s registered", code)
    return JSONResponse({"code": code, "status": "registered"}, status_code=201)


async def newest(request: Request) -> JSONResponse:
    """The parcels registered last."""
    async with request.app.state.pool.connection() as connection:
        found = await connection.execute(
            "SELECT code, status FROM parcels ORDER BY registered_at DESC LIMIT %s", (_NEWEST,)
        )
        rows = await found.fetchall()
    return JSONResponse({"parcels": [{"code": code, "status": status} for code, status in rows]})


async def show(request: Request) -> JSONResponse:
    """One parcel and where it was seen."""
    code = request.path_params["code"]
    async with request.app.state.pool.connection() as connection:
        found = await connection.execute("SELECT status FROM parcels WHERE code = %s", (code,))
        row = await found.fetchone()
        if row is None:
            return JSONResponse({"detail": "no such parcel"}, status_code=404)
        seen = await connection.execute("SELECT place FROM scans WHERE code = %s ORDER BY seen_at", (code,))
        places = [place for (place,) in await seen.fetchall()]
    return JSONResponse({"code": code, "status": row[0], "places": places})


async def health(_: Request) -> PlainTextResponse:
    """Alive. Says nothing about the database: a restart would not mend it."""
    return PlainTextResponse("ok")


app = Starlette(
    lifespan=_lifespan,
    routes=[
        Route("/health", health),
        Route("/parcels", register, methods=["POST"]),
        Route("/parcels", newest, methods=["GET"]),
        Route("/parcels/{code}", show),
    ],
)
