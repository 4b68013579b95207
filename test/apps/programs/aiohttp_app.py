import logging
import os

from aiohttp import web

log = logging.getLogger("shop")


async def parcel(request: web.Request) -> web.Response:
    log.warning("parcel %s", request.match_info["code"])
    return web.Response(text="ok")


app = web.Application()
app.router.add_get("/parcels/{code}", parcel)
web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
