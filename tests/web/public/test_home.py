"""The first page, and the addresses that machines read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import center
from tests.web.making import make_app

__all__ = ["make_app"]


def test_the_first_page_leads_to_each_city(browser):
    page = browser.open("/")

    cities = {words(each): each.get("href") for each in page.by_class("city")}
    assert set(cities.values()) == {
        f"/centers?city={city}"
        for city in ("beijing", "shanghai", "guangzhou", "tianjin")
    }
    assert sum(int(said.split()[-2]) for said in cities) == 47


def test_the_first_page_counts_what_is_known(browser):
    page = browser.open("/")

    numbers = [int(words(each)) for each in page.by_class("count")]
    assert sum(numbers) == 47 * 17
    numbers = page.by_class("numbers")[0]
    said = dict(
        zip(map(words, numbers.iter("dt")), map(words, numbers.iter("dd")), strict=True)
    )
    assert said["centers, 32 of them with a source for CAR-T"] == "47"
    assert said["products licensed in China, 1 of them without a source"] == "9"


def test_the_first_page_says_what_happened_this_week(browser):
    page = browser.open("/")

    assert "59 listings were published for the first time." in page.text
    assert "No listing changed." not in page.text


def test_what_changed_this_week_is_named(make_app):
    app = make_app()
    tools = app.extensions["directory"]
    assert "brought up to date" not in Browser(app).open("/en/").text
    with tools.sessions.begin() as session:
        work = Work(session, system("test"), NOW)
        publish(work, center(), authority="one")
        publish(work, center(district="Haidian"), authority="two")

    page = Browser(app).open("/en/")

    assert "1 listing was brought up to date." in page.text
    assert f"/en/centers/{center().slug}/history" in page.links()


def test_when_nothing_happened_the_first_page_says_so(make_app):
    app = make_app()
    tools = app.extensions["directory"]
    later = replace(tools, clock=lambda: NOW + timedelta(days=9))
    app.extensions["directory"] = later

    page = Browser(app).open("/en/")

    assert "No listing changed." in page.text


def test_it_says_once_that_this_is_not_advice(browser):
    page = browser.open("/")

    everything = words(page.tree)
    assert everything.count("not medical advice") == 1


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/robots.txt", "text/plain"),
        ("/sitemap.xml", "application/xml"),
        ("/opensearch.xml", "application/opensearchdescription+xml"),
    ],
)
def test_machines_are_told(browser, path, kind):
    answer = browser.client.get(path)

    assert answer.status_code == 200
    assert answer.mimetype == kind


def test_the_empty_form_may_be_found_and_nothing_of_an_inquiry_may(browser):
    robots = browser.client.get("/robots.txt").get_data(as_text=True).splitlines()

    assert "Allow: /zh/inquiries/new$" in robots
    assert "Disallow: /zh/inquiries/" in robots
    plain = browser.client.get("/en/inquiries/new").get_data(as_text=True)
    assert 'rel="canonical"' in plain
    assert "noindex" not in plain
    for path in ("/en/inquiries/new?center=nanfang-hospital", "/en/inquiries/track"):
        assert "noindex" in browser.client.get(path).get_data(as_text=True)


def test_the_site_map_names_every_center_in_every_language(browser):
    text = browser.client.get("/sitemap.xml").get_data(as_text=True)

    for language in ("en", "zh", "ru", "ar"):
        assert text.count(f"<loc>http://localhost/{language}/centers/") == 47
    addresses = re.findall(r"<loc>(.*?)</loc>", text)
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("language", ["", "/en", "/zh", "/ru", "/ar"])
@pytest.mark.parametrize("path", ["/", "/centers", "/facilitators"])
def test_every_page_is_good_in_every_language(browser, language, path):
    assert browser.open(language + path).status == 200


def test_no_link_of_the_site_is_broken(browser):
    seen: dict[str, str] = {}
    ahead = ["/", "/centers", "/facilitators", "/centers/nanfang-hospital"]
    for start in ahead:
        for href in browser.open(start).links():
            seen.setdefault(href.partition("#")[0], start)

    broken = {
        href: start
        for href, start in seen.items()
        if browser.client.get(href).status_code >= 400
    }
    assert broken == {}
