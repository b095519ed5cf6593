"""The language of a page: the visitor's choice, else the agency's own.

A shop is written in its agency's language, whatever the browser prefers: a traveller who opens a
French agency's shop expects French prices and French terms, and may choose another language with
one click (kept in a cookie). Offices follow the person who signed in, the API the
``Accept-Language`` of its caller. Prices, terms and e-mails never depend on this alone: an order
keeps the language it was opened in.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

SHOP_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
OFFICES = ("/gestion/",)
# What is written in a language; style sheets and pictures are the same for everybody.
WORDED = ("text/html", "application/json", "application/problem+json")


def language_or(default: str, *wanted: str | None) -> str:
    """The first of ``wanted`` that the product speaks, else ``default``, else French."""
    for code in (*wanted, default):
        try:
            return get_supported_language_variant(code or "")
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _from_header(request: HttpRequest) -> list[str]:
    header = request.headers.get("Accept-Language", "")
    return [code for code, _weight in parse_accept_lang_header(header) if code != "*"]


def _of_person(request: HttpRequest) -> str | None:
    return request.user.language if request.user.is_authenticated else None


def language_of(request: HttpRequest) -> tuple[str, str]:
    """The language of this request and the header it depends on (for ``Vary``)."""
    agency = getattr(request, "agency", None)
    default = agency.language if agency else settings.LANGUAGE_CODE
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if request.path.startswith("/api/"):
        return language_or(default, *_from_header(request)), "Accept-Language"
    if agency and not request.path.startswith(OFFICES):
        return language_or(default, chosen), "Cookie"
    if request.door == "platform":
        return language_or(default, *_from_header(request)), "Accept-Language"
    return language_or(default, _of_person(request), chosen, *_from_header(request)), "Cookie"


class LanguageMiddleware:
    """Stands after authentication: offices ask who is signed in, shops never do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, header = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith(WORDED):
            patch_vary_headers(response, [header])
            response.headers.setdefault("Content-Language", language)
        return response
