"""What the index keeps of published pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from directory.knowledge.queries import therapy_pages
from directory.listings.actions import draft, publish, withdraw
from directory.listings.rules.document import Kind as ListingKind
from directory.outbox.queries import head
from directory.search.queries import changed, content, description, index_documents
from directory.search.rules.documents import ROUTE_OF, Standing
from directory.search.rules.published import Vocabulary
from directory.search.rules.values import Kind
from directory.vocabulary.actions import put_term
from directory.vocabulary.rules import TermKind
from tests.conftest import NOW
from tests.knowledge.seeds import put_everything
from tests.listings.documents import (
    capabilities,
    center,
    facilitator,
    sourced,
    unverified,
)
from tests.search.catalogs import TERMS, term

TODAY = NOW.date()


@pytest.fixture
def published(work):
    """Publishes a center and returns what the index keeps of it."""
    for one in TERMS:
        put_term(work, one)

    def act(today: date = TODAY, **fields: Any):
        publish(work, center(**fields), authority="test")
        [document] = index_documents(work.session, today=today)
        return document

    return act


def test_a_capability_is_what_its_basis_and_its_day_make_it(published):
    known = capabilities(
        icu={"value": "yes"} | sourced(),
        apheresis={"value": "yes"} | unverified(),
        tocilizumab={"value": "no"} | sourced(),
        pet_ct={"value": "refused"} | sourced(),
        neurology={"value": "conflicting"} | sourced(),
    )
    document = published(capabilities=known)

    assert document.values["capability"] == {
        "icu": Standing.YES,
        "apheresis": Standing.UNVERIFIED,
        "tocilizumab": Standing.NO,
        "pet_ct": Standing.REFUSED,
        "neurology": Standing.CONFLICTING,
    }


def test_what_was_in_time_is_overdue_some_day(published):
    document = published(today=TODAY + timedelta(days=400))

    assert document.standing("capability", "icu") is Standing.OVERDUE
    assert document.evidence is Standing.OVERDUE


def test_an_illness_is_borne_out_only_by_what_speaks_of_it(published):
    assert published().standing("indication", "mm") is Standing.UNVERIFIED

    said = [{"claim": "CAR-T in myeloma"} | sourced()]
    assert published(evidence=said).standing("indication", "mm") is Standing.YES


def test_a_study_of_a_licensed_product_is_not_the_product(work, published):
    put_everything(work)
    study = {"therapy": "zevor-cel", "route": "registered-trial"} | sourced()
    publish(work, center(treatments=[study]), authority="test")

    [document] = index_documents(work.session, ["center:willow-hospital"], today=TODAY)

    assert "therapy" not in document.values
    assert document.values[ROUTE_OF + "zevor-cel"] == {"registered-trial": Standing.YES}
    assert document.values["route"] == {"registered-trial": Standing.YES}


def test_an_interpreters_languages_can_be_asked_for(published):
    known = capabilities(interpreter={"value": "yes", "languages": ["ar"]} | sourced())

    assert published(capabilities=known).values["language"] == {"ar": Standing.YES}


def test_only_what_is_published_is_kept(work):
    publish(work, center("open-hospital"), authority="test")
    publish(work, center("closed-hospital", aliases=[]), authority="test")
    withdraw(work, ListingKind.CENTER, "closed-hospital", "closed")
    draft(work, center("draft-hospital", state="draft"))
    publish(work, facilitator(), authority="test")

    kept = {one.id for one in index_documents(work.session, today=TODAY)}

    assert kept == {"center:open-hospital", "facilitator:willow-travel"}


def test_subjects_choose_documents_of_every_kind(work):
    put_everything(work)
    publish(work, center(), authority="test")
    wanted = ["center:willow-hospital", "therapy:eque-cel", "guide:visa", "center:none"]

    found = index_documents(work.session, [*wanted, "vocabulary"], today=TODAY)

    assert {one.id for one in found} == set(wanted) - {"center:none"}
    guide = next(one for one in found if one.kind is Kind.GUIDE)
    assert guide.questions
    assert guide.text["en"]


def test_a_change_brings_what_it_changed_and_no_more(work):
    publish(work, center("one"), authority="test")
    before = content(work.session, today=TODAY)
    described = description(work.session)
    publish(work, center("two"), authority="test")
    withdraw(work, ListingKind.CENTER, "one", "closed")

    difference = changed(work.session, before.position, described, today=TODAY)

    assert difference is not None
    assert difference.gone == {"center:one", "center:two"}
    assert [one.id for one in difference.documents] == ["center:two"]
    assert difference.position == head(work.session)
    again = changed(work.session, difference.position, described, today=TODAY)
    assert again is not None
    assert again.position == difference.position


def test_a_change_of_the_vocabulary_means_reading_everything_again(work):
    described = description(work.session)
    put_term(work, term(TermKind.CITY, "beijing", "Beijing"))

    assert changed(work.session, 0, described, today=TODAY) is None
    assert changed(work.session, 10**6, described, today=TODAY) is None


def test_a_cautious_spelling_bears_nothing_out(work):
    put_everything(work)
    mm = TERMS[-4]
    vocabulary = Vocabulary.of((mm,), therapy_pages(work.session))

    assert vocabulary.mentions("For Multiple Myelomas.", TermKind.INDICATION, "mm")
    assert not vocabulary.mentions("mmyeloma", TermKind.INDICATION, "mm")
