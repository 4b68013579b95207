import logging

from apscheduler.schedulers.blocking import BlockingScheduler

log = logging.getLogger("shop")
scheduler = BlockingScheduler()


@scheduler.scheduled_job("interval", seconds=1, id="send")
def send() -> None:
    log.warning("parcel 7")


scheduler.start()
