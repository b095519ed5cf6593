"""Two people edit one thing: the second sees both versions and decides (R32).

A form over a versioned row carries the version it was filled from. When the row has moved on,
nothing is written: the page comes back with what the person typed, and beside each field that
differs what stands there now and who changed it last. Saving again from there is a decision,
not an accident, because the form then carries the version that was compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from shared_apps.audit.models import AuditEntry


class VersionedForm(forms.Form):
    """A form that remembers the version of the row it was shown from."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Difference:
    """One field in which the two versions differ."""

    label: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Conflict:
    """What differs between the typed form and the row as it stands, and who changed it last."""

    differences: list[Difference]
    last_change: AuditEntry | None


def conflict_of(
    form: VersionedForm, row: models.Model, current: Mapping[str, Any]
) -> Conflict | None:
    """The conflict between a valid ``form`` and ``row`` (``current``: its values by field).

    None when the form was filled from the row's present version. Otherwise the form's hidden
    version is moved to the present one, so that the next save is a decision.
    """
    if form.cleaned_data["version"] == row.version:  # type: ignore[attr-defined]
        return None
    differences = [
        Difference(form.fields[name].label, form.cleaned_data[name], theirs)
        for name, theirs in current.items()
        if form.cleaned_data.get(name) != theirs
    ]
    last = AuditEntry.objects.filter(
        object_type=row._meta.label_lower, object_id=str(row.pk)
    ).first()
    form.data = {**form.data.dict(), "version": str(row.version)}  # type: ignore[attr-defined]
    return Conflict(differences, last)
