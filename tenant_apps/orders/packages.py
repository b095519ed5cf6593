"""Is this sale a package or a single service in the sense of the law (L2)?

Two or more service types for one trip longer than 24 hours or with a night make a package.
"Other" services do not count while they stay under a share of the value (a dated parameter).
The answer is kept on the sale together with the inputs that gave it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tenant_apps.orders.models import OrderLine

OTHER_SERVICE = 4
# (valid from, per cent of the value under which "other" services do not make a package)
MINOR_SHARE: tuple[tuple[str, Decimal], ...] = (("2018-07-01", Decimal(25)),)
DAY = timedelta(hours=24)


def service_type_decide(lines: Iterable[OrderLine]) -> tuple[str, dict[str, Any]]:
    """``("package" | "single", inputs)`` for the lines of one order (L2)."""
    facts = [_facts(line) for line in lines]
    if not facts:
        return "single", {}
    total = sum((fact["amount"] for fact in facts), start=Decimal(0))
    other = sum((f["amount"] for f in facts if f["type"] == OTHER_SERVICE), start=Decimal(0))
    share = (other * 100 / total).quantize(Decimal("0.01")) if total else Decimal(0)
    types = {fact["type"] for fact in facts}
    minor = OTHER_SERVICE in types and share < MINOR_SHARE[-1][1]
    counted = types - {OTHER_SERVICE} if minor else types
    nights = any(fact["nights"] for fact in facts)
    span = max(f["end"] for f in facts) - min(f["start"] for f in facts)
    long_enough = nights or span > DAY
    inputs = {
        "service_types": sorted(types),
        "other_share_percent": str(share),
        "minor_share_percent": str(MINOR_SHARE[-1][1]),
        "hours": int(span.total_seconds() // 3600),
        "night": nights,
    }
    return ("package" if len(counted) > 1 and long_enough else "single"), inputs


def _facts(line: OrderLine) -> dict[str, Any]:
    departure, product = line.snapshot["departure"], line.snapshot["product"]
    start = datetime.fromisoformat(departure["starts_at"])
    end = datetime.fromisoformat(departure["ends_at"])
    return {
        "type": product["service_type"],
        "amount": line.customer_pays,
        "nights": bool(product["nights"]) or start.date() != end.date(),
        "start": start,
        "end": end,
    }
