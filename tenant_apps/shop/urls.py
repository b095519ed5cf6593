"""Addresses of the shop. Words in them are French, like the shop's first readers.

Products are addressed by reference, never by their number (R87); orders by their random
reference together with a signed token (:mod:`tenant_apps.orders.links`).
"""

from django.urls import path

from tenant_apps.shop.views import (
    buying,
    cart,
    catalogue,
    documents,
    orders,
    payment,
    site,
)

app_name = "shop"

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("recherche/", catalogue.search, name="search"),
    path("produits/<str:reference>/", catalogue.product, name="product"),
    path("produits/<str:reference>/departs/", catalogue.departures, name="departures"),
    path("panier/", cart.cart, name="cart"),
    path("panier/ajouter/", cart.cart_add, name="cart_add"),
    path("panier/modifier/", cart.cart_update, name="cart_update"),
    path("panier/retirer/", cart.cart_remove, name="cart_remove"),
    path("panier/choisir/", cart.cart_switch, name="cart_switch"),
    path("commande/", buying.checkout, name="checkout"),
    path("commande/payer/", buying.pay, name="pay"),
    path("commande/retour/", payment.payment_return, name="payment_return"),
    path("commandes/<str:reference>/", orders.order, name="order"),
    path("commandes/<str:reference>/bon.pdf", orders.voucher, name="voucher"),
    path("commandes/<str:reference>/agenda.ics", orders.calendar, name="calendar"),
    path("conditions/<int:version_id>/", documents.terms, name="terms"),
    path("mentions-legales/", documents.legal, name="legal"),
    path("accessibilite/", documents.accessibility, name="accessibility"),
    path("confidentialite/", documents.privacy, name="privacy"),
    path("contact/", documents.contact, name="contact"),
    path("bons/<str:reference>/", orders.voucher_check, name="voucher_check"),
    path("langue/", site.set_language, name="set_language"),
    path("theme.css", site.theme_css, name="theme_css"),
    path("icone.svg", site.icon, name="icon"),
    path("favicon.ico", site.icon),
    path("marque/<str:which>/", site.brand_picture, name="brand_picture"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
]
