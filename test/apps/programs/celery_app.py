import logging
import os

from celery import Celery

app = Celery("shop", broker=os.environ["BROKER_URL"])
app.conf.broker_connection_retry_on_startup = True
log = logging.getLogger("shop")


@app.task(name="shop.send")
def send(code: int) -> None:
    log.warning("parcel %d", code)


@app.on_after_finalize.connect
def once(sender: Celery, **_: object) -> None:
    pass


if __name__ == "__main__":
    for number in range(3):
        send.delay(number)
