"""A small web service that behaves as MODE says: `well`, or one of the troubles of a bad release. On port 8000."""

import asyncio
import logging
import os
import random
import sys
import threading
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

MODE = os.environ.get("MODE", "well")
STARTED = time.time()
log = logging.getLogger("orders")
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

if MODE == "crash-at-start":
    sys.exit("cannot start: no such module")
if MODE == "missing-secret" and "API_TOKEN" not in os.environ:
    sys.exit("API_TOKEN is not set")


def _crash_later() -> None:
    time.sleep(15)
    os._exit(3)


def _flood() -> None:
    while True:
        log.error("the order could not be stored: no such table")
        time.sleep(0.05)


_kept: list[bytearray] = []


def _leak_memory() -> None:
    while True:
        _kept.append(bytearray(os.urandom(1024)) * 8192)
        time.sleep(0.4)


for mode, work in {"crash-later": _crash_later, "flood": _flood, "memory": _leak_memory}.items():
    if mode == MODE:
        threading.Thread(target=work, daemon=True).start()


async def orders(request: Request) -> JSONResponse:
    customer = request.query_params.get("customer", "")
    log.info("order of %s", customer.split("@")[0] if MODE == "leak-log" else "a customer")
    await asyncio.sleep({"slow": 0.2, "slightly-slower": 0.012}.get(MODE, 0.01))
    if MODE == "database":
        log.error("connection to database failed: no such host")
        return JSONResponse({"detail": "no database"}, status_code=503)
    if MODE == "errors" and random.random() < 0.25:
        raise RuntimeError("out of stock")
    if MODE == "few-not-found" and random.random() < 0.1:
        return JSONResponse({"detail": "no such order"}, status_code=404)
    if MODE == "rare-error" and time.time() - STARTED < 8 and random.random() < 0.1:
        raise RuntimeError("not warm yet")
    return JSONResponse({"orders": []})


async def health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/orders", orders), Route("/health", health)])
