import logging

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

log = logging.getLogger("shop")


async def parcel(request: Request) -> PlainTextResponse:
    log.warning("parcel %s", request.path_params["code"])
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/parcels/{code:int}", parcel)])
