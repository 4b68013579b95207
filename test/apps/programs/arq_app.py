import logging
import os

from arq.connections import RedisSettings
from arq.worker import run_worker

log = logging.getLogger("shop")


async def send(context: dict[str, object], code: int) -> None:
    log.warning("parcel %d", code)
    await context["redis"].get("parcel")  # type: ignore[attr-defined]


async def startup(context: dict[str, object]) -> None:
    await context["redis"].enqueue_job("send", 7)  # type: ignore[attr-defined]


class Worker:
    functions = [send]
    on_startup = startup
    redis_settings = RedisSettings.from_dsn(os.environ["REDIS_URL"])


run_worker(Worker)
