"""A server whose one method takes and gives bytes, so nothing is generated; it calls itself once a second."""

import logging
import os
import time
from concurrent import futures

import grpc

log = logging.getLogger("shop")


def show(request: bytes, _: grpc.ServicerContext) -> bytes:
    log.warning("parcel %s", request.decode())
    return b"ok"


handler = grpc.method_handlers_generic_handler("shop.Parcels", {"Show": grpc.unary_unary_rpc_method_handler(show)})
server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[handler])
address = f"127.0.0.1:{os.environ['PORT']}"
server.add_insecure_port(address)
server.start()
call = grpc.insecure_channel(address).unary_unary("/shop.Parcels/Show")
while True:
    call(b"7")
    time.sleep(1)
