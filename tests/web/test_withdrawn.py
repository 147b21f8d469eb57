"""A listing that was withdrawn: gone from every surface at once, index or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from directory.app import make_tools
from directory.cli.index import rebuild_if_needed
from directory.core.actor import VISITOR, system
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from directory.submissions.actions.corrections import Wrong, send_correction
from directory.tools import Tools
from tests.browser import Browser
from tests.conftest import NOW
from tests.listings.documents import center, facilitator
from tests.web.conftest import wire
from tests.web.inquiries.pages import ILLNESS, PERSON, go
from tests.web.making import make_settings

CENTER, HELPER = "quillbrook-hospital", "quillbrook-travel"
NAMES = {"en": "Invented Quillbrook", "zh": "虚构羽溪医院"}
HELPER_NAMES = {"en": "Invented Quillbrook Travel", "zh": "虚构羽溪旅行社"}

GONE = (
    "/en/centers/{center}",
    "/zh/centers/{center}",
    "/en/centers/{center}/history",
    "/en/centers/{center}/history?from=1&to=2",
    "/en/centers/{center}/versions/1",
    "/en/centers/{center}/versions/2",
    "/en/centers/{center}/facts/capability.icu",
    "/en/centers/{center}/facts/identity",
    "/en/corrections/new?kind=center&listing={center}",
    "/en/feed.atom?center={center}",
    "/api/v1/centers/{center}",
    "/en/facilitators/{helper}",
    "/en/facilitators/{helper}/history",
    "/en/facilitators/{helper}/versions/1",
    "/en/facilitators/{helper}/facts/service.1",
    "/en/corrections/new?kind=facilitator&listing={helper}",
    "/en/feed.atom?facilitator={helper}",
    "/api/v1/facilitators/{helper}",
)
"""Addresses of the listings' own: afterwards they say that it was withdrawn."""

SILENT = (
    "/en/centers",
    "/en/centers?q=Quillbrook",
    "/en/centers?q=%E7%BE%BD%E6%BA%AA",
    "/en/centers?city=beijing",
    "/en/centers?city=beijing&sort=name",
    "/en/suggest?q=Quillb",
    "/zh/suggest?q=%E7%BE%BD%E6%BA%AA",
    "/en/compare",
    "/en/facilitators",
    "/en/therapies/zevor-cel",
    "/en/feed.atom",
    "/en/feed.atom?city=beijing",
    "/sitemap.xml",
    "/api/v1/centers?q=Quillbrook",
    "/api/v1/facilitators?q=Quillbrook",
    "/api/v1/search?q=Quillbrook",
    "/api/v1/centers?city=beijing&per_page=50",
)
"""Addresses that name it among others: afterwards they say nothing of it."""

NEEDLES = (CENTER, HELPER, *NAMES.values(), *HELPER_NAMES.values())


def addresses(patterns: tuple[str, ...]) -> list[str]:
    return [one.format(center=CENTER, helper=HELPER) for one in patterns]


@dataclass
class Site:
    """The application while the listings stand, and once they were withdrawn.

    Args:
        app: The application.
        tools: Behind it.
        before: Answers by address, as a cache elsewhere may still have them:
            status, text and tag.
        counted: Numbers of the counting pages, as they were.
        reference: Of a correction of the center.
        is_behind: Whether the index still has them.
    """

    app: Flask
    tools: Tools
    before: dict[str, tuple[int, str, str]]
    counted: dict[str, list[int]]
    reference: str
    is_behind: bool

    def get(self, url: str) -> tuple[int, str]:
        """Return what comes for somebody who still has the answer from before."""
        tag = self.before[url][2]
        headers = {"If-None-Match": tag} if tag else {}
        answer = self.app.test_client(use_cookies=False).get(url, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    def count(self) -> dict[str, list[int]]:
        """Return every number that the counting pages show."""
        return {url: numbers(self.app, url) for url in COUNTING}


COUNTING = ("/en/", "/en/guides/provenance", "/en/centers?city=beijing")


def numbers(app: Flask, url: str) -> list[int]:
    text = Browser(app).open(url).text
    return [int(found) for found in re.findall(r"\b\d+\b", text.replace(",", ""))]


def change(tools: Tools, what) -> None:
    with tools.sessions.begin() as session:
        what(Work(session, system("test"), NOW))


def listed(work: Work) -> None:
    publish(work, center(CENTER, names=NAMES), authority="test")
    later = center(CENTER, names=NAMES, district="Haidian")
    publish(work, later, authority="test")
    publish(work, facilitator(HELPER, names=HELPER_NAMES), authority="test")


def gone(work: Work) -> None:
    withdraw(work, Kind.CENTER, CENTER, "It closed.")
    withdraw(work, Kind.FACILITATOR, HELPER, "It closed.")


def choices_of_inquiries(app: Flask) -> str:
    """Return the page of an inquiry on which one says to whom it goes."""
    browser = Browser(app)
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    return browser.open("/inquiries/where").response.get_data(as_text=True)


@pytest.fixture(scope="module", params=["behind", "caught up"])
def site(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    seeded_file: Path,
) -> Iterator[Site]:
    """Return the site after both were withdrawn, before or after the index knows."""
    settings = make_settings(tmp_path_factory.mktemp("site"), seeded_file)
    first = make_tools(settings)
    change(first, listed)
    rebuild_if_needed(settings, first.engine, lambda: NOW)
    first.engine.dispose()
    tools = replace(make_tools(settings), clock=lambda: NOW)
    app = wire(tools)
    with tools.sessions.begin() as session:
        wrong = Wrong(
            kind=Kind.CENTER,
            slug=CENTER,
            version=2,
            field="capability.icu",
            words="It has ten beds.",
            source_url=None,
            email=None,
            language=Language.EN,
        )
        reference = send_correction(Work(session, VISITOR, NOW), None, wrong)
    client = app.test_client(use_cookies=False)
    before = {}
    for url in addresses(GONE + SILENT):
        answer = client.get(url)
        tag = answer.headers.get("ETag", "")
        before[url] = (answer.status_code, answer.get_data(as_text=True), tag)
    made = Site(app, tools, before, {}, reference, request.param == "behind")
    made.counted = made.count()
    assert any(name in choices_of_inquiries(app) for name in NEEDLES)
    assert NAMES["en"] in Browser(app).open(f"/en/corrections/{reference}").text
    change(tools, gone)
    if request.param == "caught up":
        rebuild_if_needed(settings, tools.engine, tools.clock)
        tools.searcher.refresh()
    yield made
    tools.engine.dispose()


@pytest.mark.parametrize("url", addresses(GONE + SILENT))
def test_it_was_there_before(site, url):
    status, text, _tag = site.before[url]

    assert status == 200
    assert any(needle in text for needle in NEEDLES)


@pytest.mark.parametrize("url", addresses(GONE))
def test_its_own_addresses_say_that_it_was_withdrawn(site, url):
    status, text = site.get(url)

    assert status == 410
    assert not [
        name for name in (*NAMES.values(), *HELPER_NAMES.values()) if name in text
    ]


@pytest.mark.parametrize("url", addresses(SILENT))
def test_no_other_address_names_it(site, url):
    status, text = site.get(url)

    assert status == 200
    assert not [needle for needle in NEEDLES if needle in text]


def test_no_inquiry_can_be_addressed_to_it(site):
    shown = choices_of_inquiries(site.app)

    assert not [needle for needle in NEEDLES if needle in shown]


def test_it_cannot_be_compared_by_its_address(site):
    page = Browser(site.app).open(
        f"/en/compare?center={CENTER}&center=nanfang-hospital"
    )

    assert NAMES["en"] not in page.text
    assert NAMES["zh"] not in page.text


def test_a_correction_of_it_names_it_no_more(site):
    page = Browser(site.app).open(f"/en/corrections/{site.reference}")

    shown = page.response.get_data(as_text=True)
    assert not [needle for needle in NEEDLES if needle in shown]


@pytest.mark.parametrize("url", COUNTING)
def test_it_is_counted_nowhere(site, url):
    assert numbers(site.app, url) != site.counted[url]


def test_the_counts_are_those_of_a_site_that_never_had_it(
    site, tmp_path_factory, seeded_file
):
    settings = make_settings(tmp_path_factory.mktemp("never"), seeded_file)
    first = make_tools(settings)
    rebuild_if_needed(settings, first.engine, lambda: NOW)
    first.engine.dispose()
    tools = replace(make_tools(settings), clock=lambda: NOW)
    never = wire(tools)

    for url in ("/en/", "/en/guides/provenance"):
        assert Browser(site.app).open(url).text == Browser(never).open(url).text
    found = [
        Browser(app).open("/en/centers?city=beijing").by_class("card")
        for app in (site.app, never)
    ]
    assert len(found[0]) == len(found[1])
    tools.engine.dispose()


def test_no_filter_counts_it_while_the_index_is_behind(site):
    client = site.app.test_client()

    facets = client.get("/api/v1/centers?city=beijing").json["facets"]
    cities = {one["key"]: one["count"] for one in facets.get("city", [])}

    assert cities == ({} if site.is_behind else cities | {"beijing": 17})
