"""What the shop's templates may see: plain frozen values, already decided.

A template that receives a model can start a query, follow a relation into another agency's
data, or decide a price. So templates receive these values only: no model, no queryset, no
Decimal to round. Views fill them from queries and actions; templates print them. Every page
gets two context names, `shop` (a `Shop`) and `page` (one of the `…Page` classes below), plus
Django's own `messages`.

Refused here: importing Django or a model. Not caught here: a text that is wrong or in the wrong
language; every text arrives in the language of the request.
"""

from tenant_apps.shop.presenters.catalogue import (
    Booking,
    Card,
    CategoryTile,
    Chip,
    Criteria,
    Day,
    DepartureChoice,
    FilterGroup,
    FilterOption,
    HomePage,
    Month,
    NearDate,
    Pager,
    PeopleRow,
    PlaceView,
    ProductPage,
    Review,
    SearchPage,
)
from tenant_apps.shop.presenters.purchase import (
    CartLine,
    CartPage,
    CheckoutPage,
    ConfirmationPage,
    ContactPage,
    DocumentPage,
    Field,
    InformationRow,
    LinePeople,
    OrderLineView,
    PaymentPage,
    Section,
    StandardForm,
    TermsConsent,
    Travellers,
)
from tenant_apps.shop.presenters.shell import (
    Amount,
    Brand,
    Contact,
    Language,
    Link,
    Picture,
    SellerBlock,
    Shop,
)

__all__ = [
    "Amount",
    "Booking",
    "Brand",
    "Card",
    "CartLine",
    "CartPage",
    "CategoryTile",
    "CheckoutPage",
    "Chip",
    "ConfirmationPage",
    "Contact",
    "ContactPage",
    "Criteria",
    "Day",
    "DepartureChoice",
    "DocumentPage",
    "Field",
    "FilterGroup",
    "FilterOption",
    "HomePage",
    "InformationRow",
    "Language",
    "LinePeople",
    "Link",
    "Month",
    "NearDate",
    "OrderLineView",
    "Pager",
    "PaymentPage",
    "PeopleRow",
    "Picture",
    "PlaceView",
    "ProductPage",
    "Review",
    "SearchPage",
    "Section",
    "SellerBlock",
    "Shop",
    "StandardForm",
    "TermsConsent",
    "Travellers",
]
