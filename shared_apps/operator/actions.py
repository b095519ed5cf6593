"""What the operator does from the console and no other app owns: agencies on and off, retries."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.network.actions import agreement_set
from shared_apps.outbox.models import Message
from tenants.models import Agency


class OperatorRefused(ValueError):
    """The verb was not done; ``message`` says why in a sentence."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def agency_suspend(*, agency: Agency, reason: str) -> None:
    """Close an agency's shop, office and API at once; nothing of it is lost (R24).

    Raises OperatorRefused: ``no_reason``, ``not_active``.
    """
    if not reason.strip():
        raise OperatorRefused("no_reason", _("Give the reason: it is kept with the decision."))
    _status_move(agency, Agency.Status.ACTIVE, Agency.Status.SUSPENDED, reason.strip())


def agency_reactivate(*, agency: Agency) -> None:
    """Open a suspended agency again. Raises OperatorRefused: ``not_suspended``."""
    _status_move(agency, Agency.Status.SUSPENDED, Agency.Status.ACTIVE, "")


def _status_move(agency: Agency, origin: str, to: str, reason: str) -> None:
    with transaction.atomic():
        found = Agency.objects.select_for_update().get(pk=agency.pk)
        if found.status != origin:
            raise OperatorRefused(
                f"not_{origin}",
                _("This agency is %(status)s: nothing was changed.")
                % {"status": found.get_status_display().lower()},
            )
        found.status = to
        found.save(update_fields=["status"])
        audit_record(
            verb="agency.status",
            target=found,
            before={"status": origin},
            after={"status": to, "reason": reason},
        )
    agency.status = to


def agency_trained(*, agency: Agency, by: User) -> None:
    """Note that the agency has been trained, by whom and when (R20)."""
    agreement_set(agency=agency, trained_at=timezone.now(), trained_by=by)


def message_retry(*, message: Message) -> None:
    """Deliver a given-up message again, from now. Raises OperatorRefused: ``not_failed``."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state=Message.State.FAILED).update(
            state=Message.State.DUE, available_at=timezone.now(), attempts=0
        )
        if not changed:
            raise OperatorRefused("not_failed", _("This message is not given up."))
        audit_record(
            verb="message.retry",
            target=message,
            before={"state": Message.State.FAILED.value, "attempts": message.attempts},
            after={"state": Message.State.DUE.value},
        )
