"""What do I do now, and the search box."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shared_apps.identity.access import can, requires
from shared_apps.operator import queries
from shared_apps.operator.waiting import operator_tasks


@requires("console.view", client_ready=True)
def home(request: HttpRequest) -> HttpResponse:
    """Counts of what waits, each a link to the list of exactly those."""
    tasks = [task for task in operator_tasks() if can(request, task.capability)]
    waiting = [task for task in tasks if task.count]
    context = {"waiting": waiting, "clear": [task for task in tasks if not task.count]}
    return render(request, "operator/home.html", context)


@requires("console.view", client_ready=True)
def search(request: HttpRequest) -> HttpResponse:
    """Orders, products, agencies and providers that contain the words."""
    text = request.GET.get("q", "").strip()[:80]
    found = queries.search(text) if len(text) > 1 else {}
    if not can(request, "sales.view"):
        found.pop("orders", None)
    context = {"text": text, "found": found, "nothing": not any(found.values())}
    return render(request, "operator/search.html", context)
