"""How long before a lowering of commissions is announced: the present notice and those to come.

A longer notice protects agencies and may hold at once; a shorter one is announced by the present
one (:func:`shared_apps.commissions.actions.notice_set`). What was announced is never taken back.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.actions import notice_set
from shared_apps.commissions.models import CommissionPolicy
from shared_apps.commissions.policies import notice_days_on
from shared_apps.identity.access import requires
from shared_apps.operator.filters import DateInput

LONGEST_NOTICE = 365


class NoticeForm(forms.Form):
    """Days of notice, from which day on, and why."""

    days = forms.IntegerField(
        label=_("Days of notice"),
        min_value=0,
        max_value=LONGEST_NOTICE,
        help_text=_(
            "Between publishing a set that may lower a commission and its first sale date."
        ),
    )
    valid_from = forms.DateField(
        label=_("For sets published from"),
        widget=DateInput(),
        help_text=_("A shorter notice is announced by as many days as the present one."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def refused(self, refusal: ValidationError) -> None:
        """Put what the verb refused beside the field it is about."""
        for name, errors in refusal.error_dict.items():
            field = {"notice_days": "days"}.get(name, name)
            self.add_error(field if field in self.fields else None, errors)


@requires("commissions.publish")
def notice(request: HttpRequest) -> HttpResponse:
    """Show the notice in force and those announced, and announce another."""
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            notice_set(**form.cleaned_data)
        except ValidationError as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _now("Saved. Sets published before that day keep theirs."))
            return redirect("operator_notice")
    return render(
        request, "office/commissions/notice.html", _shown(form), status=422 if form.errors else 200
    )


def _shown(form: NoticeForm) -> dict[str, Any]:
    today = timezone.localdate()
    past = CommissionPolicy.objects.filter(valid_from__lte=today)
    return {
        "form": form,
        "present": notice_days_on(today),
        "present_since": past.values_list("valid_from", flat=True).first(),
        "coming": CommissionPolicy.objects.filter(valid_from__gt=today).order_by("valid_from"),
    }
