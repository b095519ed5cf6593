"""Unknown addresses below ``/api/v1/``: a problem document, not a page."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from tenant_apps.orders.api.problems import CONTENT_TYPE


@csrf_exempt
def api_not_found(_request: HttpRequest) -> JsonResponse:
    """404 for every address the API does not know."""
    body = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "There is nothing at this address.",
    }
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)
