"""Drafts, the dry run, publishing and the one undo, through the operator's pages."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from shared_apps.audit.models import AuditEntry
from shared_apps.commissions.books import operator_book
from shared_apps.commissions.change_sets import draft_open, rule_draft
from shared_apps.commissions.models import ChangeSet, CommissionRule
from shared_apps.identity.models import User
from tests.doors.commissions.books import (
    GRID,
    drafts_of,
    form_of,
    published_percent,
    rule_named,
)

ADMIN = "admin@tnp.example"
TODAY = timezone.localdate


def _drafted(admin, percent="14"):
    rule = rule_named("Sunset boat")
    admin.post(f"{GRID}modifier/", {"rule": [rule.pk], "set-percent": percent})
    return ChangeSet.objects.get(author__email=ADMIN, status="draft")


def _publish(admin, change_set, **changes):
    sent = {"reason": "Agreed", "applies_from": TODAY().isoformat(), "accept_findings": "on"}
    return admin.post(f"{GRID}lots/{change_set.pk}/publier/", {**sent, **changes})


def test_the_dry_run_shows_before_and_after_and_who_may_earn_less(admin):
    change_set = _drafted(admin, "9")
    page = admin.get(f"{GRID}lots/{change_set.pk}/").content.decode()
    assert "<del>" in page
    assert "12 %" in page
    assert "9 %" in page
    assert "gives 9 % instead of 12 %" in page
    assert "all agencies" in page
    assert "30 days of notice are due" in page


def test_publishing_makes_the_next_version_and_keeps_the_past(admin):
    change_set = _drafted(admin)
    answer = _publish(admin, change_set)
    assert answer.status_code == 302
    old, new = CommissionRule.objects.filter(name="Sunset boat").order_by("version")
    assert (old.percent, old.applies_to) == (Decimal(12), TODAY() - timedelta(days=1))
    assert (new.percent, new.applies_from) == (Decimal(14), TODAY())
    entry = AuditEntry.objects.filter(verb="change_set_publish").first()
    assert entry.actor_label == "Ada"
    assert entry.after["reason"] == "Agreed"


def test_a_publication_needs_its_reason_and_stays_a_draft_without(admin):
    change_set = _drafted(admin)
    answer = _publish(admin, change_set, reason=" ")
    assert answer.status_code == 422
    change_set.refresh_from_db()
    assert change_set.status == "draft"


def test_a_lower_commission_waits_for_its_notice(admin):
    change_set = _drafted(admin, "9")
    page = _publish(admin, change_set)
    assert page.status_code == 422
    assert "30 days of notice are due" in page.content.decode()
    later = TODAY() + timedelta(days=30)
    assert _publish(admin, change_set, applies_from=later.isoformat()).status_code == 302
    assert CommissionRule.objects.get(version=2).applies_from == later


def test_a_published_set_is_undone_once_from_its_page(admin):
    change_set = _drafted(admin)
    _publish(admin, change_set)
    address = f"{GRID}lots/{change_set.pk}/"
    assert "Undo the whole set" in admin.get(address).content.decode()
    admin.post(f"{address}annuler/")
    assert rule_named("Sunset boat").percent == 12
    assert "Undo the whole set" not in admin.get(address).content.decode()
    said = admin.post(f"{address}annuler/", follow=True).content.decode()
    assert "has been undone already" in said


def test_one_draft_is_taken_out_and_the_rest_stays(admin):
    rules = [rule_named("Sunset boat").pk, rule_named("Default of the network").pk]
    admin.post(f"{GRID}modifier/", {"rule": rules, "set-percent": "13"})
    draft = drafts_of(ADMIN)["Sunset boat"]
    admin.post(f"{GRID}lots/{draft.change_set_id}/retirer/{draft.pk}/")
    assert set(drafts_of(ADMIN)) == {"Default of the network"}


def test_a_discarded_draft_is_gone_and_no_rule_has_changed(admin):
    change_set = _drafted(admin)
    admin.post(f"{GRID}lots/{change_set.pk}/abandonner/")
    change_set.refresh_from_db()
    assert change_set.status == "discarded"
    assert drafts_of(ADMIN) == {}
    assert rule_named("Sunset boat").percent == 12


def test_a_draft_that_somebody_overtook_is_marked_and_cannot_be_published(admin):
    change_set = _drafted(admin)
    published_percent("Sunset boat", "13")
    page = admin.get(f"{GRID}lots/{change_set.pk}/").content.decode()
    assert "Somebody else published this rule since" in page
    assert _publish(admin, change_set).status_code == 422
    assert rule_named("Sunset boat").percent == 13


def test_the_list_says_who_changed_what_why_and_from_when(admin):
    _publish(admin, _drafted(admin))
    page = admin.get(f"{GRID}lots/").content.decode()
    for said in ("Agreed", "Ada", "Published", TODAY().strftime("%d/%m/%Y")):
        assert said in page


def test_the_form_of_a_rule_drafts_and_its_page_tells_its_versions(admin):
    rule = rule_named("Sunset boat")
    form = form_of(rule, percent="15", cap="40", currency="eur", channels=["shop"])
    admin.post(f"{GRID}regles/{rule.pk}/modifier/", form)
    draft = drafts_of(ADMIN)["Sunset boat"]
    assert (draft.percent, draft.cap, draft.currency) == (15, 40, "EUR")
    assert draft.channels == ["shop"]
    _publish(admin, draft.change_set, applies_from=(TODAY() + timedelta(days=30)).isoformat())
    page = admin.get(f"{GRID}regles/R/{rule.pk}/").content.decode()
    assert "Version 2" in page
    assert "12 % → 15 %" in page


def test_a_second_editor_sees_the_comparison_and_drafts_nothing(admin):
    rule = rule_named("Sunset boat")
    form = form_of(rule, percent="15")
    published_percent("Sunset boat", "13")
    answer = admin.post(f"{GRID}regles/{rule.pk}/modifier/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this in the meantime" in page
    assert "<td>15</td><td>13</td>" in page
    assert drafts_of(ADMIN) == {}
    newest = rule_named("Sunset boat")
    admin.post(f"{GRID}regles/{rule.pk}/modifier/", {**form, "version": newest.version})
    assert drafts_of(ADMIN)["Sunset boat"].version == 3


def test_a_new_rule_names_what_it_is_for_by_public_codes(admin):
    form = {
        "name": "Kayak",
        "product": "kayak-sea",
        "agency": "ocean",
        "base": "margin",
        "percent": "40",
        "position": "10",
    }
    assert admin.post(f"{GRID}nouvelle/", form).status_code == 302
    draft = drafts_of(ADMIN)["Kayak"]
    assert (draft.product.reference, draft.agency.slug, draft.series) == (
        "KAYAK-SEA",
        "ocean",
        None,
    )
    unknown = admin.post(f"{GRID}nouvelle/", {**form, "product": "NOPE"})
    assert unknown.status_code == 422
    assert "Nothing is called “NOPE”." in unknown.content.decode()


def test_terms_that_make_no_sense_stay_in_the_form_with_the_reason(admin):
    form = {
        "name": "Odd", "base": "sale_price", "percent": "10", "floor": "50", "cap": "20",
        "currency": "EUR", "position": "100",
    }  # fmt: skip
    answer = admin.post(f"{GRID}nouvelle/", form)
    assert answer.status_code == 422
    assert "The cap is below the floor." in answer.content.decode()
    assert drafts_of(ADMIN) == {}


def test_retiring_is_a_draft_like_any_other(admin):
    rule = rule_named("Sunset boat")
    admin.post(f"{GRID}regles/{rule.pk}/retirer/")
    draft = drafts_of(ADMIN)["Sunset boat"]
    assert draft.retires
    page = admin.get(f"{GRID}lots/{draft.change_set_id}/").content.decode()
    assert "the next rule in order decides" in page


def test_the_example_computes_with_the_products_own_price(admin):
    typed = {"product": "BOAT-DUSK", "base": "sale_price", "percent": "12", "position": "100"}
    page = admin.get(f"{GRID}exemple/", typed).content.decode()
    assert "€34.00" in page
    assert "€4.08" in page
    assert "€1.02" in page  # what stays with TNP of 15 %


def test_suggestions_follow_what_is_typed(admin):
    page = admin.get(f"{GRID}choix/", {"product": "gabare"}).content.decode()
    assert 'value="BOAT-DUSK"' in page
    assert "STAY-LOIRE" not in page


def test_a_new_rule_is_gone_on_with_until_it_is_published(admin):
    form = {"name": "Kayak", "product": "KAYAK-SEA", "base": "sale_price", "percent": "14",
            "position": "100"}  # fmt: skip
    admin.post(f"{GRID}nouvelle/", form)
    draft = drafts_of(ADMIN)["Kayak"]
    dry_run = f"{GRID}lots/{draft.change_set_id}/"
    edit = f"{GRID}regles/{draft.pk}/modifier/"
    assert admin.get(f"{GRID}regles/R/{draft.pk}/")["Location"] == dry_run
    assert edit in admin.get(dry_run).content.decode()
    assert 'value="14"' in admin.get(edit).content.decode()
    admin.post(edit, {**form, "percent": "15", "version": draft.version})
    assert [d.percent for d in drafts_of(ADMIN).values()] == [15]


def test_somebody_elses_new_rule_is_not_edited_from_its_number(admin):
    author = User.objects.get(email="finance@tnp.example")
    change_set = draft_open(operator_book(), author=author)
    theirs = rule_draft(operator_book(), change_set=change_set, changes={"name": "Theirs"})
    assert admin.get(f"{GRID}regles/{theirs.pk}/modifier/").status_code == 404
