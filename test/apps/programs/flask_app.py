import logging
import os

from flask import Flask

app = Flask(__name__)
log = logging.getLogger("shop")


@app.get("/parcels/<int:code>")
def parcel(code: int) -> dict[str, int]:
    log.warning("parcel %d", code)
    return {"pid": os.getpid()}


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
