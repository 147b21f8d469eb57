"""The page that counts how the facts are known, against the data itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.actor import Actor, Role, system
from directory.core.work import Work
from directory.knowledge.queries import claims
from directory.listings.actions import withdraw
from directory.listings.queries import center_pages, facilitator_pages
from directory.listings.rules.document import Kind
from directory.listings.rules.views import borne
from directory.submissions.actions.samples import draw_sample, record_verdict
from directory.submissions.rules.states import SampleVerdict
from tests.browser import Browser, Page, words
from tests.conftest import NOW
from tests.web.making import make_app
from tests.web.people import add_person

__all__ = ["make_app"]

URL = "/en/guides/provenance"
CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")
BASES = ("verified", "attested", "sourced", "unverified", "not-stated")


def rows(page: Page, caption: str) -> dict[str, list[str]]:
    """Return the cells of a table's rows, by the words of their headings."""
    for table in page.all("table"):
        if words(next(table.iter("caption"))) == caption:
            return {
                words(next(row.iter("th"))): [words(cell) for cell in row.iter("td")]
                for row in table.iter("tr")
                if list(row.iter("td"))
            }
    raise AssertionError(f"no table {caption!r}")


def element(page: Page, name: str) -> str:
    return next(words(each) for each in page.tree.iter() if each.get("id") == name)


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def facts(app):
    """Return every published fact with its city, as readers see it."""
    tools = app.extensions["directory"]
    with tools.reading() as session:
        centers = center_pages(session, today=NOW.date())
        helpers = facilitator_pages(session, today=NOW.date())
    return [
        *((page.city, fact) for page in centers for fact in borne(page)),
        *((None, fact) for page in helpers for fact in borne(page)),
    ]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_page_is_good_in_every_language(browser, language):
    for query in ("", "?verdict=wrong", "?page=3", "?section=cost&verdict=holds"):
        browser.open(f"/{language}/guides/provenance{query}")


def test_facts_are_counted_by_city_and_basis(app, facts):
    page = Browser(app).open(URL)
    table = rows(page, "Facts by city and basis")

    counted = Counter((city, fact.basis or "not-stated") for city, fact in facts)
    names = dict(
        zip(CITIES, ("Beijing", "Shanghai", "Guangzhou", "Tianjin"), strict=True)
    )
    for city, name in names.items():
        assert table[name][:-1] == [str(counted[city, basis]) for basis in BASES]
    total = Counter(fact.basis or "not-stated" for _city, fact in facts)
    assert table["All, with facilitators"][:-1] == [str(total[one]) for one in BASES]
    assert "47 centers are listed." in element(page, "counts")


def test_what_is_overdue_is_counted_by_city(make_app, facts):

    late = make_app()
    tools = late.extensions["directory"]
    then = NOW + timedelta(days=120)
    late.extensions["directory"] = replace(tools, clock=lambda: then)

    table = rows(Browser(late).open(URL), "Facts by city and basis")

    overdue = Counter(
        city
        for city, fact in facts
        if fact.basis is not None and fact.next_due < then.date()
    )
    assert table["Beijing"][-1] == str(overdue["beijing"])
    assert overdue["beijing"] > 0
    assert table["All, with facilitators"][-1] == str(overdue.total())


def test_facts_are_counted_by_kind_of_source(app, facts):
    table = rows(Browser(app).open(URL), "Facts by kind of source")

    counted = Counter(
        fact.source.kind.value if fact.source.kind else ""
        for _city, fact in facts
        if fact.source
    )
    shown = {name: int(cells[0]) for name, cells in table.items()}
    assert shown["the hospital's own page"] == counted["official-hospital"]
    assert sum(shown.values()) == counted.total()


def test_every_claim_stands_on_some_page_with_verdict_and_source(app):
    reader = Browser(app)
    with app.extensions["directory"].reading() as session:
        known = {claim.id: claim for claim in claims(session)}
    assert len(known) == 139
    seen: dict[str, str] = {}
    links: set[str] = set()
    for number in range(1, 8):
        page = reader.open(f"{URL}?page={number}")
        for each in page.by_class("fact"):
            name = (each.get("id") or "").upper()
            if name in known:
                seen[name] = words(each)
        links |= {each.get("href", "") for each in page.by_class("source")}

    assert seen.keys() == known.keys()
    verdicts = {
        "holds": "Holds",
        "wrong": "Wrong",
        "outdated": "Outdated",
        "unverifiable": "Cannot be checked",
    }
    for name, claim in known.items():
        assert seen[name].startswith(f"{verdicts[claim.verdict.value]} {name}")
        assert " ".join((claim.correction or {"en": ""})["en"].split()) in seen[name]
        assert claim.source is None or claim.source.url in links


def test_claims_are_filtered_by_verdict_and_part(app):
    reader = Browser(app)
    with app.extensions["directory"].reading() as session:
        known = claims(session)
    wanted = [one.id for one in known if one.verdict == "wrong"]
    both = [one.id for one in known if one.verdict == "wrong" and one.section == "cost"]

    def shown(query: str) -> list[str]:
        page = reader.open(f"{URL}?{query}")
        ids = ((each.get("id") or "").upper() for each in page.by_class("fact"))
        return [one for one in ids if one.startswith("SC")]

    assert shown("verdict=wrong") == wanted[:20]
    assert shown("verdict=wrong&section=cost") == both
    assert 0 < len(both) < len(wanted) < 139
    page = reader.open(f"{URL}?verdict=wrong&section=cost")
    assert f"{len(both)} of 139 claims" in element(page, "claims")
    chosen = [
        one.get("value")
        for one in page.all("option")
        if one.get("selected") is not None
    ]
    assert chosen == ["wrong", "cost"]


@pytest.mark.parametrize(
    "query",
    ["verdict=nonsense", "section=x", "page=0", "page=²", "page=-1", "page=1000"],
)
def test_what_the_address_names_in_vain_is_left_aside(browser, query):
    assert element(browser.open(f"{URL}?{query}"), "sc001")


def test_a_page_beyond_the_last_is_the_last(browser):
    assert element(browser.open(f"{URL}?page=99"), "sc139")


def test_without_a_sample_none_is_claimed(browser):
    assert "No sample has been checked yet." in element(browser.open(URL), "sample")


def test_the_last_sample_is_shown_with_its_interval(app):
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        person = add_person(session)
        actor = Actor("person:m", frozenset({Role.MODERATOR}), person=person.id)
        work = Work(session, actor, NOW)
        sample = draw_sample(work, 10, "2026-11-22")
        for position in range(1, 11):
            verdict = SampleVerdict.HOLDS if position < 10 else SampleVerdict.WRONG
            record_verdict(work, sample, position, verdict)

    page = Browser(app).open(URL)

    said = element(page, "sample")
    # Source: Wilson's interval of 9 in 10, as any table of it gives it.
    assert "9 of 10 facts still held: 90%" in said
    assert "between 59.6% and 98.2% would hold" in said
    assert "with the seed 2026-11-22" in said
    table = rows(page, "What the sample showed")
    assert table["Holds"] == ["9"]
    assert table["The source is gone"] == ["0"]


def test_what_was_withdrawn_is_counted_no_more(app):
    tools = app.extensions["directory"]
    before = rows(Browser(app).open(URL), "Facts by city and basis")
    with tools.sessions.begin() as session:
        work = Work(session, system("test"), NOW)
        withdraw(work, Kind.CENTER, "nanfang-hospital", "Closed.")

    after = rows(Browser(app).open(URL), "Facts by city and basis")

    assert after["Beijing"] == before["Beijing"]
    assert int(after["Guangzhou"][2]) < int(before["Guangzhou"][2])
