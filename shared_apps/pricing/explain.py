"""Says in words how each amount of a price came about, with the numbers that made it.

The explanation follows the stages of :mod:`shared_apps.pricing.waterfall` and computes nothing: it
reads the waterfall, so it cannot disagree with it. What did not happen is left out (no struck
price without a discount), and what people ask about is said even when it is nothing: no
commission rule, or a share below zero, which is a loss.

:data:`MESSAGES` holds every sentence. The English text is the key for translators; a translation
may reorder the places in braces and must keep their names.
"""

from shared_apps.pricing.money import money_zero
from shared_apps.pricing.steps import Step, Value, gettext_noop
from shared_apps.pricing.terms import CommissionBase, Funder
from shared_apps.pricing.waterfall import Waterfall

MESSAGES = {
    "price.listed": gettext_noop(
        "Listed price: {stay} for the stay + {transport} for the transport = {listed}."
    ),
    "price.public": gettext_noop("No discount runs: the public tariff is {public}."),
    "price.public_discounted": gettext_noop(
        "Public tariff: {listed} − {discount} of discount = {public}."
    ),
    "price.markup_network": gettext_noop("The network's markup of {markup} % applies."),
    "price.markup_agency": gettext_noop(
        "The agency's own markup of {markup} % applies, not the network's {default_markup} %."
    ),
    "price.sale": gettext_noop("Sale price: {public} × (100 + {markup}) / 100 = {sale}."),
    "price.struck": gettext_noop(
        "Struck-through price, as without the discount: "
        "{listed} × (100 + {markup}) / 100 = {struck}."
    ),
    "price.pays": gettext_noop("The customer pays the sale price, {pays}."),
    "price.pays_advantage": gettext_noop(
        "The customer pays {sale} − {advantage} of advantage = {pays}."
    ),
    "price.basis": gettext_noop("The shares are computed on the listed price, {basis}."),
    "price.basis_provider": gettext_noop(
        "The provider funds the discount: the shares are computed on the public tariff, {basis}."
    ),
    "price.basis_operator": gettext_noop(
        "The operator funds the discount: the shares are computed on the listed price, {basis}, "
        "and the operator bears the gap."
    ),
    "price.basis_agency": gettext_noop(
        "The agency funds the discount: the shares are computed on the listed price, {basis}, "
        "and the agency bears the gap."
    ),
    "price.purchase": gettext_noop(
        "Purchase price: {basis} × (100 − {provider_commission}) / 100 = {purchase}."
    ),
    "price.purchase_transport": gettext_noop(
        "Purchase price, the transport bearing no commission: "
        "({basis} − {transport}) × (100 − {provider_commission}) / 100 + {transport} = {purchase}."
    ),
    "price.reference": gettext_noop(
        "At the network's markup that sells at {basis} × (100 + {default_markup}) / 100 "
        "= {reference}."
    ),
    "price.commission_none": gettext_noop(
        "No commission rule applies to this sale: the agency earns no commission."
    ),
    "price.commission_sale_price": gettext_noop(
        "Commission: {percent} % of the sale price at the network's markup, {base}, + {fixed} "
        "= {uncapped}."
    ),
    "price.commission_public_tariff": gettext_noop(
        "Commission: {percent} % of the tariff, {base}, + {fixed} = {uncapped}."
    ),
    "price.commission_margin": gettext_noop(
        "Commission: {percent} % of the margin, {reference} − {purchase} = {base}, + {fixed} "
        "= {uncapped}."
    ),
    "price.floor": gettext_noop("The rule's floor raises the commission to {commission}."),
    "price.cap": gettext_noop("The rule's cap lowers the commission to {commission}."),
    "price.markup_gain": gettext_noop(
        "The agency keeps what its own markup adds: {own} − {reference} = {gain}."
    ),
    "price.markup_loss": gettext_noop(
        "The agency bears what its own markup takes away: {own} − {reference} = {gain}."
    ),
    "price.agency_discount": gettext_noop(
        "The agency bears the discount it funds: {own} − {sale} = {drop}."
    ),
    "price.agency_advantage": gettext_noop("The agency bears the advantage it funds: {advantage}."),
    "price.provider": gettext_noop("The provider's share is the purchase price, {provider}."),
    "price.provider_advantage": gettext_noop(
        "The provider funds the advantage: its share is {purchase} − {advantage} = {provider}."
    ),
    "price.agency_commission": gettext_noop("The agency's share is its commission, {agency}."),
    "price.agency": gettext_noop(
        "The agency's share: commission {commission} + markup {gain} − funded {funding} = {agency}."
    ),
    "price.operator": gettext_noop(
        "The operator's share is the rest: {pays} − {provider} − {agency} = {operator}."
    ),
    "price.loss_provider": gettext_noop("The provider loses {loss} on each unit."),
    "price.loss_agency": gettext_noop("The agency loses {loss} on each unit."),
    "price.loss_operator": gettext_noop("The operator loses {loss} on each unit."),
    "price.margin": gettext_noop("Margin: ({sale} − {purchase}) / {sale} = {rate} %."),
    "price.margin_undefined": gettext_noop(
        "The sale comes to 0, so there is no margin to speak of."
    ),
    "price.quantity": gettext_noop(
        "For {quantity} units the customer pays {pays}: {provider} to the provider, "
        "{agency} to the agency, {operator} to the operator."
    ),
}


def explain_waterfall(waterfall: Waterfall) -> tuple[Step, ...]:
    """Explain a price: first what the customer pays, then each share, then the whole quantity."""
    return (
        *_price_steps(waterfall),
        *_basis_steps(waterfall),
        *_commission_steps(waterfall),
        *_agency_steps(waterfall),
        *_share_steps(waterfall),
        *_total_steps(waterfall),
    )


def _step(name: str, **values: Value) -> Step:
    return Step(f"price.{name}", MESSAGES[f"price.{name}"], values)


def _price_steps(w: Waterfall) -> list[Step]:
    terms, markup = w.terms, w.terms.markup
    steps = [_step("listed", stay=terms.stay, transport=terms.transport, listed=w.listed)]
    if w.struck is None or terms.discount is None:
        steps.append(_step("public", public=w.public))
    else:
        discount = terms.discount.amount
        steps.append(
            _step("public_discounted", listed=w.listed, discount=discount, public=w.public)
        )
    if terms.agency_markup is None:
        steps.append(_step("markup_network", markup=markup))
    else:
        steps.append(_step("markup_agency", markup=markup, default_markup=terms.default_markup))
    steps.append(_step("sale", public=w.public, markup=markup, sale=w.sale))
    if w.struck is not None:
        steps.append(_step("struck", listed=w.listed, markup=markup, struck=w.struck))
    if terms.advantage is None:
        steps.append(_step("pays", pays=w.pays))
    else:
        advantage = terms.advantage.amount
        steps.append(_step("pays_advantage", sale=w.sale, advantage=advantage, pays=w.pays))
    return steps


def _basis_steps(w: Waterfall) -> list[Step]:
    terms = w.terms
    discounted = w.struck is not None
    basis = f"basis_{terms.discount_funder}" if discounted else "basis"
    if terms.transport_commissionable or not terms.transport:
        purchase = _step(
            "purchase",
            basis=w.basis,
            provider_commission=terms.provider_commission,
            purchase=w.purchase,
        )
    else:
        purchase = _step(
            "purchase_transport",
            basis=w.basis,
            transport=terms.transport,
            provider_commission=terms.provider_commission,
            purchase=w.purchase,
        )
    reference = _step(
        "reference", basis=w.basis, default_markup=terms.default_markup, reference=w.reference
    )
    return [_step(basis, basis=w.basis), purchase, reference]


def _commission_steps(w: Waterfall) -> list[Step]:
    rule = w.terms.distributor_rule
    if rule is None:
        return [_step("commission_none")]
    margin: dict[str, Value] = {}
    if rule.base is CommissionBase.MARGIN:
        margin = {"reference": w.reference, "purchase": w.purchase}
    steps = [
        _step(
            f"commission_{rule.base}",
            percent=rule.percent,
            base=w.commission_base,
            fixed=rule.fixed,
            uncapped=w.commission_uncapped,
            **margin,
        )
    ]
    if w.commission != w.commission_uncapped:
        limit = "floor" if w.commission > w.commission_uncapped else "cap"
        steps.append(_step(limit, commission=w.commission))
    return steps


def _agency_steps(w: Waterfall) -> list[Step]:
    terms, steps = w.terms, []
    own = w.reference + w.markup_gain
    if w.markup_gain:
        name = "markup_gain" if w.markup_gain.amount > 0 else "markup_loss"
        steps.append(_step(name, own=own, reference=w.reference, gain=w.markup_gain))
    advantage = terms.advantage_borne_by(Funder.AGENCY)
    drop = w.agency_funding - advantage
    if drop:
        steps.append(_step("agency_discount", own=own, sale=w.sale, drop=drop))
    if advantage:
        steps.append(_step("agency_advantage", advantage=advantage))
    if not w.markup_gain and not w.agency_funding:
        steps.append(_step("agency_commission", agency=w.agency))
    else:
        steps.append(
            _step(
                "agency",
                commission=w.commission,
                gain=w.markup_gain,
                funding=w.agency_funding,
                agency=w.agency,
            )
        )
    return steps


def _share_steps(w: Waterfall) -> list[Step]:
    advantage = w.terms.advantage_borne_by(Funder.PROVIDER)
    if advantage:
        provider = _step(
            "provider_advantage",
            purchase=w.purchase,
            advantage=advantage,
            provider=w.provider,
        )
    else:
        provider = _step("provider", provider=w.provider)
    operator = _step(
        "operator", pays=w.pays, provider=w.provider, agency=w.agency, operator=w.operator
    )
    shares = {"provider": w.provider, "agency": w.agency, "operator": w.operator}
    nothing = money_zero(w.terms.currency)
    losses = [
        _step(f"loss_{party}", loss=-share) for party, share in shares.items() if share < nothing
    ]
    return [provider, operator, *losses]


def _total_steps(w: Waterfall) -> list[Step]:
    total, rate = w.total, w.total.margin_rate
    if rate is None:
        margin = _step("margin_undefined")
    else:
        margin = _step("margin", sale=w.sale, purchase=w.purchase, rate=rate)
    quantity = _step(
        "quantity",
        quantity=w.terms.quantity,
        pays=total.customer_pays,
        provider=total.provider_share,
        agency=total.agency_share,
        operator=total.operator_share,
    )
    return [margin, quantity]
