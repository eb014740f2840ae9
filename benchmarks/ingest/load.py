"""The load: a closed loop over keep-alive connections, each request with message ids never used before.

Run as a process of its own (`python -m benchmarks.ingest.load`), so that its CPU can be told apart.
It stops sending after the given time, waits for every answer, and prints one JSON object: what was
acknowledged is known exactly, not "up to the requests in flight".
"""

import argparse
import base64
import json
import select
import socket
import sys
import time
from dataclasses import dataclass, field

from benchmarks import data

NUMBER = "{:012x}"
BODIES = {"batch": 64, "single": 2000}
PATHS = {"batch": "/v1/batch", "single": "/v1/track"}
GIVE_UP_AFTER = 30.0  # seconds without any answer


@dataclass(slots=True)
class Template:
    """One request, split where its number goes, and the messages it holds."""

    parts: list[bytes]
    messages: int
    violating: int


@dataclass(slots=True)
class Connection:
    socket: socket.socket
    template: Template
    started: float = 0.0
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    answer: bytes = b""


@dataclass(slots=True)
class Tally:
    latencies: list[float] = field(default_factory=list)
    messages: int = 0
    violating: int = 0
    failures: dict[str, int] = field(default_factory=dict)


def templates(mode: str, port: int, write_key: str) -> list[Template]:
    made = data.batches(BODIES["batch"]) if mode == "batch" else data.singles(BODIES["single"])
    authorization = base64.b64encode(f"{write_key}:".encode()).decode()
    mark = data.MARK.encode()
    every = []
    for body, violating in made:
        parts = body.split(mark)
        size = len(body) + (len(parts) - 1) * (len(NUMBER.format(0)) - len(mark))
        head = (
            f"POST {PATHS[mode]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Basic {authorization}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
        )
        every.append(Template([head.encode() + parts[0], *parts[1:]], len(parts) - 1, violating))
    return every


class Load:
    """`connections` clients that each send the next request as soon as the last one is answered."""

    def __init__(self, port: int, requests: list[Template], connections: int, first_number: int) -> None:
        self.requests = requests
        self.number = first_number
        self.sent = 0
        self.tally = Tally()
        self.poll = select.epoll()
        self.busy: dict[int, Connection] = {}
        for _ in range(connections):
            client = socket.create_connection(("127.0.0.1", port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 512 * 1024)
            client.settimeout(0)
            self.poll.register(client, select.EPOLLIN)
            self.busy[client.fileno()] = Connection(client, requests[0])

    def run(self, seconds: float) -> tuple[float, float]:
        """Load for that long, then wait for open answers. Returns the clock at both ends."""
        started = last = time.monotonic()
        until = started + seconds
        for connection in list(self.busy.values()):
            self.send(connection)
        while self.busy:
            ready = self.poll.poll(GIVE_UP_AFTER)
            last = now = time.monotonic()
            if not ready:
                self.tally.failures["no answer"] = len(self.busy)
                break
            for descriptor, event in ready:
                connection = self.busy[descriptor]
                if event & select.EPOLLOUT:
                    self.push(connection)
                    if not connection.unsent:
                        self.poll.modify(connection.socket, select.EPOLLIN)
                if event & ~select.EPOLLOUT and self.answered(connection, now):
                    if now < until:
                        self.send(connection)
                    else:
                        self.drop(connection)
        return started, last

    def send(self, connection: Connection) -> None:
        template = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        self.number += 1
        connection.template = template
        connection.answer = b""
        connection.unsent = memoryview(NUMBER.format(self.number).encode().join(template.parts))
        connection.started = time.monotonic()
        self.push(connection)
        if connection.unsent:
            self.poll.modify(connection.socket, select.EPOLLIN | select.EPOLLOUT)

    def push(self, connection: Connection) -> None:
        """Send as much as the socket takes."""
        try:
            connection.unsent = connection.unsent[connection.socket.send(connection.unsent) :]
        except BlockingIOError:
            pass  # not writable yet: poll says when
        except ConnectionError:
            connection.unsent = memoryview(b"")  # the read that follows sees the end

    def answered(self, connection: Connection, now: float) -> bool:
        """Whether the whole answer is here; counts it."""
        try:
            got = connection.socket.recv(65536)
        except ConnectionError:
            got = b""
        if not got:
            self.fail("connection closed")
            self.drop(connection)
            return False
        connection.answer += got
        head, found, body = connection.answer.partition(b"\r\n\r\n")
        if not found or len(body) < content_length(head):
            return False
        if head.startswith(b"HTTP/1.1 200"):
            tally, template = self.tally, connection.template
            tally.latencies.append(now - connection.started)
            tally.messages += template.messages
            tally.violating += template.violating
        else:
            self.fail(head[9:12].decode())
        return True

    def fail(self, why: str) -> None:
        self.tally.failures[why] = self.tally.failures.get(why, 0) + 1

    def drop(self, connection: Connection) -> None:
        del self.busy[connection.socket.fileno()]
        self.poll.unregister(connection.socket)
        connection.socket.close()


def content_length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[start:].split(b"\r\n", 1)[0])


def percentile(ordered: list[float], share: float) -> float:
    """Milliseconds."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2) if ordered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=PATHS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--write-key", required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    requests = templates(options.mode, options.port, options.write_key)
    # Runs start at the current microsecond: no number is used by two of them.
    load = Load(options.port, requests, options.connections, time.time_ns() // 1000 % 16**12)
    cpu = time.process_time()
    started, ended = load.run(options.seconds)
    ordered = sorted(load.tally.latencies)
    result = {
        "started": started,
        "ended": ended,
        "cpu": time.process_time() - cpu,
        "requests": len(ordered),
        "messages": load.tally.messages,
        "violating": load.tally.violating,
        "p50_ms": percentile(ordered, 0.5),
        "p99_ms": percentile(ordered, 0.99),
        "failures": load.tally.failures,
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
