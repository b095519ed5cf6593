"""Servers for the payment tests: the double, the outside witness, and a webhook receiver.

Each server is a process of its own on a port of its own. Nothing here sleeps for a guessed time:
the double prints a line when it is ready, the witness is asked until it answers or a deadline
passes.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from deploy.sandbox.ports import free_port, port_answers, wait_until

PROJECT = Path(__file__).resolve().parents[3]
API_KEY = "sk_test_double"
READY = "stripe double ready on "
DEADLINE_SECONDS = 20.0


@dataclass
class Double:
    """A running double: its address and its control door."""

    url: str
    process: subprocess.Popen[str]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(verify=False, timeout=30))

    def control(self, path: str, /, **order: Any) -> dict[str, Any]:
        """POST an order to the control door; the JSON answer."""
        answer = self.client.post(f"{self.url}/_double/{path}", json=order)
        answer.raise_for_status()
        return answer.json()

    def ask(self, path: str, /, **query: Any) -> dict[str, Any]:
        """GET from the control door."""
        answer = self.client.get(f"{self.url}/_double/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def pay(self, session_id: str, **order: Any) -> dict[str, Any]:
        """Pay a session without a browser."""
        return self.control(f"sessions/{session_id}/pay", **order)

    def settle(self, timeout: float = 10) -> dict[str, int]:
        """Wait until every webhook was accepted or given up; how many of each state."""
        return self.control("deliveries/settle", timeout=timeout)["deliveries"]

    def post(self, path: str, form: str, *, key: str | None, **headers: str) -> httpx.Response:
        """A raw API call, for what the SDK would not send."""
        shown = {"Authorization": f"Bearer {API_KEY}"} | headers
        shown["Content-Type"] = headers.get("Content-Type", "application/x-www-form-urlencoded")
        if key is not None:
            shown["Idempotency-Key"] = key
        return self.client.post(self.url + path, content=form, headers=shown)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A raw API read."""
        shown = {"Authorization": f"Bearer {API_KEY}"} | headers
        return self.client.get(self.url + path, headers=shown)


@contextmanager
def running_double(*arguments: str) -> Iterator[Double]:
    """A double with these command-line arguments, ended when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.sandbox.stripe_double", "--port", "0", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        double = Double(_address(process), process)
        yield double
        double.client.close()
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def _address(process: subprocess.Popen[str]) -> str:
    """The address the double prints when ready; a watchdog ends a double that says nothing."""
    watchdog = threading.Timer(DEADLINE_SECONDS, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline() if process.stdout else ""
    finally:
        watchdog.cancel()
    if not line.startswith(READY):
        raise RuntimeError(f"the double did not start: {line!r}")
    return line.removeprefix(READY).strip()


@contextmanager
def running_witness() -> Iterator[str]:
    """localstripe, another double of Stripe that we did not write; its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not wait_until(lambda: port_answers(port), timeout=DEADLINE_SECONDS):
            raise RuntimeError("the witness did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@dataclass
class Received:
    """One webhook as it arrived: the exact bytes and its signature header."""

    body: bytes
    signature: str


@dataclass
class Receiver:
    """A webhook endpoint that keeps what it gets and answers the planned statuses, then 200."""

    url: str = ""
    plan: queue.Queue[int] = field(default_factory=queue.Queue)
    arrived: queue.Queue[Received] = field(default_factory=queue.Queue)

    def next(self, timeout: float = 10) -> Received:
        """The next webhook; fails the test if none arrives in time."""
        return self.arrived.get(timeout=timeout)

    def all_now(self) -> list[Received]:
        """Everything that has arrived and was not taken yet."""
        taken = []
        while not self.arrived.empty():
            taken.append(self.arrived.get_nowait())
        return taken


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A webhook endpoint on a free loopback port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.arrived.put(Received(body, self.headers.get("Stripe-Signature", "")))
            planned = 200 if receiver.plan.empty() else receiver.plan.get_nowait()
            self.send_response(planned)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            page = f"<!doctype html><title>shop</title><p>{self.path.partition('?')[0]}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/stripe/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
