"""Sign-in rules of the people who work: no self sign-up, mails in the host's name."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from shared_apps.identity.doors import home_path

FRESH = timedelta(minutes=10)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The home of the office the person works in."""
        return home_path(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The sign-in page of the door, not the shop in front of it."""
        return self.get_login_redirect_url(request)

    def set_password(self, user: Any, password: str) -> None:
        """Write the password alone: an agency's database role may not write whole users."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within ten minutes of signing in: that was the proof.

        Without this an operator would type the password twice within a minute: to sign in,
        and again to be let into the set-up of the second factor that the console insists on.
        """
        user = self.request.user
        if user.last_login and timezone.now() - user.last_login < FRESH:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_user_display(self, user: Any) -> str:
        """The name, or the e-mail address of who has not given one."""
        return str(user)
