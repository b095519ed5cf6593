"""Audit verbs and messages in words. Tables store short stable codes; people read these.

A verb without words here is shown as it is, its separators as spaces: a new verb is readable
before anybody has translated it.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "agency_open": _("agency opened"),
    "agency.status": _("agency suspended or opened again"),
    "agreement_set": _("agreement changed"),
    "api_key.attribute": _("API key given to a seller"),
    "api_key.create": _("API key made"),
    "api_key.revoke": _("API key revoked"),
    "brand.change": _("brand changed"),
    "buyer_identity.set": _("billing identity noted"),
    "change_set_discard": _("change set thrown away"),
    "change_set_open": _("change set begun"),
    "change_set_publish": _("change set published"),
    "change_set_undo": _("change set undone"),
    "customer.create": _("customer noted"),
    "departure_create": _("departure made"),
    "departure_update": _("departure changed"),
    "departures_change": _("terms of departures changed"),
    "departures_discount": _("discount put on departures"),
    "departures_generate": _("departures made"),
    "demo_password": _("demo password set"),
    "demo_second_factor": _("demo second factor set"),
    "group_create": _("group made"),
    "group_join": _("agency put in a group"),
    "import_create": _("imported"),
    "import_keep": _("import left unchanged"),
    "import_update": _("import updated"),
    "invitation.accept": _("invitation accepted"),
    "invitation.create": _("invitation sent"),
    "invoice.credit": _("commission invoice credited"),
    "invoice.issue": _("commission invoice issued"),
    "journal.close": _("journal closed"),
    "mandate.accept": _("self-billing mandate accepted"),
    "mandate.create": _("self-billing mandate prepared"),
    "mandate.end": _("self-billing mandate ended"),
    "membership.end": _("access ended"),
    "membership.grant": _("access given"),
    "membership.role": _("role changed"),
    "message.retry": _("message sent again"),
    "notice_set": _("notice before lower commissions set"),
    "operation_change": _("special operation changed"),
    "operation_create": _("special operation made"),
    "operation_draft": _("special operation planned"),
    "operation_publish": _("special operation published"),
    "operation_resume": _("special operation run again"),
    "operation_stop": _("special operation stopped"),
    "order.accept": _("terms accepted"),
    "order.attribute": _("sale given to a seller"),
    "order.cancel": _("order cancelled"),
    "order.confirm": _("order confirmed"),
    "order.contact": _("customer's details given"),
    "order.expire": _("hold expired"),
    "order.hold": _("places held"),
    "order.line_remove": _("service removed"),
    "order.payment_too_late": _("payment came too late"),
    "override_approve": _("override approved"),
    "override_create": _("commission override made"),
    "override_refuse": _("override refused"),
    "override_request": _("override put to the operator"),
    "override_request_withdraw": _("request for an override taken back"),
    "payment.create": _("payment started"),
    "payment.expire": _("payment page expired"),
    "payment.open": _("payment page opened"),
    "payment.paid": _("payment received"),
    "pictures_set": _("pictures changed"),
    "place_create": _("place created"),
    "place_update": _("place changed"),
    "place_validate": _("place validated"),
    "product_archive": _("product archived"),
    "product_complete": _("product completed"),
    "product_create": _("product created"),
    "product_refuse": _("product sent back"),
    "product_submit": _("product put in the queue"),
    "product_suspend": _("product suspended"),
    "product_validate": _("product validated"),
    "point_of_sale_add": _("point of sale added"),
    "products_authorise": _("products opened to the agency"),
    "profile.change": _("profile changed"),
    "provider_create": _("provider created"),
    "provider_suspend": _("provider suspended"),
    "provider_update": _("provider changed"),
    "provider_validate": _("provider validated"),
    "rate_categories_set": _("rate categories changed"),
    "refund.open": _("refund started"),
    "refund.settle": _("refund settled"),
    "rule_create": _("commission rule made"),
    "rule_draft": _("change of a rule drafted"),
    "rule_draft_discard": _("draft of a rule thrown away"),
    "rule_draft_retire": _("end of a rule drafted"),
    "rules_draft_many": _("change of many rules drafted"),
    "select_all_authorised": _("whole catalogue selected"),
    "selection_add": _("product selected"),
    "selection_feature": _("home page changed"),
    "selection_remove": _("product taken off"),
    "seller_add": _("seller added"),
    "seller_approve": _("seller approved"),
    "seller_end": _("seller ended"),
    "seller_register": _("seller registered"),
    "settlement.terms": _("settlement terms agreed"),
    "simulation.ask": _("simulation asked for"),
    "statement.accept": _("statement accepted"),
    "statement.close": _("statement closed with nothing to pay"),
    "statement.compare": _("statement compared with the former portal"),
    "statement.draft": _("statement drafted"),
    "statement.issue": _("statement issued"),
    "statement.line_accept": _("statement line accepted"),
    "statement.line_adjust": _("dispute settled by an adjustment"),
    "statement.line_answer": _("answered about a statement line"),
    "statement.line_dispute": _("statement line disputed"),
    "statement.line_uphold": _("dispute settled: the line stands"),
    "statement.pay": _("payment of a statement noted"),
    "sharing_rule_add": _("sharing rule added"),
    "sharing_rule_end": _("sharing rule ended"),
    "terms_publish": _("terms of sale published"),
}

MESSAGES: dict[str, str | Promise] = {
    "invitation": _("invitation"),
    "invoice.issued": _("commission invoice, to the agency"),
    "order.cancelled": _("cancellation, to the customer"),
    "order.confirmed": _("confirmation, to the customer"),
    "refund.sent": _("refund, to the customer"),
    "order.too_late": _("payment came too late, to the customer"),
    "provider.booked": _("booking, to the provider"),
    "provider.cancelled": _("cancellation, to the provider"),
    "statement.issued": _("new statement, to the party"),
    "statement.answered": _("answer about a statement, to the party"),
    "statement.disputed": _("disputed line, to the operator"),
    "statement.paid": _("payment of a statement, to the party"),
    "refund.execute": _("order to refund, to the payment provider"),
    "refund.failed": _("refund that failed, to be told"),
    "refund.failed.told": _("refund that failed, to the agency and to finance"),
    "payment.page_close": _("payment page to close, to the payment provider"),
}

MEANS: dict[str, str | Promise] = {
    "card": _("Card"),
    "cash": _("Cash"),
    "transfer": _("Bank transfer"),
}


def means_words(codes: list[str]) -> str:
    """Means of payment in the current language, in one line."""
    return ", ".join(str(MEANS.get(code, code)) for code in codes)


def message_words(kind: str) -> str:
    """A message's kind in the current language."""
    return str(MESSAGES.get(kind, kind.replace("_", " ").replace(".", " ")))


def words_of(verb: str) -> str:
    """The verb in the current language."""
    return str(WORDS.get(verb, verb.replace("_", " ").replace(".", " ")))
