"""What both doors show of an invoice: its page and its files.

The operator opens every invoice, an agency its own: row-level security hides the others from
its connection, so that an unknown number and somebody else's look the same (404).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from shared_apps.invoices.document import Document
from shared_apps.invoices.models import Invoice
from shared_apps.invoices.queries import credited

FILES = {"pdf": "application/pdf", "xml": "application/xml"}


def invoice_page(
    request: HttpRequest, *, number: str, door: str, context: dict[str, object]
) -> HttpResponse:
    """One invoice; ``door`` is the prefix of the address names, ``operator`` or ``office``."""
    rows = Invoice.objects.select_related(
        "agency", "statement", "corrects", "mandate", "issued_by"
    ).defer("pdf", "xml")
    found = get_object_or_404(rows, number=number)
    taken = credited(found)
    shown = {
        **context,
        "invoice": found,
        "said": Document.read(found.document),
        "credits": found.credits.defer("pdf", "xml", "document"),
        "left": found.payable - taken,
        "taken": taken,
        "door_name": door,
        "list_url": reverse(f"{door}_invoices"),
        "pdf_url": reverse(f"{door}_invoice_file", args=[number, "pdf"]),
        "xml_url": reverse(f"{door}_invoice_file", args=[number, "xml"]),
        "statement_url": reverse(f"{door}_statement", args=[found.statement_id]),
    }
    return render(request, "office/invoices/invoice.html", shown)


def invoice_file(*, number: str, kind: str) -> HttpResponse:
    """The very bytes that were issued, to keep. ``kind`` is ``pdf`` or ``xml``; else 404."""
    if kind not in FILES:
        raise Http404
    found = get_object_or_404(Invoice.objects.only("number", kind), number=number)
    content = bytes(found.pdf) if kind == "pdf" else found.xml.encode()
    response = HttpResponse(content, content_type=FILES[kind])
    response["Content-Disposition"] = f'attachment; filename="{found.number}.{kind}"'
    return response
