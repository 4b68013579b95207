import logging

from litestar import Litestar, get

log = logging.getLogger("shop")


@get("/parcels/{code:int}")
async def parcel(code: int) -> str:
    log.warning("parcel %d", code)
    return "ok"


@get("/broken")
async def broken() -> str:
    raise RuntimeError("broken")


app = Litestar([parcel, broken], logging_config=None)
