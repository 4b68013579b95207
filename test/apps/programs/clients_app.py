import logging
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import requests

log = logging.getLogger("shop")


class Asks(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/parcels/7":
            url = f"http://127.0.0.1:{os.environ['PORT']}/inner"
            log.warning("parcel %d", requests.get(url, timeout=5).status_code + httpx.get(url).status_code - 393)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Asks)
threading.Thread(target=server.serve_forever).start()
