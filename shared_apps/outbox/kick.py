"""Wakes a worker as soon as a transaction with messages is committed.

The schedule looks at the outbox every few seconds anyway; the kick only makes the first mail
leave within a second. It may therefore fail, and it must cost a sale nothing:

* one kick a transaction, however many messages it adds;
* one kick in the queue at a time: a flag in the shared cache says that a worker has been called
  and has not begun. The worker lowers it before it looks, so a message committed later calls
  again, and none committed earlier is overlooked;
* a queue that does not answer is left alone for :data:`PAUSE_SECONDS`.

With eager tasks (tests) nobody is called: eager means "inside the request", which is what the
outbox exists to avoid. Tests deliver when they want to.
"""

import threading
import time
from functools import lru_cache

import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from kombu.exceptions import KombuError
from kombu.pools import ProducerPool
from redis.exceptions import RedisError

from tenants.isolation import SHARED

log = structlog.get_logger(__name__)
TASK = "outbox.deliver_due"
FLAG = "outbox:called"
FLAG_SECONDS = 5
PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 1.0
POOL_SIZE = 4
# A worker that comes later than the schedule has nothing left to do.
EXPIRES_SECONDS = 30
QUEUE_DOWN = (KombuError, RedisError, OSError)


class _Pause:
    """Until when this process leaves a silent queue alone (monotonic seconds)."""

    def __init__(self) -> None:
        self.until = 0.0
        self.lock = threading.Lock()

    def start(self) -> None:
        with self.lock:
            self.until = time.monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        with self.lock:
            self.until = 0.0

    @property
    def running(self) -> bool:
        return time.monotonic() < self.until


pause = _Pause()


def kick_after_commit() -> None:
    """Call a worker after the current transaction; at once when there is none."""
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return
    # Django forgets callbacks of a savepoint that is rolled back, so what stands in its list
    # is exactly what will run; a flag of our own would lie after such a rollback.
    if any(entry[1] is kick for entry in connection.run_on_commit):
        return
    transaction.on_commit(kick, robust=True)


def kick() -> bool:
    """Call a worker now, unless one has been called already; True when the call was sent.

    Never raises for a cache or queue that is down: the schedule delivers then.
    """
    if pause.running or not _raise_flag():
        return False
    try:
        _send()
    except QUEUE_DOWN as error:
        log.warning("outbox_kick_failed", error=type(error).__name__)
        pause.start()
        flag_lower()
        return False
    return True


def _send() -> None:
    with _producers().acquire(block=True, timeout=PATIENCE_SECONDS) as producer:
        current_app.send_task(
            TASK,
            producer=producer,
            headers={"_schema_name": SHARED},
            retry=False,
            ignore_result=True,
            expires=EXPIRES_SECONDS,
        )


@lru_cache(maxsize=1)
def _producers() -> ProducerPool:
    """Connections of our own: Celery's wait six seconds for a queue that is down."""
    connection = current_app.connection_for_write()
    connection.transport_options = {
        **connection.transport_options,
        "max_retries": 1,
        "interval_start": 0,
        "interval_max": 0,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
    }
    return ProducerPool(connection.Pool(POOL_SIZE), limit=POOL_SIZE)


def flag_lower() -> None:
    """A worker has begun: whoever commits from now on calls again."""
    try:
        caches["platform"].delete(FLAG)
    except QUEUE_DOWN:
        log.warning("outbox_flag_unknown")


def _raise_flag() -> bool:
    try:
        return bool(caches["platform"].add(FLAG, 1, FLAG_SECONDS))
    except QUEUE_DOWN:
        # Without the cache one call too many is harmless, one too few is slow.
        return True
