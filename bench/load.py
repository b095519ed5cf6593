"""A light HTTP/1.1 load generator: kept-alive raw sockets, one thread each.

The usual clients cost more processor time than the pages they ask for, on the same two cores.
This one writes prepared bytes, reads a status line and a body of known length, and notes the
time. It follows no redirect and parses nothing.
"""

import functools
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from deploy.sandbox.ports import LOOPBACK

CONNECTIONS = 8
# A worker that accepted every connection would serve them all; visitors come and go.
REQUESTS_PER_CONNECTION = 25
WARM_STEPS = 5


class Connection:
    """One kept-alive connection to the server on ``port``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.used = 0

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send ``request``, return status and body. Reconnects once when the server closed."""
        self.used += 1
        if self.used % REQUESTS_PER_CONNECTION == 0:
            self.close()
        for attempt in (1, 2):
            if self.socket is None:
                self.socket = socket.create_connection((LOOPBACK, self.port), timeout=60)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(request)
                return self._read()
            except OSError:
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError("not reached")

    def _read(self) -> tuple[int, bytes]:
        assert self.socket is not None
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, body = data[:end].lower(), data[end + 4 :]
        status = int(head[9:12])
        mark = head.find(b"\r\ncontent-length:")
        if mark >= 0:
            length = int(head[mark + 17 :].split(b"\r\n", 1)[0])
            while len(body) < length:
                body += self._more()
        else:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        if b"\r\nconnection: close" in head:
            self.close()
        return status, body

    def _more(self) -> bytes:
        assert self.socket is not None
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        return chunk

    def close(self) -> None:
        """Close the socket, if open."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def get(host: str, path: str, language: str = "fr") -> bytes:
    """The bytes of a GET."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n"
        f"Accept-Language: {language}\r\n\r\n"
    ).encode()


def post_json(host: str, path: str, body: bytes, key: str) -> bytes:
    """The bytes of an API POST with a key."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


@dataclass
class Outcome:
    """What a run of requests came to. Times in seconds."""

    times: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    finished: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests (or steps) finished per second of the run."""
        return self.finished / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The time below which ``share`` of the requests stayed, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

    @property
    def failures(self) -> dict[int, int]:
        """Answers that are no success, by status."""
        return {status: count for status, count in self.statuses.items() if status >= 400}


Step = Callable[[Connection], int]


class Clock:
    """The measured stretch: it begins when every thread is warm."""

    def __init__(self, seconds: float, threads: int) -> None:
        self.seconds = seconds
        self.begin = self.end = 0.0
        self.warm = threading.Barrier(threads, action=self._start)

    def _start(self) -> None:
        self.begin = time.perf_counter()
        self.end = self.begin + self.seconds


def drive(
    port: int,
    steps: Callable[[int], Iterator[Step]],
    seconds: float,
    connections: int = CONNECTIONS,
) -> Outcome:
    """Run ``connections`` threads for ``seconds``; each takes its next step when done.

    ``steps(number)`` gives a thread its steps; a step makes one or more exchanges and returns
    the last status. Before the clock starts every thread takes :data:`WARM_STEPS` steps, because
    the first requests of a web process load templates and addresses. Raises what a step raised.
    """
    clock = Clock(seconds, connections)
    with ThreadPoolExecutor(connections) as pool:
        work = functools.partial(_work, port, steps, clock)
        parts = list(pool.map(work, range(connections)))
    outcome = Outcome(seconds=seconds)
    for part in parts:
        outcome.times += part.times
        outcome.statuses += part.statuses
        outcome.finished += part.finished
    return outcome


def _work(port: int, steps: Callable[[int], Iterator[Step]], clock: Clock, number: int) -> Outcome:
    connection, mine, todo = Connection(port), Outcome(), steps(number)
    try:
        for _ in range(WARM_STEPS):
            next(todo)(connection)
        clock.warm.wait()
    except BaseException:
        clock.warm.abort()  # the others would wait for ever
        raise
    for step in todo:
        started = time.perf_counter()
        if started >= clock.end:
            break
        status = step(connection)
        done = time.perf_counter()
        mine.finished += done <= clock.end
        mine.times.append(done - started)
        mine.statuses[status] += 1
    connection.close()
    return mine


def asking(requests: list[bytes]) -> Callable[[int], Iterator[Step]]:
    """Steps that ask for ``requests`` in turn, each thread from another place in the list."""

    def steps(number: int) -> Iterator[Step]:
        position = number * len(requests) // CONNECTIONS
        while True:
            request = requests[position % len(requests)]
            yield lambda connection, request=request: connection.exchange(request)[0]
            position += 1

    return steps
