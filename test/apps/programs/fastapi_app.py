import logging
import os

from fastapi import FastAPI

app = FastAPI()
log = logging.getLogger("shop")


@app.get("/parcels/{code}")
async def parcel(code: int) -> dict[str, int]:
    log.warning("parcel %d", code)
    return {"pid": os.getpid()}
