"""The environment variables the product gets in the sandbox, and which parts of it are real.

A variable the caller has already set wins, and the part it points to is then not started here:
`DATABASE_URL` set means no embedded PostgreSQL, `REDIS_URL` no embedded Valkey, `EMAIL_URL` no mail
catcher, `STRIPE_API_KEY` no Stripe double. Anything else the caller's shell holds is passed on, so
that `S3_BUCKET` or `HOLD_MINUTES` work as they would in production.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.sandbox.ports import LOOPBACK, free_port

BASE_DOMAIN = "localhost"
STRIPE_DOUBLE_KEY = "sk_test_sandbox"
PREFERRED_PORTS = {"smtp": 1025, "mail": 8025, "stripe": 12111}


@dataclass(frozen=True)
class Ports:
    """Loopback ports of one sandbox."""

    web: int
    smtp: int
    mail: int
    stripe: int

    @classmethod
    def chosen(cls, web: int) -> "Ports":
        """`web` as asked for; the others as usual, or any free one when that is taken."""
        others = {name: free_port(usual) for name, usual in PREFERRED_PORTS.items()}
        return cls(web=web, **others)


def is_real(part: str, given: Mapping[str, str]) -> bool:
    """Whether the caller's environment points `part`, a variable, at a service of its own."""
    return bool(given.get(part))


def secret_kept(path: Path) -> str:
    """A random secret, drawn once and kept in `path`, which only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def product_environment(
    given: Mapping[str, str], *, var: Path, ports: Ports, database_url: str, redis_url: str
) -> dict[str, str]:
    """Everything the product's processes see. `given` is the caller's environment."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "SECRET_KEY": secret_kept(var / "secret-key"),
        "DEBUG": "0",
        # Plain http on *.localhost: cookies cannot carry the Secure attribute.
        "INSECURE_LOCAL": "1",
        "BASE_DOMAIN": BASE_DOMAIN,
        "PUBLIC_PORT": str(ports.web),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "CELERY_BROKER_URL": redis_url,
        "EMAIL_URL": f"smtp://{LOOPBACK}:{ports.smtp}",
        "MEDIA_ROOT": str(var / "media"),
        "STATIC_ROOT": str(var / "static"),
        "PYTHONUNBUFFERED": "1",
    }
    if not is_real("STRIPE_API_KEY", given):
        environment["STRIPE_API_KEY"] = STRIPE_DOUBLE_KEY
        environment["STRIPE_WEBHOOK_SECRET"] = f"whsec_{secret_kept(var / 'stripe-secret')}"
        environment["STRIPE_API_BASE"] = f"http://{LOOPBACK}:{ports.stripe}"
    return {**environment, **{name: value for name, value in given.items() if value}}
