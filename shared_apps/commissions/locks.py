"""The one lock of a book: whoever gives versions their numbers and windows holds it.

Publishing, undoing and deciding read the newest version of each rule and write the next. Two of
them at once would both write version 2. They wait for each other here, a book at a time: one
agency never waits for another, nor for the operator. Sales never wait, they only read.

The lock of the book comes first, then the row of the change set. Drafting takes the row alone.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from shared_apps.commissions.books import Book
from shared_apps.commissions.models import ChangeSetStatus

NAMESPACE = 0x434F4D4D  # "COMM": keeps the number apart from other advisory locks


def book_lock(book: Book) -> None:
    """Wait for the book and keep it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [NAMESPACE, book.schema])


def draft_set_lock(book: Book, pk: int) -> Any:
    """The change set under a row lock. Raises ValidationError when it is no draft any more."""
    found = book.change_sets.select_for_update(of=("self",)).get(pk=pk)
    if found.status != ChangeSetStatus.DRAFT:
        raise ValidationError(
            _("The change set “%(name)s” is no draft any more.") % {"name": found.name}
        )
    return found
