"""Whole fluxes: folders and archives, well laid out, damaged and hostile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared_apps.catalog.datatourisme import Draft, FluxError, Unusable, read_flux, source

from .sources import poi, write_flux, write_zip

REPOSITORY = Path(__file__).resolve().parents[3]
DEMO = REPOSITORY / "deploy" / "demo" / "flux"
SHARED = REPOSITORY.parent / "shared" / "data" / "datatourisme"
REAL_FLUXES = [
    pytest.param(DEMO, 24, id="demo"),
    *([pytest.param(SHARED, 84, id="shared")] if SHARED.is_dir() else []),
]


def outcome(path: Path) -> list[tuple[str, str]]:
    """What became of each object, as (id, "draft") or (id, reason code)."""
    return [
        (result.external_id.rpartition("/")[2], "draft")
        if isinstance(result, Draft)
        else (result.id.rpartition("/")[2], result.reason_code)
        for result in read_flux(path)
    ]


@pytest.mark.parametrize(("path", "count"), REAL_FLUXES)
def test_every_object_of_a_real_flux_becomes_a_draft(path: Path, count: int) -> None:
    results = list(read_flux(path))

    assert [result for result in results if isinstance(result, Unusable)] == []
    assert len(results) == count
    for draft in results:
        assert isinstance(draft, Draft)
        assert draft.text("fr").title and draft.provider.legal_name and draft.place.address.locality
        assert draft.place.latitude is not None and draft.place.longitude is not None


@pytest.mark.parametrize(("path", "count"), REAL_FLUXES)
def test_reading_a_real_flux_twice_gives_the_same_fingerprints(path: Path, count: int) -> None:
    first, second = (
        {draft.fingerprint for draft in read_flux(path) if isinstance(draft, Draft)}
        for _ in range(2)
    )

    assert first == second
    assert len(first) == count


def test_a_folder_with_an_index_is_read_in_its_order(tmp_path: Path) -> None:
    flux = write_flux(tmp_path / "flux", {"b.json": poi(2), "a.json": poi(1)})

    assert outcome(flux) == [("2", "draft"), ("1", "draft")]


def test_a_folder_of_loose_files_needs_no_index(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(poi(1)), encoding="utf-8-sig")
    (tmp_path / "y.json").write_text(json.dumps({"@graph": [poi(2), poi(3)]}), encoding="utf-8")

    assert outcome(tmp_path) == [("1", "draft"), ("2", "draft"), ("3", "draft")]


@pytest.mark.parametrize("prefix", ["", "flux-2026/"])
def test_a_zip_is_read_like_a_folder_also_below_a_top_folder(tmp_path: Path, prefix: str) -> None:
    members = {
        f"{prefix}index.json": '[{"file": "objects/1.json"}]',
        f"{prefix}objects/1.json": json.dumps(poi(1)),
    }

    assert outcome(write_zip(tmp_path / "flux.zip", members)) == [("1", "draft")]


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    objects = {
        "1.json": poi(1),
        "2.json": "{ not json",
        "3.json": '"a text"',
        "4.json": '{"@id": NaN}',
        "5.json": "[" * 100_000,
        "6.json": poi(1),
        "7.json": poi(7),
    }
    index = [{"file": f"objects/{name}"} for name in objects]
    index[1:1] = [{"label": "no file"}, {"file": "objects/gone.json"}]

    assert outcome(write_flux(tmp_path / "flux", objects, index=index)) == [
        ("index.json#2", "index_entry_unreadable"),
        ("1", "draft"),
        ("gone.json", "file_missing"),
        ("2.json", "json_malformed"),
        ("3.json", "not_an_object"),
        ("4.json", "json_malformed"),
        ("5.json", "json_malformed"),
        ("1", "duplicate_id"),
        ("7", "draft"),
    ]


def test_an_object_that_the_index_forgot_is_read_all_the_same(tmp_path: Path) -> None:
    flux = write_flux(
        tmp_path / "flux", {"1.json": poi(1), "2.json": poi(2)}, index=[{"file": "objects/1.json"}]
    )

    assert outcome(flux) == [("1", "draft"), ("2", "draft")]


@pytest.mark.parametrize(
    "file",
    [
        "../secret.json",
        "/etc/passwd",
        "objects/../../secret.json",
        "..\\secret.json",
        "C:/secret.json",
    ],
)
def test_an_index_cannot_lead_out_of_the_flux(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(poi(9)), encoding="utf-8")
    flux = write_flux(
        tmp_path / "flux", {"1.json": poi(1)}, index=[{"file": file}, {"file": "objects/1.json"}]
    )

    assert [code for _, code in outcome(flux)] == ["unsafe_path", "draft"]


def test_a_link_cannot_lead_out_of_the_flux(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(poi(9)), encoding="utf-8")
    flux = write_flux(tmp_path / "flux", {"1.json": poi(1)})
    (flux / "objects" / "link.json").symlink_to(tmp_path / "secret.json")

    assert outcome(flux) == [("1", "draft"), ("link.json", "unsafe_path")]


@pytest.mark.parametrize("member", ["../1.json", "/1.json", "objects/../../1.json"])
def test_an_archive_member_with_an_unsafe_name_is_refused(tmp_path: Path, member: str) -> None:
    archive = write_zip(
        tmp_path / "flux.zip", {member: json.dumps(poi(1)), "2.json": json.dumps(poi(2))}
    )

    assert sorted(code for _, code in outcome(archive)) == ["draft", "unsafe_path"]


def test_a_zip_bomb_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    dense = json.dumps(poi(1, dc__description="0" * 2_000_000))
    huge = " " * (source.MAX_OBJECT_BYTES + 1)
    archive = write_zip(
        tmp_path / "flux.zip", {"1.json": dense, "2.json": huge, "3.json": json.dumps(poi(3))}
    )

    assert outcome(archive) == [
        ("1.json", "file_too_large"),
        ("2.json", "file_too_large"),
        ("3", "draft"),
    ]


def test_a_damaged_member_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    archive = write_zip(
        tmp_path / "flux.zip", {"1.json": json.dumps(poi(1)), "2.json": json.dumps(poi(2))}
    )
    content = bytearray(archive.read_bytes())
    start = content.index(b"1.json") + len(b"1.json")
    content[start + 40 : start + 60] = b"\xff" * 20
    archive.write_bytes(content)

    assert outcome(archive) == [("1.json", "file_damaged"), ("2", "draft")]


def test_a_flux_larger_than_the_whole_bound_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flux = write_flux(tmp_path / "flux", {"1.json": poi(1), "2.json": poi(2)})
    monkeypatch.setattr(source, "MAX_TOTAL_BYTES", 1500)

    with pytest.raises(FluxError, match="more than 1500 bytes"):
        outcome(flux)


@pytest.mark.parametrize("index", ["{ not json", '{"a": 1}', '"text"'])
def test_a_broken_index_is_an_error_that_says_so(tmp_path: Path, index: str) -> None:
    flux = write_flux(tmp_path / "flux", {"1.json": poi(1)})
    (flux / "index.json").write_text(index, encoding="utf-8")

    with pytest.raises(FluxError, match="index"):
        outcome(flux)


def test_a_path_that_is_no_flux_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")

    with pytest.raises(FluxError, match="nothing at"):
        outcome(tmp_path / "absent")
    with pytest.raises(FluxError, match="neither a folder nor a zip"):
        outcome(tmp_path / "notes.txt")


def test_an_empty_folder_holds_no_objects(tmp_path: Path) -> None:
    assert outcome(tmp_path) == []
