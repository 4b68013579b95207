import logging
import os

import dramatiq
from dramatiq.brokers.redis import RedisBroker

log = logging.getLogger("shop")
dramatiq.set_broker(RedisBroker(url=os.environ["REDIS_URL"]))


@dramatiq.actor
def send(code: int) -> None:
    log.warning("parcel %d", code)


if __name__ == "__main__":
    for _ in range(3):
        send.send(7)
