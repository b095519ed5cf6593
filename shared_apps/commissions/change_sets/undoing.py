"""The one undo of a published change set.

Before its first day a set is withdrawn: its versions never stood, and those before them go on
without an end. From its first day on, another set is published at once that says the opposite, from
today. That lowers what the first set raised, without notice, so it is allowed for
:data:`UNDO_HOURS` only: long enough for a slip, too short for anybody to have counted on it.
A set can be undone once, and an undoing not at all.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.commissions.approvals import requests_supersede
from shared_apps.commissions.books import (
    Book,
    last_versions,
    of_series,
    published,
    series_heads,
)
from shared_apps.commissions.locks import book_lock
from shared_apps.commissions.models import ChangeSetStatus, RuleStatus
from shared_apps.commissions.versions import terms_copied
from shared_apps.commissions.windows import (
    heads_close,
    heads_reopen,
    versions_begin,
    versions_withdraw,
)
from shared_apps.identity.models import User

UNDO_HOURS = 24


@transaction.atomic
def change_set_undo(book: Book, *, change_set: Any, by: User) -> Any:
    """Undo a published set; returns the published set that undid it.

    Raises ValidationError saying why not: not published, undone already, itself an undoing,
    rules that have been changed again since, or too late.
    """
    book_lock(book)
    locked = book.change_sets.select_for_update(of=("self",)).get(pk=change_set.pk)
    versions = list(book.rules.filter(change_set_id=locked.pk).filter(published()))
    _check(book, locked, versions)
    now, today = timezone.now(), timezone.localdate()
    undoing = book.set_model.objects.create(
        name=_("Undoing of “%(name)s”")[:120] % {"name": locked.name[:90]},
        reason=_("Undoing of “%(name)s”")[:400] % {"name": locked.name},
        status=ChangeSetStatus.PUBLISHED,
        applies_from=today,
        author_id=by.pk,
        published_by_id=by.pk,
        published_at=now,
        undoes=locked,
    )
    before = _versions_before(book, versions)
    pending = book.rules.filter(change_set_id=locked.pk, status=RuleStatus.PENDING)
    requests_supersede(book, [version.series_id for version in (*versions, *pending)])
    waiting = [v for v in versions if v.applies_from > today]
    begun = [v for v in versions if v.applies_from <= today]
    _withdraw(book, waiting, before)
    _reverse(book, undoing, begun, before)
    locked.status = ChangeSetStatus.UNDONE
    locked.save(update_fields=["status"])
    change_set.status = locked.status
    audit_record(
        verb="change_set_undo",
        target=locked,
        after={"by": undoing.pk, "withdrawn": len(waiting), "reversed": len(begun)},
    )
    return undoing


def undo_refusal(book: Book, change_set: Any) -> str:
    """Why the set cannot be undone now, or an empty text when it can."""
    versions = list(book.rules.filter(change_set_id=change_set.pk).filter(published()))
    try:
        _check(book, change_set, versions)
    except ValidationError as refusal:
        return str(refusal.messages[0])
    return ""


def _check(book: Book, change_set: Any, versions: list[Any]) -> None:
    if change_set.status == ChangeSetStatus.UNDONE:
        raise ValidationError(_("This change set has been undone already."))
    if change_set.status != ChangeSetStatus.PUBLISHED:
        raise ValidationError(_("Only a published change set can be undone."))
    if change_set.undoes_id is not None:
        raise ValidationError(_("An undoing cannot be undone: draft the change again."))
    keys = [version.series_id for version in versions]
    heads = {head.series_key: head for head in series_heads(book).filter(series_key__in=keys)}
    newer = [v.name for v in versions if heads[v.series_id].pk != v.pk]
    if newer:
        raise ValidationError(
            _("Changed again since: %(rules)s.") % {"rules": ", ".join(newer[:5])}
        )
    begun = [v.applies_from for v in versions if v.applies_from <= timezone.localdate()]
    if begun and timezone.now() > undo_deadline(change_set.published_at, max(begun)):
        raise ValidationError(
            _("It applied for more than %(hours)d hours: draft a new change instead.")
            % {"hours": UNDO_HOURS}
        )


def undo_deadline(published_at: datetime, first_day: date) -> datetime:
    """Until when a set that applies may be undone: hours from its publication or its first day."""
    midnight = timezone.make_aware(datetime.combine(first_day, time.min))
    return max(published_at, midnight) + timedelta(hours=UNDO_HOURS)


def _versions_before(book: Book, versions: list[Any]) -> dict[int, Any]:
    """For each rule, the version that stood before the set; a rule the set made has none."""
    numbers = {version.series_id: version.version for version in versions}
    found: dict[int, Any] = {}
    older = book.rules.filter(published()).order_by("version", "id")
    for version in of_series(older, numbers):
        if version.version < numbers[version.series_id]:
            found[version.series_id] = version
    return found


def _withdraw(book: Book, versions: list[Any], before: dict[int, Any]) -> None:
    for first_day in {version.applies_from for version in versions}:
        mine = [v.pk for v in versions if v.applies_from == first_day]
        versions_withdraw(book, mine, first_day)
    followed = [before[v.series_id].pk for v in versions if v.series_id in before]
    heads_reopen(book, followed)


def _reverse(book: Book, undoing: Any, versions: list[Any], before: dict[int, Any]) -> None:
    """Publish, from today, what stood before each version; a rule the set made ends."""
    drafts = []
    numbers = last_versions(book, [version.series_id for version in versions])
    for version in versions:
        former = before.get(version.series_id)
        source = former or version
        drafts.append(
            book.rule_model(
                **terms_copied(source),
                series=version.series_id,
                version=numbers[version.series_id] + 1,
                retires=former is None or former.retires,
                change_set=undoing,
                created_by_id=undoing.author_id,
                status=RuleStatus.DRAFT,
            )
        )
    made = book.rule_model.objects.bulk_create(drafts, batch_size=1000)
    heads_close(book, [version.pk for version in versions], undoing.applies_from)
    versions_begin(book, [draft.pk for draft in made], undoing.applies_from)
