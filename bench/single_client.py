"""Clients that send one check a request, each over its own kept connection; run as a process beside the server.

Reads from standard input JSON ``{"port": …, "clients": [{"head": …, "bodies": […]}, …]}`` and writes to standard output
``{"seconds": …, "busy": …, "times": […]}``: how long all of it took, the processor time it took here, and of every
answer the milliseconds from the first byte sent to the last one read.
"""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
import time
from typing import Any, BinaryIO

RECORDED = b'"outcome":"recorded"'


def main() -> None:
    told = json.load(sys.stdin)
    clients = [Client(told["port"], **one) for one in told["clients"]]
    begun, busy = time.perf_counter(), time.process_time()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    wrong = next((one.wrong for one in clients if one.wrong), None)
    if wrong is not None:
        sys.exit(f"not recorded: {wrong.decode(errors='replace')}")
    json.dump({"seconds": seconds, "busy": busy, "times": [took for one in clients for took in one.times]}, sys.stdout)


class Client(threading.Thread):
    """Sends its bodies one after another and waits for each answer."""

    def __init__(self, port: int, head: str, bodies: list[str]) -> None:
        super().__init__(daemon=True)
        self._requests = [_request(head, body.encode()) for body in bodies]
        self._port = port
        self.times: list[float] = []
        self.wrong: bytes | None = None

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = connection.makefile("rb")
            for one in self._requests:
                begun = time.perf_counter()
                connection.sendall(one)
                body = _answer(answers)
                self.times.append((time.perf_counter() - begun) * 1000)
                if RECORDED not in body:
                    self.wrong = body
                    return


def _request(head: str, body: bytes) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _answer(answers: BinaryIO) -> Any:
    length, packed = 0, False
    while (line := answers.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        packed = packed or name.lower() == b"content-encoding"
    body = answers.read(length)
    return gzip.decompress(body) if packed else body


if __name__ == "__main__":
    main()
