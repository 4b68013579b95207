import logging
import time

import schedule

log = logging.getLogger("shop")


def send() -> None:
    log.warning("parcel 7")


schedule.every(1).seconds.do(send)
while True:
    schedule.run_pending()
    time.sleep(0.1)
