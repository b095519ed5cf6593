"""Sign-in rules of the people who work: no self sign-up, mails in the host's name."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The home of the door the person came in by."""
        return "/gestion/" if request.door == "agency" else "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The sign-in page of the door, not the shop in front of it."""
        return self.get_login_redirect_url(request)

    def set_password(self, user: Any, password: str) -> None:
        """Write the password alone: an agency's database role may not write whole users."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_user_display(self, user: Any) -> str:
        return str(user)
