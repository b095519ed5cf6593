"""The calendar file of an order: one event per service, so that the day is not missed.

Times are given in the zone of the service with its rules, whole days as days. An event's UID is
made from the line, so that opening the file again replaces events instead of adding them.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from tenant_apps.orders.links import order_url
from tenant_apps.orders.models import Order
from tenant_apps.orders.notifications.lines import LineShown, lines_shown

ZONE = ZoneInfo(settings.TIME_ZONE)
# How far around its dates the file explains the change of clocks.
YEAR = timedelta(days=366)


def calendar_ics(order: Order) -> bytes:
    """The services of ``order`` as an iCalendar file (RFC 5545), in the order's language."""
    with translation.override(order.language):
        lines = lines_shown(order)
        calendar = Calendar()
        calendar.add("prodid", "-//TNP//Orders//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Booking %(reference)s") % {"reference": order.reference})
        for line in lines:
            calendar.add_component(_event(order, line))
        days = [line.day for line in lines]
        calendar.add_missing_timezones(min(days) - YEAR, max(days) + YEAR)
        return calendar.to_ical()


def _event(order: Order, line: LineShown) -> Event:
    event = Event()
    event.add("uid", f"{line.id}@{settings.BASE_DOMAIN}")
    event.add("dtstamp", _stamp(order))
    event.add("sequence", order.version)
    event.add("summary", line.title)
    if line.whole_day:
        event.add("dtstart", line.day)
        # The end of a whole day is the day after: a stay shows up to the day of departure.
        event.add("dtend", line.day + timedelta(days=line.nights + 1))
    else:
        event.add("dtstart", line.starts_at.astimezone(ZONE))
        event.add("dtend", line.ends_at.astimezone(ZONE))
    event.add("location", _place(line))
    event.add("description", _description(order, line))
    event.add("url", order_url(order))
    event.add("status", "CANCELLED" if order.status == Order.Status.CANCELLED else "CONFIRMED")
    return event


def _stamp(order: Order) -> datetime:
    """When this became true; the same file twice is the same file."""
    return order.cancelled_at or order.confirmed_at or order.created_at


def _place(line: LineShown) -> str:
    return ", ".join(part for part in (line.place_name, line.place_address) if part)


def _description(order: Order, line: LineShown) -> str:
    parts = [
        _("Booking %(reference)s") % {"reference": order.reference},
        ", ".join(line.people),
        _("Meeting point: %(place)s") % {"place": line.meeting_point} if line.meeting_point else "",
        line.provider,
    ]
    return "\n".join(part for part in parts if part)
