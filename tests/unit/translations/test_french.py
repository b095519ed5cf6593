"""The interface is written in English in the source and read in French by most people.

A page that is half English, a sentence that lost its amount or a word that changes from page to
page is a defect that no other test sees. These read the catalogue itself, once, and say which
string is at fault.
"""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from deploy import translations

NO_BREAK = "\N{NO-BREAK SPACE}"
PERCENT_FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]")
BRACE_FIELD = re.compile(r"\{\w+\}")
TAG = re.compile(r"</?\w+[^>]*>")
ENGLISH = """
about above and any are at be been before being below by can cannot choose customer did does
else every for from given has have here how if in is it its keep kept left made more never
no not nothing now of off once only open other our over paid pay people price provider
remove save sell seller show since sold than that the their them then there these they this
time to too travellers until was we what when where which who will with without yet you your
"""
GLOSSARY = {
    r"\bprovider commission\b": "commission producteur",
    r"\bproviders?\b(?!('s)? commission)": "prestataires?",
    r"\bmarkups?\b": "sur-marges?",
    r"\bdiscount\b": "réduction",
    r"\badvantage\b": "avantage",
    r"\bsale price\b": "prix de vente",
    r"\bpurchase price\b": "prix d’achat",
    r"\bpublic tariffs?\b": "tarifs? publics?",
    r"\brate categor(y|ies)\b": "catégories? tarifaires?",
    r"\bspecial operation\b": "opération spéciale",
    r"(?<!sub-)\bcommission rule\b": "règle de commission",
    r"\bcommission override\b": "dérogation de commission",
    r"\bagency group\b": "groupe de distributeurs",
    r"\bown liability\b": "propre responsabilité",
    r"\bsellers? of record\b": "vendeurs?",
    r"\bterms of sale\b": "conditions générales de vente",
    r"\bsales journal\b": "journal des ventes",
    r"\bdepartures?\b": "départs?",
    r"\bselection\b": "sélection",
    r"(?<!receptive )\bagenc(y|ies)\b(?! group)": "agences?",
    r"\bvouchers?\b": "bons?",
    r"\bdeposit\b": "acompte",
    r"\bmediator\b": "médiateur",
    r"\bfinancial guarantee\b": "garantie financière",
    r"\bobligation to pay\b": "commande avec obligation de paiement",
}
BANNED = ("courriel", "fournisseur", "rabais", "voucher", "markup", "ristourne", "garant financier")
"""Words that say the same thing as a word of the glossary."""


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return translations.catalogue_read()


@pytest.fixture(scope="module")
def in_source() -> set[tuple[str | None, str | tuple[str, str]]]:
    return {found for _name, _line, found in translations.strings()}


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str, Message]]:
    """Each English form beside its French form."""
    for message in catalogue:
        if not message.id:
            continue
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        french = [message.string] if isinstance(message.string, str) else list(message.string)
        for one, other in zip(english, french, strict=True):
            yield one, other, message


def faults(catalogue: Catalog, wrong: Callable[[str, str], object]) -> list[tuple[str, str]]:
    return [(english, french) for english, french, _m in pairs(catalogue) if wrong(english, french)]


def words(text: str) -> set[str]:
    bare = TAG.sub(" ", BRACE_FIELD.sub(" ", PERCENT_FIELD.sub(" ", text)))
    return set(re.findall(r"[a-zà-ÿœ]+", bare.lower()))


def test_every_string_of_the_source_has_its_french(catalogue, in_source):
    known = {
        (message.context, message.id)
        for message in catalogue
        if message.id and translations._filled(message.string)
    }
    assert sorted(map(str, in_source - known)) == []


def test_the_catalogue_keeps_no_string_that_left_the_source(catalogue, in_source):
    kept = {(message.context, message.id) for message in catalogue if message.id}
    assert sorted(map(str, kept - in_source)) == []


def test_nothing_in_the_catalogue_is_a_guess(catalogue):
    assert not catalogue.fuzzy
    assert [message.id for message in catalogue if message.fuzzy] == []


def test_french_counts_zero_and_one_alike(catalogue):
    assert catalogue.num_plurals == 2
    assert catalogue.plural_expr == "(n > 1)"


def test_the_compiled_catalogue_is_made_from_the_written_one(catalogue):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert translations.CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize("field", [PERCENT_FIELD, BRACE_FIELD], ids=["percent", "brace"])
def test_every_blank_to_fill_is_in_both_languages(catalogue, field):
    def differ(english: str, french: str) -> bool:
        return sorted(field.findall(english)) != sorted(field.findall(french))

    assert faults(catalogue, differ) == []


def test_emphasis_is_in_both_languages(catalogue):
    assert faults(catalogue, lambda e, f: sorted(TAG.findall(e)) != sorted(TAG.findall(f))) == []


def test_no_english_word_is_left_in_the_french(catalogue):
    assert faults(catalogue, lambda _e, f: words(f) & set(ENGLISH.split())) == []


@pytest.mark.parametrize("english", GLOSSARY)
def test_a_word_of_the_glossary_is_the_same_everywhere(catalogue, english):
    expected = re.compile(rf"\b{GLOSSARY[english]}\b", re.IGNORECASE)
    found = [
        (one, other)
        for one, other, _m in pairs(catalogue)
        if re.search(english, PERCENT_FIELD.sub("", BRACE_FIELD.sub("", one)), re.IGNORECASE)
    ]
    assert found, "the source no longer says it: take it out of the list"
    assert [pair for pair in found if not expected.search(pair[1])] == []


@pytest.mark.parametrize("banned", BANNED)
def test_no_other_word_takes_the_place_of_the_glossary(catalogue, banned):
    assert faults(catalogue, lambda _e, f: banned in BRACE_FIELD.sub("", f).lower()) == []


def test_high_punctuation_never_begins_a_line(catalogue):
    loose = re.compile(rf" [:;?!»](\s|$)|« |(?<=[\w)])[;?!](\s|$)|[^\s{NO_BREAK}»]»|«[^{NO_BREAK}]")
    assert faults(catalogue, lambda _e, f: loose.search(f)) == []


def test_nobody_is_shouted_at(catalogue):
    assert faults(catalogue, lambda e, f: "!" in e + f) == []


def test_apostrophes_and_quotation_marks_are_french(catalogue):
    assert faults(catalogue, lambda _e, f: re.search(r"[\"'“”]", TAG.sub("", f))) == []
