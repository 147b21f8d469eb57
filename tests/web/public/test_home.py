"""The first page, and the addresses that machines read."""

from __future__ import annotations

import re

import pytest

from tests.browser import words


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
    assert "47 centers" in page.text


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
