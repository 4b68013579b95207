import logging

from litestar import Litestar, get

log = logging.getLogger("shop")


@get("/parcels/{code:int}")
async def parcel(code: int) -> str:
    log.warning("parcel %d", code)
    return "ok"


app = Litestar([parcel], logging_config=None)
