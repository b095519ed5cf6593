"""What is kept only for a while is thrown away: answers of the API and ended sessions."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from shared_apps.identity import tasks as identity_tasks
from shared_apps.identity.tasks import sessions_forget
from tenant_apps.orders import tasks as order_tasks
from tenant_apps.orders.models import IdempotencyRecord
from tenant_apps.orders.tasks import answers_forget
from tenants.isolation import SHARED


def _answers(agency, **ages):
    with tenant_context(agency):
        for key, days in ages.items():
            record = IdempotencyRecord.objects.create(key=key, fingerprint="x")
            made = timezone.now() - timedelta(days=days)
            IdempotencyRecord.objects.filter(pk=record.pk).update(created_at=made)


def _kept(agency):
    with tenant_context(agency):
        return sorted(IdempotencyRecord.objects.values_list("key", flat=True))


@pytest.mark.parametrize("chunk", [1, 1000])
def test_answers_are_forgotten_after_thirty_days_in_every_agency(
    lumiere, ocean, monkeypatch, chunk
):
    monkeypatch.setattr(order_tasks, "CHUNK", chunk)
    _answers(lumiere, fresh=0, month=29.9, old=30.1, older=400)
    _answers(ocean, fresh=1, old=31)
    assert answers_forget() == 3
    assert _kept(lumiere) == ["fresh", "month"]
    assert _kept(ocean) == ["fresh"]
    assert answers_forget() == 0


def _sessions(**ends):
    for key, minutes in ends.items():
        end = timezone.now() + timedelta(minutes=minutes)
        Session.objects.create(session_key=key, session_data="", expire_date=end)


def _session_keys():
    return sorted(Session.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("chunk", [1, 1000])
def test_ended_sessions_are_forgotten_in_every_schema(lumiere, ocean, monkeypatch, chunk):
    monkeypatch.setattr(identity_tasks, "CHUNK", chunk)
    places = [schema_context(SHARED), tenant_context(lumiere), tenant_context(ocean)]
    for place in places:
        with place:
            _sessions(open=5, ended=-1, long_ago=-100_000)
    assert sessions_forget() == 6
    for place in (schema_context(SHARED), tenant_context(lumiere), tenant_context(ocean)):
        with place:
            assert _session_keys() == ["open"]
    assert sessions_forget() == 0
