import logging
import os
import sys

from huey import RedisHuey

log = logging.getLogger("shop")
huey = RedisHuey("parcels", url=os.environ["REDIS_URL"])


@huey.task()
def send(code: int) -> None:
    log.warning("parcel %d", code)


if __name__ == "__main__":
    if "work" in sys.argv:
        huey.create_consumer(workers=2).run()
    else:
        for _ in range(3):
            send(7)
