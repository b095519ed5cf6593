"""People who work: one :class:`User`, and memberships that say where and as what.

A user alone may do nothing. Permissions come only from the membership of the current host
(:mod:`shared_apps.identity.rules`). Customers are not users: they live in their agency's
schema, so two brands share no identity.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user; without a password the account waits for its invitation."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who works for the operator, an agency or a provider."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """What a user is, for whom. R1's account types are ``party``; R30's roles are ``role``."""

    class Party(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        AGENCY = "agency", _("Agency")
        PROVIDER = "provider", _("Provider")

    class Role(models.TextChoices):
        ADMIN = "admin", _("Administrator")
        CATALOGUE = "catalogue", _("Catalogue")
        FINANCE = "finance", _("Finance")
        SALES = "sales", _("Sales")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    party = models.CharField(max_length=10, choices=Party)
    role = models.CharField(max_length=12, choices=Role)
    agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    provider = models.ForeignKey(
        "catalog.Provider",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.CheckConstraint(
                name="membership_party_target",
                condition=Q(party="operator", agency=None, provider=None)
                | Q(party="agency", agency__isnull=False, provider=None)
                | Q(party="provider", agency=None, provider__isnull=False),
            ),
            models.UniqueConstraint(
                name="membership_once",
                fields=["user", "party", "agency", "provider"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_party_display()} ({self.get_role_display()})"


class Invitation(models.Model):
    """A first sign-in by e-mail: the token's hash is kept, never the token."""

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="invitation"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.membership_id}"
