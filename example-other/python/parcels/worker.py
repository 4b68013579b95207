"""`python -m parcels.worker`: takes scans from the queue, one after the other, and writes them down."""

import json
import logging
import os
import signal
import time
from pathlib import Path

import pika
import psycopg
from pika.adapters.blocking_connection import BlockingChannel

from parcels.schema import LOCK, STATEMENTS

log = logging.getLogger("parcels.worker")

QUEUE = "parcel-scans"
ALIVE = Path("/tmp/worker.alive")
_DELIVERED_AT = "doorstep"


class Worker:
    """A connection to each store, and what is done with a scan."""

    def __init__(self, database: psycopg.Connection, channel: BlockingChannel) -> None:
        self._database = database
        self._channel = channel

    def take(self, channel: BlockingChannel, method, _properties, body: bytes) -> None:
        """One scan. What can never be written down is logged and thrown away; a broken connection ends the process."""
        try:
            scan = json.loads(body)
            code, place = str(scan["code"]), str(scan["place"])
            with self._database.transaction():
                self._database.execute("INSERT INTO scans (code, place) VALUES (%s, %s)", (code, place))
                status = "delivered" if place == _DELIVERED_AT else "on its way"
                self._database.execute("UPDATE parcels SET status = %s WHERE code = %s", (status, code))
        except (ValueError, KeyError, TypeError, psycopg.errors.ForeignKeyViolation):
            log.exception("a scan cannot be written down")
            channel.basic_reject(method.delivery_tag, requeue=False)
            return
        channel.basic_ack(method.delivery_tag)
        log.info("parcel %s seen", code)

    def run(self) -> None:
        """Until the process is told to end."""
        self._channel.queue_declare(QUEUE, durable=True)
        self._channel.basic_qos(prefetch_count=10)
        self._channel.basic_consume(QUEUE, self.take)
        self._still_alive()
        log.info("waiting for scans")
        self._channel.start_consuming()

    def _still_alive(self) -> None:
        ALIVE.touch()
        self._channel.connection.call_later(5, self._still_alive)


def _patiently(name: str, attempt):
    """A store may take longer to start than this process. Errors may quote an address with its password: the type must do."""
    while True:
        try:
            return attempt()
        except (OSError, psycopg.OperationalError, pika.exceptions.AMQPError) as error:
            log.warning("%s cannot be reached yet (%s)", name, type(error).__name__)
            time.sleep(1)


def _stop(*_: object) -> None:
    raise SystemExit(0)


def main() -> None:
    """Opens both stores and works."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("pika").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    with _patiently(
        "PostgreSQL", lambda: psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    ) as database:
        with database.transaction():
            database.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            for statement in STATEMENTS:
                database.execute(statement)
        parameters = pika.URLParameters(os.environ["RABBITMQ_URL"])
        broker = _patiently("RabbitMQ", lambda: pika.BlockingConnection(parameters))
        Worker(database, broker.channel()).run()


if __name__ == "__main__":
    main()
