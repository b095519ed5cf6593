"""Loopback ports: find a free one, and see whether something answers.

A port found free can be taken by someone else before it is used. Callers that start a server
therefore retry with another port when the start fails; this module does not pretend to reserve
anything.
"""

import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"


def free_port(preferred: int | None = None) -> int:
    """A loopback TCP port nobody listens on: `preferred` when it is free, else one the system
    picks.
    """
    if preferred and not port_is_taken(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_taken(port: int) -> bool:
    """Whether a server holds `port`. Binds instead of connecting, so that a full backlog still
    counts as taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def port_answers(port: int, *, timeout: float = 1.0) -> bool:
    """Whether a TCP connection to `port` is accepted within `timeout` seconds."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], *, timeout: float, pause: float = 0.05) -> bool:
    """Ask `condition` every `pause` seconds for at most `timeout` seconds; say whether it came
    true.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
