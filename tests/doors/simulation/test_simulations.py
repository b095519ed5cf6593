"""Simulations in the console: asking, reading, exporting, and who may."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from kombu.exceptions import OperationalError

from shared_apps.audit.models import AuditEntry
from shared_apps.commissions.models import ChangeSet, ChangeSetStatus, CommissionRule
from shared_apps.identity.models import User
from shared_apps.simulation import tasks
from shared_apps.simulation.models import SimulationRun
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor
from tests.selling import sold


@pytest.fixture
def admin(db):
    """The operator's administrator, signed in with a second factor."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


@pytest.fixture
def drafts(db):
    """A change set that raises the boat's commission from 12 to 15 %."""
    author = User.objects.get(email="admin@tnp.example")
    found = ChangeSet.objects.create(name="Autumn rates", author=author)
    boat = CommissionRule.objects.get(name="Sunset boat")
    CommissionRule.objects.create(
        name="Sunset boat", product=boat.product, percent=Decimal(15), series=boat.pk,
        version=2, change_set=found,
    )  # fmt: skip
    return found


@pytest.fixture
def order(lumiere):
    """Two adults on the boat: 68.00, sold today."""
    with tenant_context(lumiere):
        return sold("BOAT-DUSK", adult=2)


def asked(drafts, **fields):
    """The form as it is sent."""
    today = timezone.localdate().isoformat()
    return {
        "change_set": drafts.pk, "period_from": today, "period_to": today, "margin_floor": "1",
        **fields,
    }  # fmt: skip


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_run_is_asked_for_carried_out_and_found_again(admin, drafts, order):
    assert "Autumn rates (1)" in admin.get("/simulations/nouvelle/").content.decode()
    answer = admin.post("/simulations/nouvelle/", asked(drafts))
    run = SimulationRun.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/simulations/{run.pk}/"
    assert (run.status, run.progress, run.lines) == ("done", 100, 1)
    page = admin.get(f"/simulations/{run.pk}/").content.decode()
    for amount in ("€8.16", "€10.20", "€2.04", "€0.00", "€57.80"):
        assert amount in page
    assert f"/ventes/lumiere/{order.reference}/" in page
    assert "Autumn rates" in admin.get("/simulations/").content.decode()
    assert AuditEntry.objects.filter(verb="simulation.ask").count() == 1


def test_every_table_of_a_result_exports_what_it_shows(admin, drafts, order):
    admin.post("/simulations/nouvelle/", asked(drafts))
    run = SimulationRun.objects.get()
    (agency,) = rows_of(admin.get(f"/simulations/{run.pk}/periode/agences/?export=csv"))
    assert (agency["Agency"], agency["Change for agencies"]) == ("Lumière Voyages", "2.040")
    assert agency["Change for the operator"] == "-2.040"
    (provider,) = rows_of(admin.get(f"/simulations/{run.pk}/periode/prestataires/?export=csv"))
    assert provider["Provider"] == "Les Échappées du Fleuve"
    assert Decimal(provider["Change for the provider"]) == 0
    for part in ("lignes", "plancher"):
        (line,) = rows_of(admin.get(f"/simulations/{run.pk}/reservations/{part}/?export=csv"))
        assert line["Order"] == order.reference
    book = admin.get(f"/simulations/{run.pk}/periode/agences/?export=xlsx")
    assert book.content.startswith(b"PK")
    assert admin.get(f"/simulations/{run.pk}/demain/agences/").status_code == 404
    assert admin.get(f"/simulations/{run.pk}/periode/clients/").status_code == 404


def test_a_period_that_ends_before_it_begins_is_refused_in_words(admin, drafts):
    answer = admin.post("/simulations/nouvelle/", asked(drafts, period_to="2020-01-01"))
    assert answer.status_code == 422
    assert "The period ends before it begins." in answer.content.decode()
    assert SimulationRun.objects.count() == 0


def test_a_published_set_is_not_offered_and_not_taken(admin, drafts):
    drafts.status = ChangeSetStatus.PUBLISHED
    drafts.save()
    assert "There is no draft to simulate" in admin.get("/simulations/nouvelle/").content.decode()
    assert admin.post("/simulations/nouvelle/", asked(drafts)).status_code == 422
    assert SimulationRun.objects.count() == 0


def test_a_set_published_before_its_turn_says_so(admin, drafts, monkeypatch):
    monkeypatch.setattr(tasks.simulation_run, "delay", lambda pk: None)
    admin.post("/simulations/nouvelle/", asked(drafts))
    run = SimulationRun.objects.get()
    waiting = admin.get(f"/simulations/{run.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "Waiting for a worker" in admin.get(f"/simulations/{run.pk}/avance/").content.decode()
    drafts.status = ChangeSetStatus.PUBLISHED
    drafts.save()
    tasks.simulation_run(run.pk)
    assert admin.get(f"/simulations/{run.pk}/avance/")["HX-Refresh"] == "true"
    assert "was published or discarded before" in admin.get(
        f"/simulations/{run.pk}/"
    ).content.decode().replace("\n", " ")


@pytest.mark.parametrize(
    ("email", "reads", "asks"),
    [
        ("admin@tnp.example", 200, 200),
        ("finance@tnp.example", 200, 403),
        ("admin@lumiere.example", 403, 403),
        ("sales@ocean.example", 403, 403),
    ],
)
def test_the_operator_reads_and_only_who_changes_rules_asks(
    admin, drafts, order, email, reads, asks
):
    admin.post("/simulations/nouvelle/", asked(drafts))
    run = SimulationRun.objects.get()
    person = signed_in(email, OPERATOR_HOST)
    for address in ("", f"{run.pk}/", f"{run.pk}/avance/", f"{run.pk}/periode/agences/"):
        assert person.get(f"/simulations/{address}").status_code == reads
    assert person.get("/simulations/nouvelle/").status_code == asks


def test_an_agency_finds_no_simulation_on_its_own_host(drafts, order):
    for slug in ("lumiere", "ocean"):
        person = signed_in(f"admin@{slug}.example", f"{slug}.localhost")
        assert person.get("/simulations/").status_code == 404
        assert person.get("/gestion/simulations/").status_code == 404
    assert visitor(OPERATOR_HOST).get("/simulations/").status_code == 302


def test_a_run_whose_worker_is_gone_says_so_and_stops_asking(admin, drafts):
    long_ago = timezone.now() - timedelta(minutes=20)
    run = SimulationRun.objects.create(
        author=User.objects.get(email="admin@tnp.example"),
        change_set=drafts,
        name=drafts.name,
        period_from="2026-01-01",
        period_to="2026-01-31",
        status="running",
        step="replay",
        progress=50,
        moved_at=long_ago,
    )
    page = admin.get(f"/simulations/{run.pk}/").content.decode()
    assert "no sign of life" in page
    assert "hx-trigger" not in page.split('id="progress"')[1]


def test_a_queue_that_does_not_answer_is_told_at_once(admin, drafts, monkeypatch):
    def silent(pk):
        raise OperationalError("nobody there")

    monkeypatch.setattr(tasks.simulation_run, "delay", silent)
    answer = admin.post("/simulations/nouvelle/", asked(drafts), follow=True)
    assert SimulationRun.objects.get().failure == "no_queue"
    assert "The queue of background work does not answer." in answer.content.decode()


def test_a_run_that_breaks_says_so_and_is_not_begun_again(admin, drafts, monkeypatch):
    def broken(run):
        raise ValueError("broken on purpose")

    monkeypatch.setattr(tasks.simulation_run, "delay", lambda pk: None)
    admin.post("/simulations/nouvelle/", asked(drafts))
    run = SimulationRun.objects.get()
    monkeypatch.setattr(tasks, "simulation_carry_out", broken)
    with pytest.raises(ValueError, match="on purpose"):
        tasks.simulation_run(run.pk)
    page = admin.get(f"/simulations/{run.pk}/").content.decode()
    assert "Something went wrong." in page
    tasks.simulation_run(run.pk)  # over: left alone, so nothing is raised
    assert SimulationRun.objects.get().status == "failed"
