"""Names the actor of a request: the signed-in user, or a customer of the shop."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from shared_apps.audit.actor import Actor, acting
from shared_apps.audit.models import AuditEntry


class ActorMiddleware:
    """Every write of a request is audited under the person who made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        with acting(self._actor(request, request_id)):
            return self.get_response(request)

    def _actor(self, request: HttpRequest, request_id: str) -> Actor:
        if self._in_office(request) and request.user.is_authenticated:
            user = request.user
            return Actor(AuditEntry.ActorKind.USER, str(user.pk), str(user), request_id)
        if request.door == "agency":
            return Actor(AuditEntry.ActorKind.CUSTOMER, "", "customer", request_id)
        return Actor(request_id=request_id)

    def _in_office(self, request: HttpRequest) -> bool:
        # The shop is anonymous: do not load a session just to find nobody in it.
        return request.door == "operator" or request.path.startswith("/gestion/")
