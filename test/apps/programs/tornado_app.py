import asyncio
import logging
import os

import tornado.web

log = logging.getLogger("shop")


class Parcel(tornado.web.RequestHandler):
    def get(self, code: str) -> None:
        log.warning("parcel %s", code)
        self.write("ok")


async def main() -> None:
    tornado.web.Application([(r"/parcels/(\d+)", Parcel)]).listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
