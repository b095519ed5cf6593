"""Work of this app outside the request: sessions that have ended are thrown away."""

from contextlib import AbstractContextManager

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.isolation import SHARED
from tenants.models import Agency

CHUNK = 1000


@shared_task(name="identity.sessions_forget")
def sessions_forget() -> int:
    """Delete ended sessions of the console and of every agency; returns how many.

    Each schema has a table of its own. :data:`CHUNK` rows a statement, so that no visitor waits
    for a long lock.
    """
    with schema_context(SHARED):
        agencies = list(Agency.objects.order_by("pk"))
    places: list[AbstractContextManager[object]] = [schema_context(SHARED)]
    places += [tenant_context(agency) for agency in agencies]
    return sum(_forget_in(place) for place in places)


def _forget_in(place: AbstractContextManager[object]) -> int:
    forgotten = 0
    with place:
        ended = Session.objects.filter(expire_date__lt=timezone.now())
        while keys := list(ended.values_list("pk", flat=True)[:CHUNK]):
            forgotten += Session.objects.filter(pk__in=keys).delete()[0]
    return forgotten
