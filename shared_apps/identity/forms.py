"""Forms of the people pages."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shared_apps.identity.models import Membership, User
from shared_apps.identity.rules import roles_of

WORDS_OF_OTHERS = (gettext_noop("Email"), gettext_noop("Email address"))
"""Labels that come with the sign-in pages and whose own French is not the one we use."""


class InvitationForm(forms.Form):
    """What an invited person gives at the first sign-in: a name and a password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 10 characters. A short sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Refuse what the platform's password rules refuse, in their words."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class ProfileForm(forms.ModelForm):
    """What a person may change about themselves."""

    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {
            "language": forms.Select(choices=[("fr", "Français"), ("en", "English")]),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }


class MemberForm(forms.Form):
    """Invite a colleague: where the e-mail goes and what the person may do."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(
        label=_("Language of the e-mail"), choices=[("fr", "Français"), ("en", "English")]
    )

    def __init__(self, *args: Any, party: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Membership.Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in roles_of(party)]
