import logging
import os
import time

import psycopg
import psycopg2
from sqlalchemy import create_engine, text

log = logging.getLogger("shop")
url = os.environ["POSTGRES_URL"]
engines = [create_engine(url.replace("postgresql:", f"postgresql+{driver}:")) for driver in ("psycopg2", "psycopg")]
while True:
    for engine in engines:
        with engine.connect() as connection:
            connection.execute(text("SELECT 7"))
    for library in (psycopg2, psycopg):
        connection = library.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 8")
        connection.close()
    log.warning("parcel 7")
    time.sleep(0.3)
