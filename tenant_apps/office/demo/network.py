"""The demo's operator, groups, agencies, agreements, terms and commission rules."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.actions import audit_record
from shared_apps.catalog import actions as catalog
from shared_apps.catalog.models import Category, Product, Provider, TermsVersion
from shared_apps.commissions.actions import operation_create, rule_create
from shared_apps.commissions.models import CommissionRule, RuleStatus
from shared_apps.identity.models import User
from shared_apps.network import actions as network
from shared_apps.network.models import AgencyGroup, GroupMembership, SellerIdentity
from tenant_apps.branding.contrast import refuse_low_contrast
from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import BrandTokens, derive_palette, palette_pairs
from tenant_apps.office.demo.facts import Facts, terms_body
from tenant_apps.office.opening import agency_open
from tenant_apps.overrides.models import CommissionOverride
from tenant_apps.selection.actions import selection_feature
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency

PERCENTS = ("markup_min", "markup_max", "commission_min", "commission_max")
TOKENS = ("primary", "accent", "surface", "text", "radius", "heading_font", "text_font")
TITLES = {"fr": "Conditions générales de vente", "en": "Terms of sale"}


@transaction.atomic
def operator_seed(facts: Facts) -> SellerIdentity:
    """The operator's registration and its terms in both languages."""
    present = SellerIdentity.objects.filter(agency=None).first()
    if present is not None:
        return present
    since, until = facts.network["operator_valid_days"]
    seller = network.seller_register(
        agency=None,
        valid_from=facts.day(since),
        valid_to=facts.day(until),
        **facts.network["operator"],
    )
    _terms_seed(seller, "tnp", TITLES, facts)
    for group in facts.network["groups"]:
        network.group_create(**group)
    return seller


def _terms_seed(
    seller: SellerIdentity,
    name: str,
    titles: dict[str, str],
    facts: Facts,
    product: Product | None = None,
) -> None:
    for language, title in titles.items():
        catalog.terms_publish(
            seller=seller,
            language=language,
            version=facts.network["terms_version"],
            title=title,
            body=terms_body(name, language),
            product=product,
            at=timezone.now() - facts.past,
        )


def product_terms_seed(facts: Facts, seller: SellerIdentity) -> None:
    """One product is sold on terms of its own (R12)."""
    plan = facts.network["product_terms"]
    product = Product.objects.get(reference=plan["product"])
    if not TermsVersion.objects.filter(product=product).exists():
        _terms_seed(seller, plan["files"], plan["title"], facts, product)


def agency_seed(plan: dict[str, Any], facts: Facts, *, approver: User) -> tuple[Agency, float]:
    """Open one agency with its brand, grants and first choices; returns it and the seconds.

    An agency that is there already is left as it is (0 seconds).
    """
    present = Agency.objects.filter(slug=plan["slug"]).first()
    if present is not None:
        return present, 0.0
    with transaction.atomic():
        opened = agency_open(
            name=plan["name"],
            slug=plan["slug"],
            kind=plan["kind"],
            country=plan["country"],
            language=plan["language"],
            admin_email=plan["admin"]["email"],
            admin_language=plan["admin"]["language"],
            group=AgencyGroup.objects.get(code=plan["group"]),
            theme=plan["preset"],
        )
        agency = opened.agency
        # It has been in its group for as long as it has sold.
        GroupMembership.objects.filter(agency=agency).update(valid_from=facts.today - facts.past)
        Agency.objects.filter(pk=agency.pk).update(legal_name=plan["legal_name"])
        grants = plan["agreement"]
        network.agreement_set(
            agency=agency,
            trained_at=timezone.now(),
            trained_by=approver,
            **{key: Decimal(value) if key in PERCENTS else value for key, value in grants.items()},
        )
        if "seller" in plan:
            _own_liability(agency, plan, facts, approver)
        with tenant_context(agency):
            _brand(plan["theme"])
            _featured(agency, plan["featured"])
            if "override" in plan:
                _override(plan["override"])
    return agency, opened.seconds


def _own_liability(agency: Agency, plan: dict[str, Any], facts: Facts, approver: User) -> None:
    """Its own products, and the approved evidence under which it sells them (L1)."""
    since, until = plan["seller_valid_days"]
    seller = network.seller_register(
        agency=agency, valid_from=facts.day(since), valid_to=facts.day(until), **plan["seller"]
    )
    network.seller_approve(seller=seller, by=approver)
    titles = {"fr": f"Conditions de {plan['name']}", "en": f"Terms of {plan['name']}"}
    _terms_seed(seller, plan["slug"], titles, facts)
    provider = Provider.objects.get(external_id=plan["own_provider"])
    catalog.provider_update(provider=provider, agency=agency)
    for product in Product.objects.filter(reference__in=plan["own_products"]):
        catalog.product_complete(product=product, owner_agency=agency)


def _brand(look: dict[str, Any]) -> None:
    refuse_low_contrast(palette_pairs(derive_palette(BrandTokens(**{k: look[k] for k in TOKENS}))))
    theme = Theme.objects.get()
    for name, value in look.items():
        setattr(theme, name, value)
    theme.version += 1
    theme.full_clean()
    theme.save()
    audit_record(verb="brand.change", target=theme, after=look)


def _featured(agency: Agency, references: list[str]) -> None:
    for product in sellable_products(agency).filter(reference__in=references):
        position = references.index(product.reference) + 1
        selection_feature(product=product, position=position)


def _override(terms: dict[str, Any]) -> None:
    override = CommissionOverride(
        name=terms["name"],
        base=terms["base"],
        percent=Decimal(terms["percent"]),
        status=RuleStatus.ACTIVE,
    )
    override.full_clean()
    override.save()
    audit_record(verb="override_create", target=override, after={"percent": terms["percent"]})


@transaction.atomic
def rules_seed(facts: Facts) -> None:
    """The network's rules and one special operation, unless there are rules already."""
    if CommissionRule.objects.exists():
        return
    for plan in facts.network["rules"]:
        rule_create(**_rule_terms(plan))
    campaign = facts.network["operation"]
    since, until = campaign["days"]
    operation = operation_create(
        code=campaign["code"],
        name=campaign["name"],
        starts_on=facts.day(since),
        ends_on=facts.day(until),
    )
    operation.budget = Decimal(campaign["budget"])
    operation.provider_percent = Decimal(campaign["provider_percent"])
    operation.operator_percent = 100 - operation.provider_percent
    operation.save()
    rule_create(
        **_rule_terms(campaign["rule"]),
        operation=operation,
        sale_from=operation.starts_on,
        sale_to=operation.ends_on,
    )


def _rule_terms(plan: dict[str, Any]) -> dict[str, Any]:
    terms = {"name": plan["name"], "base": plan["base"], "percent": Decimal(plan["percent"])}
    if "cap" in plan:
        terms["cap"] = Decimal(plan["cap"])
    if "group" in plan:
        terms["group"] = AgencyGroup.objects.get(code=plan["group"])
    if "product" in plan:
        terms["product"] = Product.objects.get(reference=plan["product"])
    if "category" in plan:
        terms["category"] = Category.objects.get(code=plan["category"])
    return terms
