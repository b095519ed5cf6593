"""Threads that start together, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django_tenants.utils import tenant_context

from tenants.models import Agency


def race(works: list[Callable[[], Any]]) -> list[Any]:
    """Run every ``work`` in a thread of its own, all at once; their results or exceptions."""
    start = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def inside(agency: Agency, work: Callable[[], Any]) -> Callable[[], Any]:
    """``work`` inside ``agency``, for a thread that begins outside every agency."""

    def run() -> Any:
        with tenant_context(agency):
            return work()

    return run
