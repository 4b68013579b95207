"""The application object: what is opened for its lifetime, how errors become answers."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from game_scheduler.api.discord import DiscordChannel
from game_scheduler.api.routes import router
from game_scheduler.bus import BusUnavailable
from game_scheduler.games import CannotJoin, GameNotFound
from game_scheduler.settings import settings
from game_scheduler.stores import open_stores

log = logging.getLogger(__name__)


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    config = settings()
    async with open_stores(config, "api") as stores, DiscordChannel(config) as channel:
        application.state.stores = stores
        application.state.channel = channel
        yield


app = FastAPI(title="Game Scheduler", lifespan=_lifespan)
app.include_router(router)


@app.exception_handler(GameNotFound)
async def _not_found(_: Request, error: GameNotFound) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)


@app.exception_handler(CannotJoin)
async def _cannot_join(_: Request, error: CannotJoin) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=409)


@app.exception_handler(BusUnavailable)
async def _no_bus(_: Request, error: BusUnavailable) -> JSONResponse:
    log.error("%s", error)
    return JSONResponse({"detail": "saved, but the others could not be told"}, status_code=503)


@app.get("/health")
async def health() -> dict[str, str]:
    """Alive. Says nothing about databases: restarting the API would not mend them."""
    return {"status": "ok"}
