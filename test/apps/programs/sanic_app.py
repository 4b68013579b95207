import logging
import os

from sanic import Request, Sanic, text

log = logging.getLogger("shop")
app = Sanic("shop", log_config={"version": 1, "disable_existing_loggers": False})


@app.get("/parcels/<code:int>")
async def parcel(_: Request, code: int):  # noqa: ANN201
    log.warning("parcel %d", code)
    return text("ok")


@app.get("/broken")
async def broken(_: Request):  # noqa: ANN201
    raise RuntimeError("broken")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), single_process=True, motd=False)
