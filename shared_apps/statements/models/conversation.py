"""The talk about a line, and what happened to a statement. Both are appended, never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shared_apps.statements.models.statement import Statement, StatementLine


class LineMessage(models.Model):
    """One message in the thread of a line; ``side`` is who speaks."""

    class Side(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        AGENCY = "agency", _("Agency")
        PROVIDER = "provider", _("Provider")

    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="messages")
    agency_schema = models.CharField(max_length=63, blank=True)
    side = models.CharField(max_length=8, choices=Side)
    author = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=160)
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.side}"


class StatementEvent(models.Model):
    """What happened to a statement, when and by whom, from its issue on."""

    class Kind(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("statement", "Issued")
        ACCEPTED = "accepted", pgettext_lazy("statement", "Accepted")
        LINE_ACCEPTED = "line_accepted", _("Line accepted")
        LINE_DISPUTED = "line_disputed", _("Line disputed")
        ANSWERED = "answered", _("Answered in the thread")
        ADJUSTED = "adjusted", _("Settled by an adjustment in the next statement")
        UPHELD = "upheld", _("Settled: the line stands")
        COMPARED = "compared", _("Compared with the former portal")
        PART_PAID = "part_paid", _("Part paid")
        PAID = "paid", pgettext_lazy("statement", "Paid")

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="events")
    agency_schema = models.CharField(max_length=63, blank=True)
    kind = models.CharField(max_length=14, choices=Kind)
    line = models.ForeignKey(
        StatementLine, null=True, on_delete=models.PROTECT, related_name="events"
    )
    by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=160, blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("event of a statement")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.kind}"
