"""What search shows of a product's future departures, kept ready by one statement.

Result cards need a next date and a lowest price for thousands of products at once; asking
the departures each time would cost more than the page. The numbers are a summary and may be
minutes old: product page, cart and API compute exact prices and places themselves.
"""

import json
from collections.abc import Collection

from django.db import connection
from django.utils import timezone
from moneyed import CURRENCIES

# Currencies whose smallest amount is not a hundredth (JPY 0, TND 3).
_DIGITS = json.dumps(
    {
        code: digits
        for code, one in CURRENCIES.items()
        if (digits := len(str(one.sub_unit)) - 1) != 2
    }
)

REFRESH = """
WITH wanted AS (
    SELECT id, currency, default_markup,
           coalesce((%(digits)s::jsonb ->> currency)::int, 2) AS digits
    FROM shared.catalog_product WHERE {which}
), first_rate AS (
    SELECT DISTINCT ON (product_id) product_id, id
    FROM shared.catalog_ratecategory WHERE product_id IN (SELECT id FROM wanted)
    ORDER BY product_id, position, id
), for_sale AS (
    SELECT wanted.id AS product_id, departure.service_date, wanted.digits,
           (100 + coalesce(departure.markup, wanted.default_markup)) / 100 AS factor,
           price.stay + price.transport AS listed,
           CASE WHEN departure.discount IS NOT NULL
                 AND coalesce(departure.discount_from <= %(today)s, true)
                 AND coalesce(departure.discount_to >= %(today)s, true)
                THEN least(departure.discount, price.stay) ELSE 0 END AS discount
    FROM wanted
    JOIN shared.inventory_departure AS departure ON departure.product_id = wanted.id
     AND departure.status = 'open' AND departure.service_date >= %(today)s
     AND departure.starts_at > %(now)s AND departure.capacity > departure.held + departure.sold
    LEFT JOIN first_rate ON first_rate.product_id = wanted.id
    LEFT JOIN shared.inventory_departureprice AS price
     ON price.departure_id = departure.id AND price.rate_category_id = first_rate.id
), priced AS (
    SELECT product_id, service_date,
           round((listed - discount) * factor, digits) AS price,
           round(listed * factor, digits) AS listed
    FROM for_sale
), cheapest AS (
    SELECT DISTINCT ON (product_id) product_id, price, listed FROM priced
    WHERE price IS NOT NULL ORDER BY product_id, price, listed DESC
), spans AS (
    SELECT product_id, min(service_date) AS next_on, max(service_date) AS last_on
    FROM priced GROUP BY product_id
)
INSERT INTO shared.inventory_availability AS present
    (product_id, next_on, last_on, price_from, listed_from, currency, refreshed_at)
SELECT wanted.id, spans.next_on, spans.last_on, cheapest.price, cheapest.listed,
       wanted.currency, %(now)s
FROM wanted LEFT JOIN spans ON spans.product_id = wanted.id
LEFT JOIN cheapest ON cheapest.product_id = wanted.id
ON CONFLICT (product_id) DO UPDATE SET
    next_on = excluded.next_on, last_on = excluded.last_on, price_from = excluded.price_from,
    listed_from = excluded.listed_from, currency = excluded.currency,
    refreshed_at = excluded.refreshed_at
WHERE (present.next_on, present.last_on, present.price_from, present.listed_from, present.currency)
   IS DISTINCT FROM (excluded.next_on, excluded.last_on, excluded.price_from,
                     excluded.listed_from, excluded.currency)
"""


def availability_refresh(product_ids: Collection[int] | None = None) -> int:
    """Recompute next date and lowest price of these products (all by default), in one statement.

    ``listed_from`` is the price before discount of the departure that gives ``price_from``;
    a discount runs when it is the larger of the two. A product without open departures keeps
    a row of nulls. Needs the operator's rights. Returns how many rows changed.
    """
    which = "true" if product_ids is None else "id = ANY(%(ids)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            REFRESH.format(which=which),
            {
                "ids": list(product_ids or ()),
                "digits": _DIGITS,
                "today": timezone.localdate(),
                "now": timezone.now(),
            },
        )
        return int(cursor.rowcount)
