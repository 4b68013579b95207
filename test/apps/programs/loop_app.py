import asyncio
import logging
import urllib.request

log = logging.getLogger("shop")


async def main() -> None:
    while True:
        log.warning("parcel 7")
        try:
            await asyncio.to_thread(urllib.request.urlopen, "http://127.0.0.1:9/parcels/7", timeout=1)
        except OSError:
            pass
        await asyncio.sleep(0.3)


asyncio.run(main())
