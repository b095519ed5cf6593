"""The operator's notice before a lowering: seen, announced, refused when too short too soon."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shared_apps.audit.models import AuditEntry
from shared_apps.commissions.models import CommissionPolicy
from shared_apps.commissions.policies import notice_days_on
from shared_apps.identity.actions import membership_grant
from tests.doors.commissions.books import overrides_published
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor

PAGE = "/commissions/preavis/"


@pytest.fixture
def today():
    return timezone.localdate()


def sent(days, day, reason="The season opens early"):
    return {"days": str(days), "valid_from": day.isoformat(), "reason": reason}


def test_the_notice_in_force_and_those_to_come_are_shown(admin, today):
    page = admin.get(PAGE).content.decode()
    assert "30 days" in page
    assert "nothing announced" in page
    admin.post(PAGE, sent(45, today))
    admin.post(PAGE, sent(10, today + timedelta(days=45)))
    page = admin.get(PAGE).content.decode()
    assert "45 days" in page
    assert "10 days" in page
    assert "30 days" not in page
    assert (notice_days_on(today), notice_days_on(today + timedelta(days=45))) == (45, 10)


def test_the_trail_says_who_changed_it_and_why(admin, today):
    admin.post(PAGE, sent(45, today))
    entry = AuditEntry.objects.get(verb="notice_set")
    assert (entry.actor_label, entry.before) == ("Ada", {"notice_days": 30})
    assert entry.after == {
        "notice_days": 45,
        "valid_from": today.isoformat(),
        "reason": "The season opens early",
    }


@pytest.mark.parametrize(
    ("days", "later", "reason", "said"),
    [
        (10, 29, "Soon", "at the earliest"),
        (40, -1, "Late", "at the earliest"),
        (40, 0, "", "This field is required."),
        (366, 0, "Long", "less than or equal to 365"),
        (-1, 60, "Odd", "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(admin, today, days, later, reason, said):
    answer = admin.post(PAGE, sent(days, today + timedelta(days=later), reason))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CommissionPolicy.objects.exists()


def test_a_notice_announced_for_a_day_stays(admin, today):
    admin.post(PAGE, sent(40, today))
    answer = admin.post(PAGE, sent(50, today))
    assert "A notice from this day on is set already." in answer.content.decode()
    assert notice_days_on(today) == 40


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("catalogue", 403), ("finance", 403), ("sales", 403)]
)
def test_only_who_may_publish_reaches_it(db, role, status):
    membership_grant(email=f"{role}@op.example", party="operator", role=role)
    client = signed_in(f"{role}@op.example", OPERATOR_HOST)
    assert client.get(PAGE).status_code == status
    assert (PAGE in client.get("/").content.decode()) is (status == 200)


def test_no_agency_and_no_visitor_reaches_it(lumiere, today):
    agency = signed_in("admin@lumiere.example", OPERATOR_HOST)
    assert agency.post(PAGE, sent(40, today)).status_code == 403
    assert "/compte/login/" in visitor(OPERATOR_HOST).post(PAGE, sent(40, today))["Location"]
    assert not CommissionPolicy.objects.exists()


def test_an_agency_is_told_how_many_of_its_overrides_wait_for_the_operator(
    agency_admin, other_admin, lumiere
):
    overrides_published(lumiere, {"name": "Too much", "percent": 19})
    assert "override waiting for TNP" in agency_admin.get("/gestion/").content.decode()
    assert "override waiting for TNP" not in other_admin.get("/gestion/").content.decode()
