"""What the OpenAPI document says beside the shapes: errors, the repeat header, examples."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from tenant_apps.orders.api.idempotency import MAX_LENGTH
from tenant_apps.orders.api.problems import CONTENT_TYPE
from tenant_apps.orders.api.serializers import ProblemSerializer

_ERRORS = {
    400: "Malformed request",
    401: "No key, or one that does not work here",
    403: "This agency may not sell yet",
    404: "Not for sale here, or no such order",
    405: "Another method",
    409: "In conflict with the present state",
    413: "The body is too large",
    415: "Not JSON",
    422: "Refused by a rule of selling",
    429: "Too many requests; see Retry-After",
    503: "The payment provider does not answer; repeat with the same key",
}
PROBLEMS: dict[Any, OpenApiResponse] = {
    (code, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, description=words)
    for code, words in _ERRORS.items()
}
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="1 to 100 printable characters; the same key and body are answered once.",
)
PAGE = {"type": "integer", "minimum": 1, "maximum": 100_000, "default": 1}
HOLD_EXAMPLES = [
    OpenApiExample(
        "Two adults and a child",
        request_only=True,
        value={
            "lines": [{"departure": 4711, "quantities": {"adult": 2, "child": 1}}],
            "customer": {
                "first_name": "Zoé",
                "last_name": "Martin",
                "email": "zoe@example.org",
            },
            "language": "fr",
            "partner_reference": "PO-2027-118",
        },
    )
]
