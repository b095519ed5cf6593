"""What the person who started the demo reads at the end, and what `var/demo.json` holds.

The product's `demo_seed` command says who can sign in where; this adds the addresses of the
sandbox's own pages. Sign-ins are for the demo's invented people: they are meant to be read.
"""

import copy
import json
from pathlib import Path
from typing import Any

from deploy.sandbox.surroundings import BASE_DOMAIN, Ports

HIDDEN = {"slug", "schema", "name", "url"}
# What speaks for itself needs no label; what one types into an authenticator does.
SHORT = {"email": "", "password": "", "role": "", "otp_secret": "second factor"}
SINGULAR = {"users": "sign-in"}


def facts(
    seeded: dict[str, Any], ports: Ports, *, with_mail: bool, with_stripe: bool
) -> dict[str, Any]:
    """The content of `var/demo.json`: what was seeded and where everything is."""
    found = copy.deepcopy(seeded)
    found.setdefault("operator", {})
    found["operator"].setdefault("url", f"http://tnp.{BASE_DOMAIN}:{ports.web}/")
    for agency in found.get("agencies", []):
        agency.setdefault("url", f"http://{agency.get('slug', '')}.{BASE_DOMAIN}:{ports.web}/")
        agency.setdefault("office_url", f"{agency['url']}gestion/")
    sandbox: dict[str, str] = {"health": f"http://127.0.0.1:{ports.web}/healthz"}
    if with_mail:
        sandbox["mail"] = f"http://127.0.0.1:{ports.mail}/"
    if with_stripe:
        sandbox["stripe"] = f"http://127.0.0.1:{ports.stripe}/"
    found["sandbox"] = sandbox
    return found


def facts_write(found: dict[str, Any], path: Path) -> None:
    """Write `var/demo.json` whole or not at all; it holds API keys, so only its owner reads it."""
    partial = path.with_suffix(".new")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.rename(path)


def announcement(found: dict[str, Any]) -> str:
    """The same facts for a person: one block per place, its address first."""
    blocks = [_block("Operator", found.get("operator", {}))]
    for agency in found.get("agencies", []):
        blocks.append(_block(str(agency.get("name", agency.get("slug", "Agency"))), agency))
    others = {
        key: value
        for key, value in found.items()
        if key not in {"operator", "agencies", "sandbox"} and isinstance(value, dict)
    }
    blocks.extend(
        _block(key.replace("_", " ").capitalize(), value) for key, value in others.items()
    )
    blocks.append(_block("Sandbox", found.get("sandbox", {})))
    return "\n\n".join(block for block in blocks if block)


def _block(title: str, values: dict[str, Any]) -> str:
    lines = [f"  {title}" + (f"  {values['url']}" if values.get("url") else "")]
    for key, value in values.items():
        if key not in HIDDEN and value not in (None, "", [], {}):
            lines.extend(_value_lines(SINGULAR.get(key, key.replace("_", " ")), value))
    return "\n".join(lines) if len(lines) > 1 or values.get("url") else ""


def _value_lines(label: str, value: Any) -> list[str]:
    """One line, or one for each person when the value is a list of sign-ins."""
    if isinstance(value, list):
        return [line for one in value for line in _value_lines(label, one)]
    if isinstance(value, dict):
        shown = [f"{SHORT.get(name, name)} {part}".strip() for name, part in value.items() if part]
        return [f"    {label:<14}{'  '.join(shown)}"]
    return [f"    {label:<14}{value}"]
