"""sink.py <port>: an OTLP/HTTP intake that answers at once and counts what it got. GET /counts tells it: `{"<service>": {"spans": n, ...}}`."""

import asyncio
import json
import sys
from collections import Counter, defaultdict

counts: dict[str, Counter[str]] = defaultdict(Counter)
KINDS = {"/v1/traces": "spans", "/v1/logs": "records", "/v1/metrics": "metrics"}


def fields(data: bytes) -> list[tuple[int, bytes]]:
    """The length-delimited fields of a protobuf message."""
    found, at = [], 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 2:
            length, at = varint(data, at)
            found.append((tag >> 3, data[at : at + length]))
            at += length
        elif kind == 0:
            _, at = varint(data, at)
        else:
            at += 8 if kind == 1 else 4
    return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def service(resource: bytes) -> str:
    """`service.name` of a resource: attribute = 1 {key = 1, value = 2 {string = 1}}."""
    for _, attribute in fields(resource):
        parts = dict(fields(attribute))
        if parts.get(1) == b"service.name":
            return dict(fields(parts[2]))[1].decode()
    return "unknown"


def take(path: str, body: bytes) -> None:
    """Spans, records and metrics have one shape: of a resource (1) there are scopes (2), of a scope there are items (2)."""
    for _, of_resource in fields(body):
        parts = fields(of_resource)
        name = service(next((value for number, value in parts if number == 1), b""))
        items = sum(number == 2 for part, scope in parts if part == 2 for number, _ in fields(scope))
        counts[name][KINDS[path]] += items
        counts[name]["bytes"] += len(body)
        counts[name]["requests"] += 1


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *headers = head.decode("latin-1").lower().split("\r\n")
            length = next((int(line.split(":")[1]) for line in headers if line.startswith("content-length:")), 0)
            body = await reader.readexactly(length)
            path = first.split(" ")[1]
            answer = json.dumps(counts).encode() if path == "/counts" else b""
            if path in KINDS:
                take(path, body)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: %d\r\n\r\n" % len(answer) + answer)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 24)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
