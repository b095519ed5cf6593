"""The client view: what a customer may look at, in the page, its source and its exports."""

import csv
import io
import re
from html.parser import HTMLParser
from importlib import import_module

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from shared_apps.network.models import Agreement
from shared_apps.operator.views import home as operator_home
from shared_apps.operator.views import sales as operator_sales
from tenant_apps.office.views import home, orders, selection
from tests.doors.signing_in import signed_in, visitor
from tests.selling import departure_of

SWITCH = "/gestion/compte/vue-client/"
WORDS = {
    "en": ("commission", "margin", "purchase", "share", "markup", "rule", "why this rate"),
    "fr": ("commission", "marge", "achat", "part de", "pourquoi ce taux", "règle"),
}
CLOSED = ("/produits/STAY-LOIRE/", "/commissions/", "/releves/", "/tableau/")
# What the sale of the fixture gives to whom, for one and for two: no page may hold one of them.
AMOUNTS = ("39.52", "79.04", "334.40", "668.80", "21.28", "42.56", "380.00", "420.00")


class Source(HTMLParser):
    """All that a page's source says: text, attribute values and comments."""

    def __init__(self, text):
        super().__init__()
        self.said = []
        self.feed(text)

    def handle_starttag(self, _tag, attrs):
        # Class names and addresses are no words of the page.
        kept = (value for name, value in attrs if value and name not in ("class", "href"))
        self.said += [value for value in kept if not value.startswith("/")]

    def handle_data(self, data):
        self.said.append(data)

    def handle_comment(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split()).lower()


def switched(client, on=True, path=SWITCH, **form):
    answer = client.post(path, {"on": "1" if on else "0", **form})
    assert answer.status_code == 302
    return answer


def betrayed(page, language="en"):
    text = Source(page).text
    return [word for word in (*WORDS[language], *AMOUNTS) if word in text.replace(",", ".")]


def office_pages(sale):
    return ["/gestion/", "/gestion/commandes/", f"/gestion/commandes/{sale.reference}/",
            "/gestion/recherche/?q=loire", "/gestion/selection/"]  # fmt: skip


def question():
    day = departure_of("STAY-LOIRE").service_date.isoformat()
    today = timezone.localdate().isoformat()
    return f"?product=STAY-LOIRE&service_date={day}&sale_date={today}&channel=shop"


def test_without_the_switch_the_order_says_what_the_agency_earns(admin, sale):
    page = admin.get(f"/gestion/commandes/{sale.reference}/").content.decode()
    assert {"commission", "39.52", "79.04"} <= set(betrayed(page))
    assert "79.04" in betrayed(admin.get("/gestion/commandes/").content.decode())


@pytest.mark.parametrize("sees_purchase_price", [False, True])
def test_no_page_of_the_office_betrays_a_commission_in_its_source(
    admin, sale, lumiere, sees_purchase_price
):
    Agreement.objects.filter(agency=lumiere).update(sees_purchase_price=sees_purchase_price)
    switched(admin)
    for path in office_pages(sale):
        answer = admin.get(path)
        assert answer.status_code == 200
        assert betrayed(answer.content.decode()) == [], path


def test_the_french_pages_betray_nothing_either(admin, sale):
    switched(admin)
    admin.post("/gestion/compte/langue/", {"language": "fr"})
    for path in office_pages(sale):
        page = admin.get(path, headers={"accept-language": "fr"}).content.decode()
        assert '<html lang="fr"' in page
        assert betrayed(page, "fr") == [], path


def test_the_order_still_says_what_the_client_pays_and_what_was_taken_off(admin, sale):
    switched(admin)
    page = admin.get(f"/gestion/commandes/{sale.reference}/").content.decode()
    assert "€395.20" in page  # to pay for one
    assert "€436.80" in page  # without the discount
    assert "€790.40" in page  # for two


def test_a_badge_says_that_it_is_on_and_one_click_leaves(admin, sale):
    path = f"/gestion/commandes/{sale.reference}/"
    switched(admin)
    page = admin.get(path).content.decode()
    assert "client-view-badge" in page
    assert "Leave the client view" in page
    assert switched(admin, on=False, next=path)["Location"] == path
    assert "client-view-badge" not in admin.get(path).content.decode()
    assert "39.52" in betrayed(admin.get(path).content.decode())


def test_the_switch_comes_back_to_the_page_and_to_no_other_site(admin):
    assert switched(admin, next="/gestion/commandes/")["Location"] == "/gestion/commandes/"
    assert switched(admin, next="https://evil.example/")["Location"] == "/gestion/"


def test_it_is_switched_by_a_form_and_never_by_a_link(admin):
    assert admin.get(SWITCH).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/gestion/pourquoi/", "/gestion/audit/", "/gestion/commissions/", "/gestion/equipe/"],
)
def test_a_page_about_commissions_is_closed_and_offers_to_leave(admin, sale, path):
    switched(admin)
    address = path + (question() if "pourquoi" in path else "")
    answer = admin.get(address)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This page is not for clients" in page
    assert betrayed(page) == []
    assert "Leave the client view" in page
    back = re.search(r'name="next" value="([^"]+)"', page)[1].replace("&amp;", "&")
    assert switched(admin, on=False, next=back)["Location"] == address
    assert admin.get(address).status_code == 200


def test_the_menu_loses_what_is_about_commissions(admin):
    assert "/gestion/pourquoi/" in admin.get("/gestion/").content.decode()
    switched(admin)
    page = admin.get("/gestion/").content.decode()
    for gone in ("/gestion/pourquoi/", "/gestion/commissions/", "/gestion/audit/"):
        assert f'href="{gone}"' not in page
    assert 'href="/gestion/commandes/"' in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_exports_follow(admin, sale, kind):
    def heads():
        answer = admin.get(f"/gestion/commandes/?export={kind}")
        if kind == "csv":
            return next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        return [cell.value for cell in load_workbook(io.BytesIO(answer.content)).active[1]]

    assert "Agency share" in heads()
    switched(admin)
    assert "Agency share" not in heads()
    assert "Total" in heads()


def test_asking_for_a_hidden_column_or_its_order_shows_nothing(admin, sale):
    switched(admin)
    admin.post("/gestion/commandes/", {"column": ["reference", "agency_share"]})
    page = admin.get("/gestion/commandes/?sort=-agency_share").content.decode()
    assert "Agency share" not in page
    assert "79.04" not in page
    switched(admin, on=False)
    assert "79.04" in betrayed(admin.get("/gestion/commandes/").content.decode())


def test_a_colleague_and_the_other_agency_keep_their_own_view(admin, stranger, sale, lumiere):
    switched(admin)
    colleague = signed_in("admin@lumiere.example", "lumiere.localhost")
    path = f"/gestion/commandes/{sale.reference}/"
    assert "39.52" in betrayed(colleague.get(path).content.decode())
    assert "client-view-badge" not in stranger.get("/gestion/").content.decode()
    assert stranger.get(path).status_code == 404


def test_somebody_without_the_right_sees_orders_as_a_client_does_and_no_badge(seller, sale):
    for path in ("/gestion/commandes/", f"/gestion/commandes/{sale.reference}/"):
        page = seller.get(path).content.decode()
        assert betrayed(page) == []
        assert "client-view-badge" not in page


def test_nobody_who_is_not_signed_in_switches_anything(lumiere):
    answer = visitor("lumiere.localhost").post(SWITCH, {"on": "1"})
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_the_operators_sale_and_list_follow_too(operator, sale, lumiere):
    path = f"/ventes/lumiere/{sale.reference}/"
    assert {"39.52", "334.40"} <= set(betrayed(operator.get(path).content.decode()))
    switched(operator, path="/compte/vue-client/")
    for shown in (path, "/ventes/", "/"):
        answer = operator.get(shown)
        assert answer.status_code == 200
        assert betrayed(answer.content.decode()) == [], shown
    for closed in (*CLOSED, "/pourquoi/", "/agences/lumiere/", "/audit/", "/clotures/"):
        assert operator.get(closed).status_code == 403
    export = operator.get("/ventes/?export=csv").content.decode("utf-8-sig")
    assert "share" not in export.splitlines()[0]


def test_the_shop_knows_of_no_session_because_of_it(lumiere):
    answer = visitor("lumiere.localhost").get("/")
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_a_page_is_closed_to_clients_until_it_is_declared_ready():
    """Every page of both doors that the client view opens is one that this file reads."""
    ready = {
        view
        for module in (home, orders, selection, operator_home, operator_sales)
        for view in vars(module).values()
        if getattr(view, "client_ready", False)
    }
    assert {view.__name__ for view in ready} == {
        "home", "search", "orders", "order", "order_collect", "order_stop", "selection", "sales",
        "sale",
    }  # fmt: skip
    opened = {
        pattern.callback
        for urls in ("saas.urls_operator", "saas.urls_agency")
        for pattern in _patterns(import_module(urls).urlpatterns)
        if getattr(pattern.callback, "client_ready", False)
    }
    assert opened == ready


def _patterns(entries):
    for entry in entries:
        if hasattr(entry, "url_patterns"):
            yield from _patterns(entry.url_patterns)
        else:
            yield entry
