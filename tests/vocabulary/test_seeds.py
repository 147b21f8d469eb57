from __future__ import annotations

import json
from collections import Counter

import pytest

from directory.listings.rules.document import Route
from directory.search.rules.normalize import key_of
from directory.vocabulary.rules import Term, TermKind, check_terms
from tests.search.lexicons import SEED, terms

CAPABILITIES = {
    *("icu", "apheresis", "tocilizumab", "international_desk", "interpreter"),
    *("hematology_ward", "bmt_program", "cell_lab", "gmp_manufacturing", "neurology"),
    *("mrd_testing", "pet_ct", "remote_consultation", "invitation_letter"),
    *("pediatric_unit", "international_self_pay", "lodging_nearby"),
}
GUIDES = {
    *("overview", "how-it-works", "effectiveness", "safety", "eligibility", "cost"),
    *("insurance", "access", "international", "process", "records", "visa"),
    *("follow-up", "research", "comparison", "therapies", "provenance"),
}
SHOWN = {
    TermKind.CITY,
    TermKind.CAPABILITY,
    TermKind.TYPE,
    TermKind.ROUTE,
    TermKind.AUDIENCE,
    TermKind.INDICATION,
    TermKind.LANGUAGE,
    TermKind.GUIDE,
}


def keys(kind: TermKind) -> set[str]:
    return {term.key for term in terms() if term.kind is kind}


def test_terms_fit_together():
    assert check_terms(terms()) == ()


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (TermKind.CITY, {"beijing", "shanghai", "guangzhou", "tianjin"}),
        (TermKind.CAPABILITY, CAPABILITIES),
        (TermKind.GUIDE, GUIDES),
        (TermKind.ROUTE, set(map(str, Route))),
        (TermKind.AUDIENCE, {"adult", "pediatric"}),
    ],
)
def test_the_keys_are_the_agreed_ones(kind, wanted):
    assert keys(kind) == wanted


def test_every_therapy_has_its_page():
    pages = {path.stem for path in (SEED / "knowledge" / "therapies").glob("*.yaml")}

    assert keys(TermKind.THERAPY) == pages


def test_what_pages_show_has_words_in_every_language():
    bare = [
        f"{term.kind}:{term.key}"
        for term in terms()
        if term.kind in SHOWN and set(term.labels) != {"en", "zh", "ru", "ar"}
    ]

    assert bare == []


def test_no_therapy_shares_a_spelling_with_another():
    owners = Counter(
        (key_of(text), term.key)
        for term in terms()
        if term.kind is TermKind.THERAPY or term.key in {"tisa-cel", "liso-cel"}
        # Makers and targets stand for all of their products, and say so.
        for text in {synonym.text for synonym in term.synonyms if not synonym.also}
    )
    shared = Counter(key for key, _ in owners)

    assert [key for key, count in shared.items() if count > 1] == []


def test_carteyva_is_relma_cel_only_and_brings_a_note():
    owners = {
        (term.key, synonym.note)
        for term in terms()
        for synonym in term.synonyms
        if key_of(synonym.text) == "carteyva"
    }

    assert owners == {("relma-cel", "carteyva")}


@pytest.mark.parametrize(
    "abbreviation",
    ["ALL", "AL", "FL", "HL", "CR", "LEN", "BJ", "SH", "GZ", "TJ", "SLE", "MAS", "FC"],
)
def test_abbreviations_that_collide_are_cautious(abbreviation):
    found = [
        synonym.cautious
        for term in terms()
        for synonym in term.synonyms
        if synonym.text == abbreviation
    ]

    assert found
    assert all(found)


def test_single_characters_count_only_as_a_whole():
    loose = [
        synonym.text
        for term in terms()
        if term.kind is not TermKind.FILLER
        for synonym in term.synonyms
        if len(synonym.text) == 1 and synonym.language == "zh" and not synonym.whole
    ]

    assert loose == []


def test_the_published_schema_is_the_models():
    written = json.loads((SEED / "schema" / "term.schema.json").read_text("utf-8"))

    assert written.items() >= Term.model_json_schema().items()
