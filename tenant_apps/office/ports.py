"""What the operator's console may ask of the agencies' side, besides opening and one sale."""

from typing import Any

from shared_apps.outbox.models import InboundEvent
from tenant_apps.branding.presets import PRESETS
from tenant_apps.payments.webhooks import event_handle


def theme_presets() -> dict[str, dict[str, Any]]:
    """Ready-made looks by code with their four colours, for a picker."""
    return {
        code: {
            name: getattr(preset.tokens, name) for name in ("primary", "accent", "surface", "text")
        }
        for code, preset in PRESETS.items()
    }


def event_retry(event: InboundEvent) -> str:
    """Handle a stored payment event again; answers why it failed, or an empty text.

    ``event_handle`` has stored the failure on the event before it raises, whatever its class;
    here it becomes a sentence for the person who pressed the button.
    """
    try:
        event_handle(event)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""
