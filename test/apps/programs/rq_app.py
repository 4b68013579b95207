import logging
import os
import sys

from redis import Redis
from rq import Queue, Worker

log = logging.getLogger("shop")
connection = Redis.from_url(os.environ["REDIS_URL"])
queue = Queue("parcels", connection=connection)


def send(code: int) -> None:
    log.warning("parcel %d", code)


if __name__ == "__main__":
    if "work" in sys.argv:
        Worker([queue], connection=connection).work()
    else:
        for number in range(3):
            queue.enqueue("rq_app.send", number)
