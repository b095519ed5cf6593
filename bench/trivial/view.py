"""One query, a few bytes of answer."""

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path


def brand(_request: HttpRequest) -> HttpResponse:
    """Read one row of an agency's table."""
    model = apps.get_model(settings.TRIVIAL_MODEL)
    row = model.objects.values_list("pk", "primary", "version").first()
    return HttpResponse(str(row))


urlpatterns = [path("brand/", brand)]
