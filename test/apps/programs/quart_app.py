import logging

from quart import Quart

app = Quart(__name__)
log = logging.getLogger("shop")


@app.get("/parcels/<int:code>")
async def parcel(code: int) -> str:
    log.warning("parcel %d", code)
    return "ok"


@app.get("/broken")
async def broken() -> str:
    raise RuntimeError("broken")
