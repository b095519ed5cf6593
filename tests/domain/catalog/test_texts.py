"""A reader always gets a text, and a search compares the same form on both sides."""

import pytest

from shared_apps.catalog.forms import standard_form
from shared_apps.catalog.texts import bare_text, list_in, text_in


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"fr": "Bonjour", "en": "Hello"}, "en", "Hello"),
        ({"fr": "Bonjour", "en": "Hello"}, "en-gb", "Hello"),
        ({"fr": "Bonjour", "en": "Hello"}, "de", "Bonjour"),
        ({"en": "Hello", "de": "Hallo"}, "fr", "Hello"),
        ({"nl": "Hallo", "it": "Ciao"}, "fr", "Ciao"),
        ({"fr": "", "en": "Hello"}, "fr", "Hello"),
        ({}, "fr", ""),
        (None, "fr", ""),
    ],
)
def test_a_missing_language_falls_back_to_french_then_english_then_any(texts, language, expected):
    assert text_in(texts, language) == expected


def test_a_list_comes_whole_from_one_language():
    assert list_in({"fr": ["a", "b"], "en": ["x"]}, "en") == ["x"]
    assert list_in({"fr": ["a", "b"], "en": []}, "en") == ["a", "b"]
    assert list_in({}, "en") == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("echappee", "L’Échappée à vélo"),
        ("COEUR", "Au cœur du vignoble"),
        ("saint jean", "Saint-Jean_de-Luz"),
        ("l ocre", "l'Ocre"),
    ],
)
def test_a_search_ignores_case_accents_ligatures_and_punctuation(typed, written):
    assert bare_text(typed) in bare_text(written)


@pytest.mark.parametrize("kind", ["single", "package"])
def test_a_standard_form_says_its_version_and_its_hash_depends_on_the_language(kind):
    french, english = standard_form(kind, "fr"), standard_form(kind, "en")
    assert (french.code, french.version) == (english.code, english.version)
    assert french.sha256 != english.sha256
    assert standard_form(kind, "de") == french
    assert french.evidence()["sha256"] == french.sha256


def test_a_sale_is_single_or_package_and_nothing_else():
    with pytest.raises(ValueError, match="unknown kind"):
        standard_form("voucher", "fr")
