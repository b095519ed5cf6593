"""A flux becomes drafts, whole and once, and never undoes what a person did."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog import import_values
from shared_apps.catalog.actions import product_complete, provider_update, provider_validate
from shared_apps.catalog.datatourisme import Draft, read_flux
from shared_apps.catalog.imports import flux_import
from shared_apps.catalog.models import Media, Place, Product, Provider, RateCategory, Status

ROOT = Path(__file__).resolve().parents[3]
DEMO_FLUX = ROOT / "deploy" / "demo" / "flux"
REAL_FLUX = ROOT.parent / "shared" / "data" / "datatourisme"
FLUXES = [DEMO_FLUX, *([REAL_FLUX] if REAL_FLUX.is_dir() else [])]
SOURCE = "datatourisme"

pytestmark = pytest.mark.django_db


def ours():
    return Product.objects.filter(source=SOURCE)


def state():
    """Everything an import writes, with ids and versions: equal means nothing was touched."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Provider, Place, Product, RateCategory, Media)
    ]


def written_flux(folder: Path, *objects: dict | str) -> Path:
    """A flux folder holding ``objects``; a string is written as it is."""
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(objects):
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / "objects" / f"{number}.json").write_text(text, encoding="utf-8")
    return folder


def one_object(**changes) -> dict:
    source = json.loads((DEMO_FLUX / "objects" / "loi-velo-01.json").read_text("utf-8"))
    return source | changes


@pytest.mark.parametrize("flux", FLUXES, ids=lambda flux: flux.parent.name)
def test_every_object_of_a_flux_becomes_a_draft_with_provider_place_and_texts(flux):
    drafts = [result for result in read_flux(flux) if isinstance(result, Draft)]

    report = flux_import(flux)

    assert (report.created, report.unusable, report.read) == (len(drafts), [], len(drafts))
    products = {product.external_id: product for product in ours()}
    assert set(products) == {draft.external_id for draft in drafts}
    for draft in drafts:
        product = products[draft.external_id]
        assert product.status == Status.DRAFT
        assert set(product.titles) == {code for code, text in draft.texts.items() if text.title}
        assert product.provider.external_id == draft.provider.external_id
        assert product.attribution == draft.attribution
        assert product.reference_prices.count() == len(draft.prices)
        assert product.media.count() == len(draft.media)
        assert (product.place.latitude, product.place.longitude) == (
            draft.place.latitude,
            draft.place.longitude,
        )


def test_a_search_finds_an_imported_product_without_accents_or_capitals():
    flux_import(DEMO_FLUX)
    product = ours().select_related("place", "provider").get(external_id__endswith="loi-velo-01")
    for wanted in ("amboise", "les echappees du fleuve", "tnpdemo0001"):
        assert wanted in product.search_text


@pytest.mark.parametrize("flux", FLUXES, ids=lambda flux: flux.parent.name)
def test_a_second_import_changes_nothing_and_says_so(flux):
    first = flux_import(flux)
    before, entries = state(), AuditEntry.objects.count()

    second = flux_import(flux)

    assert (second.unchanged, second.created, second.updated, second.kept) == (first.read, 0, 0, 0)
    assert state() == before
    assert AuditEntry.objects.count() == entries


def test_the_command_prints_what_became_of_every_object():
    call_command("import_datatourisme", str(DEMO_FLUX), stdout=io.StringIO(), stderr=io.StringIO())
    output = io.StringIO()
    call_command("import_datatourisme", str(DEMO_FLUX), stdout=output, stderr=io.StringIO())
    words = " ".join(output.getvalue().split())
    assert "24 objects read" in words
    assert "24 unchanged" in words
    assert "Nothing has changed." in words


def test_a_zip_is_imported_like_its_folder(tmp_path):
    archive = tmp_path / "flux.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in DEMO_FLUX.rglob("*.json"):
            target.write(file, file.relative_to(DEMO_FLUX))
    assert flux_import(archive).created == 24
    assert flux_import(DEMO_FLUX).unchanged == 24


def test_an_object_that_cannot_be_used_is_named_with_its_reason_and_the_others_go_on(tmp_path):
    flux = written_flux(
        tmp_path,
        "{ this is not JSON",
        one_object(**{"rdfs:label": {}}),
        one_object(**{"@id": "https://data.tnp.example/objects/good"}),
    )
    output = io.StringIO()

    call_command("import_datatourisme", str(flux), stdout=output, stderr=io.StringIO())

    assert [product.external_id for product in ours()] == ["https://data.tnp.example/objects/good"]
    words = output.getvalue()
    assert "objects/0.json: json_malformed" in words
    assert "loi-velo-01: title_missing" in words


def test_an_object_the_database_refuses_leaves_no_row_and_is_reported(tmp_path, monkeypatch):
    bad = one_object(**{"@id": "https://data.tnp.example/objects/bad"})
    bad["hasBookingContact"] = [{"@id": "https://o.example/1", "schema:legalName": "Nulle part"}]
    take = import_values.media_values
    monkeypatch.setattr(
        import_values,
        "media_values",
        lambda draft: (
            [{"credit": "x" * 999}] if draft.external_id.endswith("/bad") else take(draft)
        ),
    )

    report = flux_import(written_flux(tmp_path, bad, one_object()))

    assert report.created == 1
    assert [(one.id[-3:], one.reason_code) for one in report.unusable] == [("bad", "not_stored")]
    assert not Provider.objects.filter(name="Nulle part").exists()
    assert report.providers_created == Provider.objects.filter(source=SOURCE).count()


@pytest.mark.parametrize("content", [None, "not an index"])
def test_an_unreadable_flux_ends_the_command_with_an_error(tmp_path, content):
    flux = tmp_path / "flux"
    if content is not None:
        flux.mkdir()
        (flux / "index.json").write_text(content)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_datatourisme", str(flux))


def test_an_untouched_draft_follows_its_source(tmp_path):
    flux_import(written_flux(tmp_path, one_object()))

    report = flux_import(written_flux(tmp_path, one_object(**{"rdfs:label": {"fr": ["Neuf"]}})))

    product = ours().get()
    assert (report.updated, product.titles) == (1, {"fr": "Neuf"})
    assert "neuf" in product.search_text


def test_a_draft_a_person_has_touched_is_kept_and_the_change_is_noted_once(tmp_path):
    flux_import(written_flux(tmp_path, one_object()))
    product_complete(product=ours().get(), titles={"fr": "Le titre de Jeanne"})
    changed = written_flux(tmp_path, one_object(**{"rdfs:label": {"fr": ["Neuf"]}}))

    first, second = flux_import(changed), flux_import(changed)

    product = ours().get()
    assert (first.kept, second.unchanged) == (1, 1)
    assert product.titles == {"fr": "Le titre de Jeanne"}
    assert product.internal_comment.count("titles") == 1
    assert AuditEntry.objects.filter(verb="import_keep", object_id=str(product.pk)).count() == 1


def test_a_validated_provider_is_not_written_by_an_import(tmp_path):
    flux_import(written_flux(tmp_path, one_object()))
    provider = Provider.objects.get(source=SOURCE)
    provider_update(provider=provider, name="Nom vérifié")
    provider_validate(provider=provider)

    flux_import(written_flux(tmp_path, one_object(**{"rdfs:label": {"fr": ["Neuf"]}})))

    provider.refresh_from_db()
    assert provider.name == "Nom vérifié"


def test_a_reference_already_taken_does_not_stop_the_import(tmp_path):
    first = one_object()
    twin = one_object(**{"@id": "https://data.tnp.example/objects/twin"})
    report = flux_import(written_flux(tmp_path, first, twin))
    assert report.created == 2
    assert ours().values("reference").distinct().count() == 2


def test_nothing_imported_can_be_sold_as_it_is():
    flux_import(DEMO_FLUX)
    assert not ours().exclude(status=Status.DRAFT).exists()
    assert not ours().exclude(provider_commission=None).exists()
    assert not Provider.objects.filter(source=SOURCE).exclude(notification_email="").exists()
