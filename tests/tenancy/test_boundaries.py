"""The schema is part of every key and path: templates, cache entries, files.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

from pathlib import Path

import pytest
from django.core.cache import cache, caches
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.template import Origin, TemplateDoesNotExist, engines
from django.template.loader import get_template
from django.template.loaders.base import Loader
from django_tenants.utils import schema_context, tenant_context

from tenants.storage import AgencyS3Storage

CLIMBS = ["../ocean.txt", "a/../../x", "/etc/passwd", "..", "a/..", "agency_ocean/../x"]


class PerAgencyLoader(Loader):
    """Finds another template for each schema, as a theme of one's own would."""

    def get_template_sources(self, template_name):
        """One made-up source for each schema."""
        yield Origin(f"{connection.schema_name}/{template_name}", template_name, loader=self)

    def get_contents(self, origin):
        """The schema's name is the template."""
        if not origin.template_name.startswith("themed"):
            raise TemplateDoesNotExist(origin)
        return f"theme of {connection.schema_name}"


@pytest.fixture
def themed(monkeypatch):
    """The project's template engine with the loader above inside its cached loader."""
    (cached,) = engines["django"].engine.template_loaders
    monkeypatch.setattr(cached, "loaders", [PerAgencyLoader(engines["django"].engine)])
    cached.reset()
    yield lambda: get_template("themed.html").render()
    cached.reset()


def test_a_cached_template_of_one_agency_is_not_shown_by_another(lumiere, ocean, themed):
    for _ in range(2):
        for agency in (lumiere, ocean):
            with tenant_context(agency):
                assert themed() == f"theme of {agency.schema_name}"
    assert themed() == "theme of shared"


def test_a_template_cached_in_a_schema_context_is_not_shown_by_another(lumiere, ocean, themed):
    for schema in (lumiere.schema_name, ocean.schema_name, lumiere.schema_name):
        with schema_context(schema):
            assert themed() == f"theme of {schema}"


def test_a_missing_template_of_one_agency_is_not_missing_for_another(lumiere, ocean, themed):
    with schema_context(lumiere.schema_name), pytest.raises(TemplateDoesNotExist):
        get_template("missing.html")
    (cached,) = engines["django"].engine.template_loaders
    with schema_context(lumiere.schema_name):
        here = cached.cache_key("missing.html")
    with schema_context(ocean.schema_name):
        assert cached.cache_key("missing.html") != here


def test_a_cache_entry_belongs_to_one_agency(lumiere, ocean):
    with tenant_context(lumiere):
        cache.set("price", 1)
        cache.set_many({"a": 1, "b": 2})
    with tenant_context(ocean):
        assert cache.get("price") is None
        assert cache.get_many(["a", "b"]) == {}
        assert not cache.delete("price")
        cache.set("price", 2)
    assert cache.get("price") is None
    with schema_context(lumiere.schema_name):
        assert cache.get("price") == 1
        assert cache.incr("price") == 2
    with schema_context(ocean.schema_name):
        assert cache.get("price") == 2


def test_the_platforms_own_cache_is_one_for_all(lumiere):
    caches["platform"].set("version", 7)
    with tenant_context(lumiere):
        assert caches["platform"].get("version") == 7


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_file_of_one_agency_is_not_there_for_another(lumiere, ocean, files):
    with tenant_context(lumiere):
        name = default_storage.save("brand/logo.txt", ContentFile(b"light"))
        assert default_storage.open(name).read() == b"light"
    assert (files / "agency_lumiere" / "brand" / "logo.txt").read_bytes() == b"light"
    with tenant_context(ocean):
        assert not default_storage.exists("brand/logo.txt")
        assert not default_storage.exists(name)
        with pytest.raises(FileNotFoundError):
            default_storage.open(name)
        default_storage.delete(name)
        # The stored name is a folder like any other here: never the other agency's.
        assert Path(default_storage.path(name)).relative_to(files).parts[0] == "agency_ocean"
    assert (files / "agency_lumiere" / "brand" / "logo.txt").exists()


def test_two_agencies_keep_two_files_of_one_name(lumiere, ocean, files):
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            default_storage.save("logo.txt", ContentFile(agency.slug.encode()))
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            assert default_storage.open("logo.txt").read() == agency.slug.encode()


@pytest.mark.parametrize("path", CLIMBS)
def test_a_path_that_climbs_out_is_refused(in_lumiere, files, path):
    for attempt in (default_storage.open, default_storage.exists, default_storage.delete):
        with pytest.raises(SuspiciousFileOperation):
            attempt(path)
    with pytest.raises(SuspiciousFileOperation):
        default_storage.save(path, ContentFile(b"x"))
    assert list(files.rglob("*.txt")) == []


def test_objects_in_s3_stand_under_their_agencys_prefix(lumiere, ocean):
    storage = AgencyS3Storage(bucket_name="test")
    with tenant_context(lumiere):
        assert storage._normalize_name("brand/logo.png") == "agency_lumiere/brand/logo.png"
        assert storage._normalize_name("agency_lumiere/x") == "agency_lumiere/x"
    with tenant_context(ocean):
        assert storage._normalize_name("agency_lumiere/x") == "agency_ocean/agency_lumiere/x"
        for path in CLIMBS:
            with pytest.raises(SuspiciousFileOperation):
                storage._normalize_name(path)
