"""Calling a worker after the commit: once, cheaply, and never at the price of the sale."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import tenant_context
from kombu.exceptions import OperationalError

from shared_apps.outbox import kick as kick_module
from shared_apps.outbox.actions import message_add
from shared_apps.outbox.kick import FLAG, flag_lower, kick, kick_after_commit
from shared_apps.outbox.models import Message
from shared_apps.outbox.tasks import outbox_deliver_due
from tests.domain.outbox.conftest import KIND, add


@pytest.fixture
def calls(settings, monkeypatch) -> list[dict]:
    """What would have been put on the queue."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    sent: list[dict] = []
    monkeypatch.setattr(
        kick_module.current_app, "send_task", lambda name, **options: sent.append({name: options})
    )
    kick_module.pause.end()
    yield sent
    kick_module.pause.end()


def _add_many(count: int) -> None:
    for number in range(count):
        message_add(kind=KIND, dedupe_key=f"many {number}", payload={"text": str(number)})


def test_a_thousand_messages_of_one_transaction_call_one_worker(
    calls, in_lumiere, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        _add_many(1000)
        assert calls == []  # nothing leaves before the commit
    assert callbacks == [kick]
    assert len(calls) == 1


def test_the_worker_is_called_into_the_shared_schema_and_only_for_a_while(
    calls, in_lumiere, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        _add_many(1)
    (options,) = calls[0].values()
    assert options["headers"] == {"_schema_name": "shared"}
    assert options["retry"] is False
    assert options["expires"] == 30


def test_while_a_called_worker_has_not_begun_nobody_calls_another(calls, db):
    assert [kick(), kick(), kick()] == [True, False, False]
    flag_lower()  # it begins
    assert kick() is True
    assert len(calls) == 2


def test_a_message_in_a_savepoint_that_is_undone_does_not_swallow_the_call(
    calls, in_lumiere, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _add_many(1)
            raise ZeroDivisionError
        message_add(kind=KIND, dedupe_key="kept", payload={"text": "kept"})
    assert len(calls) == 1


def test_a_transaction_that_is_undone_calls_nobody(
    calls, in_lumiere, django_capture_on_commit_callbacks
):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        _add_many(1)
        raise ZeroDivisionError
    assert calls == []


def test_a_queue_that_is_down_is_left_alone_and_the_sale_goes_on(
    calls, in_lumiere, monkeypatch, django_capture_on_commit_callbacks
):
    tried = []

    def refuse(_name, **_options):
        tried.append(1)
        raise OperationalError("connection refused")

    monkeypatch.setattr(kick_module.current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        _add_many(1)
    assert [kick(), kick()] == [False, False]
    assert len(tried) == 1  # the others did not even try
    assert Message.objects.filter(kind=KIND).count() == 1
    assert caches["platform"].get(FLAG) is None  # nobody waits for a call that was never made


def test_eager_tasks_never_send_from_inside_the_request(
    calls, settings, django_capture_on_commit_callbacks, db
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks() as callbacks:
        kick_after_commit()
    assert callbacks == []


def test_the_task_delivers_everything_and_lowers_the_flag(register, db):
    Message.objects.all().delete()
    for number in range(60):
        add("ocean", f"message {number}")
    caches["platform"].set(FLAG, 1)
    assert outbox_deliver_due() == 60
    assert caches["platform"].get(FLAG) is None
    assert len(register.texts) == 60


def test_the_command_makes_one_pass_for_cron(register, lumiere, capsys):
    Message.objects.all().delete()
    add("lumiere", "hello")
    with tenant_context(lumiere):
        call_command("outbox_deliver")
    assert capsys.readouterr().out == "1 messages tried\n"
    assert register.texts == ["hello"]
    assert connection.schema_name == "shared"
