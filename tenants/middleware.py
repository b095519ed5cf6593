"""Which host is this: the operator, the platform itself, an agency, or nobody.

Sets ``request.agency`` (an :class:`~tenants.models.Agency` or None) and ``request.door``
(``operator``, ``platform`` or ``agency``), points the connection at the agency's schema and
role, and picks the URL map. An unknown host gets a plain 404 that names nothing.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.urls import set_urlconf

from tenants.resolution import agency_for_host

NOT_FOUND = (
    "<!doctype html><html lang=fr><meta charset=utf-8><title>404</title>"
    "<h1>404</h1><p>Page introuvable. / Page not found.</p></html>"
)
NOT_FOUND_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
GetResponse = Callable[[HttpRequest], HttpResponse]


class AgencyMiddleware:
    """First in the stack: nothing touches the database before it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection.set_schema_to_public()
        urlconf = self._resolve(request)
        if urlconf is None:
            return HttpResponse(NOT_FOUND, status=404, headers=NOT_FOUND_HEADERS)
        request.urlconf = urlconf
        set_urlconf(urlconf)
        try:
            return self.get_response(request)
        finally:
            connection.set_schema_to_public()
            set_urlconf(None)

    def _resolve(self, request: HttpRequest) -> str | None:
        request.agency = request.tenant = None
        try:
            host, _port = split_domain_port(request.get_host())
        except DisallowedHost:
            return None
        if request.path in ("/healthz", "/readyz"):
            request.door = "platform"
            return "saas.urls_health"
        if host == settings.OPERATOR_HOST:
            request.door = "operator"
            return str(settings.PUBLIC_SCHEMA_URLCONF)
        if host in settings.PLATFORM_HOSTS:
            request.door = "platform"
            return str(settings.PLATFORM_URLCONF)
        agency = agency_for_host(host.removeprefix("www."))
        if agency is None:
            return None
        request.door = "agency"
        request.agency = request.tenant = agency
        connection.set_tenant(agency)
        return str(settings.ROOT_URLCONF)
