"""One center's page: what is known is shown with its source, gaps as gaps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.listings.queries import CenterPage, center_pages
from tests.browser import Page, words
from tests.conftest import NOW

MOST_STATED = "beijing-gobroad-boren-hospital"


@pytest.fixture(scope="session")
def centers(tools) -> tuple[CenterPage, ...]:
    with tools.reading() as session:
        return center_pages(session, today=NOW.date())


def data(page: Page) -> dict[str, Any]:
    script = next(page.all("script", type="application/ld+json"))
    told: list[dict[str, Any]] = json.loads("".join(script.itertext()))
    (found,) = (each for each in told if each["@type"] == "Hospital")
    return found


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_center_has_a_good_page_in_every_language(browser, centers, language):
    assert len(centers) == 47
    for center in centers:
        page = browser.open(f"/{language}/centers/{center.slug}")
        assert page.by_class("silent") or all(
            fact.value != "not-stated" for fact in center.capabilities
        )


def test_all_seventeen_capabilities_are_on_the_page(browser, centers):
    for center in centers[:10]:
        page = browser.open(f"/en/centers/{center.slug}")
        ids = {each.get("id") for each in page.tree.iter() if each.get("id")}
        assert {f"capability-{fact.key}" for fact in center.capabilities} <= ids


def test_a_gap_is_called_a_gap_and_never_no(browser, centers):
    for center in centers[:10]:
        page = browser.open(f"/en/centers/{center.slug}")
        for item in page.by_class("silent"):
            assert "no" not in words(item).split()


def test_every_sourced_fact_links_to_its_source(browser, centers):
    for center in centers:
        page = browser.open(f"/en/centers/{center.slug}")
        linked = {each.get("href") for each in page.by_class("source")}
        facts = (*center.capabilities, *center.evidence, *center.details)
        wanted = {fact.source.url for fact in facts if fact.source}
        assert wanted <= linked


def test_every_stated_fact_says_when_it_was_checked_and_is_due(browser, centers):
    center = next(each for each in centers if each.slug == MOST_STATED)
    page = browser.open(f"/en/centers/{MOST_STATED}")

    shown = [words(each) for each in page.by_class("fact")]
    checked = [said for said in shown if "Checked" in said and "due" in said]
    stated = [fact for fact in center.capabilities if fact.basis is not None]
    assert len(checked) >= len(stated) + len(center.evidence) + len(center.details)


def test_machines_are_told_only_what_has_a_source(browser, centers):
    for center in centers:
        told = data(browser.open(f"/en/centers/{center.slug}"))
        assert told["@id"] == f"http://localhost/en/centers/{center.slug}"
        assert "telephone" not in told
        assert "geo" not in told
        bases = {fact.key: fact.basis for fact in center.details}
        assert ("address" in told) is (bases.get("address") == "sourced")
        assert ("url" in told) is (bases.get("website") == "sourced")


def test_a_position_is_called_approximate(browser):
    assert "Approximate" in browser.open(f"/en/centers/{MOST_STATED}").text


def test_the_page_leads_to_its_versions(browser):
    page = browser.open(f"/en/centers/{MOST_STATED}")

    history = browser.open(page.link("Version 1"))

    assert "First version" in history.text


@pytest.mark.parametrize(
    "path",
    [
        "/centers/no-such-hospital",
        "/centers/aerospace-center-hospital",
        "/centers/no-such-hospital/history",
        "/centers/UPPER",
        "/centers/%00",
        "/centers/..%2f..%2fetc%2fpasswd",
        "/centers/" + "a" * 5000,
        "/centers/a--b",
        "/facilitators/nobody",
        "/zh/zh/centers",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_with_a_way_on(browser, path):
    page = browser.open(path, status=404)

    assert page.heading in {"There is no such page", "没有这个页面"}
    assert page.value("q") == ""


def test_a_facilitator_is_shown_with_claims_and_cautions(browser):
    page = browser.open("/en/facilitators/placidway")

    assert "not an endorsement" in page.text
    assert "claims to offer" in page.text
    assert "Carteyva" in page.text


def test_all_facilitators_are_listed(browser):
    page = browser.open("/en/facilitators")

    slugs = {href for href in page.links() if href.startswith("/en/facilitators/")}
    assert len(slugs) == 12
    for href in slugs:
        browser.open(href)
