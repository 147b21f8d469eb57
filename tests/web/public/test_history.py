"""Versions, what changed in them, and who says each single thing."""

from __future__ import annotations

from datetime import date

import pytest

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import (
    CHECKED,
    SOURCE,
    capabilities,
    center,
    facilitator,
    sourced,
    unverified,
)
from tests.web.making import make_app

__all__ = ["make_app"]

CENTER = "/en/centers/willow-hospital"
LONG_AGO = date(2025, 1, 2)


def changed_center():
    """Return the center with one fact of each basis, and one that is overdue."""
    return center(
        names={"en": "Willow & <Sons>", "zh": "柳医院"},
        capabilities=capabilities(
            icu={"value": "yes", "basis": "attested", "checked_on": CHECKED},
            apheresis={"value": "yes", "basis": "verified"}
            | {"source": SOURCE, "checked_on": CHECKED},
            pet_ct={"value": "no"} | sourced(statement="It has none."),
            tocilizumab={"value": "yes"} | unverified(checked_on=LONG_AGO),
        ),
    )


def act(app, what) -> None:
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        what(Work(session, system("test"), NOW))


@pytest.fixture
def app(make_app):
    """Return an application with a listing of each kind that changed."""
    made = make_app()
    act(made, lambda work: publish(work, center(), authority="seed"))
    act(
        made,
        lambda work: publish(
            work, changed_center(), authority="submission:" + "a" * 32
        ),
    )
    act(made, lambda work: publish(work, facilitator(), authority="seed"))
    act(
        made,
        lambda work: publish(
            work,
            facilitator(names={"en": "Willow Tours"}),
            authority="submission:" + "b" * 32,
        ),
    )
    return made


@pytest.fixture
def reader(app):
    return Browser(app)


def part(page, name: str) -> str:
    return next(words(each) for each in page.tree.iter() if each.get("id") == name)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize(
    "kind", ["centers/willow-hospital", "facilitators/willow-travel"]
)
def test_every_page_of_a_history_is_good_in_every_language(reader, language, kind):
    for rest in ("", "/history", "/history?from=1&to=2", "/versions/1", "/versions/2"):
        reader.open(f"/{language}/{kind}{rest}")


def test_a_change_is_told_in_words_and_on_whose_word(reader):
    second = part(reader.open(f"{CENTER}/history"), "v2")

    assert "on the word of the hospital's own office, reviewed" in second
    assert "capability" not in second
    assert "checked_on" not in second
    icu = part(reader.open(f"{CENTER}/history"), "v2-capability-icu")
    assert "Basis Before: Sourced After: Stated by the hospital" in icu
    assert "Source Before: The ward After: nothing" in icu


def test_a_company_is_called_a_company(reader):
    page = reader.open("/en/facilitators/willow-travel/history")

    assert "on the word of the company itself" in part(page, "v2")
    assert "Before: Willow Travel After: Willow Tours" in part(page, "v2-names-en")


def test_two_versions_are_compared_in_either_order(reader):
    there = part(reader.open(f"{CENTER}/history?from=1&to=2"), "between")
    back = part(reader.open(f"{CENTER}/history?from=2&to=1"), "between")
    same = part(reader.open(f"{CENTER}/history?from=2&to=2"), "between")

    assert "From version 1 to version 2" in there
    assert back == there
    assert "Nothing is different" in same


@pytest.mark.parametrize("query", ["from=1&to=9", "from=7&to=1"])
def test_a_version_that_never_was_cannot_be_compared(reader, query):
    reader.open(f"{CENTER}/history?{query}", status=404)


@pytest.mark.parametrize("query", ["from=x&to=2", "from=0&to=2", "to=1", "from=²&to=1"])
def test_what_is_no_number_compares_nothing(reader, query):
    page = reader.open(f"{CENTER}/history?{query}")

    assert not [each for each in page.tree.iter() if each.get("id") == "between"]


def test_an_earlier_version_says_that_it_is_one(reader):
    page = reader.open(f"{CENTER}/versions/1")

    assert page.heading == "willow-hospital of Beijing"
    assert "This is version 1, as it was published on" in page.text
    assert page.link("See what holds now (version 2)") == CENTER
    assert next(page.all("meta", name="robots")).get("content") == "noindex"
    assert next(page.all("link", rel="canonical")).get("href").endswith(CENTER)
    assert not list(page.all("script", type="application/ld+json"))
    assert f"{CENTER}/facts/capability.icu" not in page.links()


def test_the_current_version_has_an_address_that_lasts(reader):
    page = reader.open(f"{CENTER}/versions/2")

    assert page.heading == "Willow & <Sons>"
    assert "This is version" not in page.text


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("capability.icu", "The hospital's own office says so. Somebody there, signed"),
        ("capability.apheresis", "a moderator of the directory compared it with"),
        ("capability.pet_ct", "This page or paper says so: The ward"),
        ("capability.tocilizumab", "we looked for a source and found none"),
        ("capability.neurology", "found nothing, so nothing is claimed"),
        ("evidence.1", "This page or paper says so"),
        ("treatment.1", "Nobody whom we could name"),
        ("trial.1", "This page or paper says so"),
        ("address", "Nobody whom we could name"),
        ("accreditation.2", "This page or paper says so"),
        ("identity", "Nobody whom we could name"),
    ],
)
def test_a_fact_says_who_says_so(reader, field, said):
    page = reader.open(f"{CENTER}/facts/{field}")

    assert said in page.text
    assert "November 22, 2026" in page.text or field == "capability.tocilizumab"


def test_every_fact_of_a_page_leads_to_its_own(reader):
    for listing in (CENTER, "/en/facilitators/willow-travel"):
        page = reader.open(listing)
        leads = [link for link in page.links() if f"{listing}/facts/" in link]
        shown = [
            each.get("id")
            for each in (*page.by_class("fact"), *page.all("li"))
            if each.get("id")
        ]
        assert len(set(leads)) == len(leads) >= len(shown) > 3
        for link in leads:
            reader.open(link)


def test_an_overdue_fact_says_so_and_another_does_not(reader):
    late = reader.open(f"{CENTER}/facts/capability.tocilizumab")

    assert "It was due to be checked again by April 2, 2025" in late.text
    assert late.by_class("overdue")
    fresh = reader.open(f"{CENTER}/facts/capability.icu")
    assert not fresh.by_class("overdue")


def test_a_fact_knows_the_version_in_which_it_changed(reader):
    page = reader.open(f"{CENTER}/facts/capability.icu")
    history = page.link("See this change in the history")

    assert "In version 2, published on" in page.text
    assert history == f"{CENTER}/history#v2-capability-icu"
    assert part(reader.open(f"{CENTER}/history"), "v2-capability-icu")
    kept = reader.open(f"{CENTER}/facts/evidence.1")
    assert "In version 1, published on" in kept.text


@pytest.mark.parametrize(
    "field",
    ["no-such", "capability.", "capability.nothing", "trial.2", "names.en", "%00"],
)
def test_there_is_no_page_of_a_fact_that_is_not_there(reader, field):
    reader.open(f"{CENTER}/facts/{field}", status=404)


def test_what_was_withdrawn_has_no_history(app, reader):
    act(app, lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "Closed."))

    for rest in ("/history", "/versions/1", "/versions/2", "/facts/capability.icu"):
        reader.open(f"{CENTER}{rest}", status=410)
