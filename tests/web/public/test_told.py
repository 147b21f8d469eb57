"""What pages tell search engines: true, the same as the page shows, and no more."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.browser import Page, words

PAGES = (
    "/", "/centers", "/centers/ruijin-hospital", "/compare", "/facilitators",
    "/therapies", "/therapies/approvals", "/therapies/compare",
    "/therapies/eque-cel", "/therapies/relma-cel",
    "/guides", "/guides/visa", "/guides/cost", "/guides/provenance", "/glossary",
    "/privacy", "/map", "/map/beijing", "/pre-check", "/plan", "/plan/records",
    "/centers/ruijin-hospital/history", "/inquiries/new", "/centers?city=guangzhou",
    "/centers?city=tianjin",
    "/compare?center=nanfang-hospital&center=ruijin-hospital",
)  # fmt: skip


SHORTEST = {"en": 20, "zh": 12, "ru": 20, "ar": 20}
"""Letters of a description that says something; a Chinese one says it in fewer."""


def told(page: Page) -> list[dict[str, Any]]:
    """Return what a page tells as JSON-LD."""
    found: list[dict[str, Any]] = []
    for script in page.all("script", type="application/ld+json"):
        data = json.loads(script.text or "")
        found += data if isinstance(data, list) else [data]
    return found


def meta(page: Page, **which: str) -> str:
    (found,) = page.all("meta", **which)
    return found.get("content", "")


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_page_has_its_own_title_and_description(browser, language):
    pages = [browser.open(f"/{language}{path}") for path in PAGES]

    titles = Counter(page.title for page in pages)
    descriptions = Counter(meta(page, name="description") for page in pages)
    assert [title for title, times in titles.items() if times > 1] == []
    assert [said for said, times in descriptions.items() if times > 1] == []
    for page in pages:
        said = meta(page, name="description")
        assert SHORTEST[language] <= len(said) < 700, said
        assert "<" not in said
        assert meta(page, property="og:description") == said
        assert meta(page, property="og:title") in page.title
        (canonical,) = page.all("link", rel="canonical")
        assert meta(page, property="og:url") == canonical.get("href")


@pytest.mark.parametrize("path", PAGES)
def test_what_machines_are_told_stands_on_the_page(browser, path):
    page = browser.open(f"/zh{path}")

    for one in told(page):
        assert one["@context"] == "https://schema.org"
        kind = one["@type"]
        assert kind in {"Hospital", "MedicalWebPage", "WebSite", "BreadcrumbList"}
        if kind == "MedicalWebPage":
            assert one["name"] == page.heading
            assert f'datetime="{one["lastReviewed"]}"' in page.response.text
            for source in one.get("citation", []):
                assert str(source).startswith(("https://", "http://"))
        if kind == "BreadcrumbList":
            *above, last = one["itemListElement"]
            assert last["name"] == page.heading
            paths = {link.partition("#")[0] for link in page.links()}
            for step in above:
                assert step["item"].removeprefix("http://localhost") in paths


def test_a_product_is_told_by_name_and_maker_and_never_by_outcome(browser):
    page = browser.open("/en/therapies/eque-cel")

    (told_page, _way) = told(page)
    therapy = told_page["mainEntity"]
    assert therapy["@type"] == "MedicalTherapy"
    assert therapy["name"] == page.heading
    assert therapy.keys() == {"@type", "@id", "name", "drug"}
    drug = therapy["drug"]
    assert drug["@type"] == "Drug"
    assert drug["name"] == page.heading
    assert "Fucaso" in drug["alternateName"]
    for name in drug["alternateName"]:
        assert name in page.text
    assert drug.get("manufacturer", {}).get("name", "") in page.text
    assert drug.keys() <= {
        "@type", "@id", "name", "alternateName", "nonProprietaryName", "manufacturer",
    }  # fmt: skip


@pytest.mark.parametrize("path", [
    "/centers?q=icu", "/centers?city=beijing&city=tianjin", "/centers?city=nowhere",
    "/centers?city=beijing&page=2", "/centers?city=beijing&sort=name",
    "/compare?center=nanfang-hospital",
    "/compare?center=nanfang-hospital&center=nobody",
    "/compare?center=nanfang-hospital&center=ruijin-hospital&seen=ruijin-hospital.1",
])  # fmt: skip
def test_pages_of_one_question_are_not_to_be_found(browser, path):
    page = browser.open(f"/en{path}")

    assert meta(page, name="robots") == "noindex"
    (canonical,) = page.all("link", rel="canonical")
    assert "?" not in canonical.get("href", "")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_centers_are_found_at_one_address(browser, order):
    both = ("nanfang-hospital", "ruijin-hospital")
    asked = "&".join(f"center={both[place]}" for place in order)
    page = browser.open(f"/en/compare?{asked}")

    (canonical,) = page.all("link", rel="canonical")
    wanted = "compare?center=nanfang-hospital&center=ruijin-hospital"
    assert canonical.get("href") == f"http://localhost/en/{wanted}"
    assert "noindex" not in page.response.text
    for other in page.all("link", rel="alternate"):
        assert not other.get("hreflang") or other.get("href", "").endswith(wanted)


def test_the_first_page_says_how_to_search(browser):
    page = browser.open("/ar")

    (site,) = told(page)
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert template == "http://localhost/ar/centers?q={search_term_string}"
    assert site["description"] in page.text
    assert site["publisher"].keys() == {"@type", "@id", "name"}


def test_nothing_poses_as_questions_and_answers(browser):
    for path in PAGES:
        page = browser.open(f"/en{path}")
        asks = [each for each in page.all("h2") if words(each).endswith("?")]
        kinds = {str(one["@type"]) for one in told(page)}
        assert "FAQPage" not in kinds or asks


def test_the_site_map_dates_what_has_a_day(browser):
    text = browser.client.get("/sitemap.xml").get_data(as_text=True)

    for path in (
        "pre-check",
        "plan",
        "centers?city=beijing",
        "map/tianjin",
        "glossary",
        "therapies/compare",
    ):
        for language in ("en", "zh", "ru", "ar"):
            assert f"<loc>http://localhost/{language}/{path}</loc>" in text
    center = text.partition("/en/centers/ruijin-hospital</loc>")[2]
    assert "<lastmod>2026-" in center.partition("</url>")[0]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_a_browser_searches_in_the_language_of_the_page(browser, language):
    answer = browser.client.get(f"/{language}/opensearch.xml")

    said = answer.get_data(as_text=True)
    assert f"http://localhost/{language}/centers?q={{searchTerms}}" in said
    assert answer.headers["ETag"]


def test_a_language_that_there_is_not_leads_to_those_that_there_are(browser):
    page = browser.open("/fr/centers/ruijin-hospital", status=404)

    for language in ("en", "zh", "ru", "ar"):
        assert f"/{language}/centers/ruijin-hospital" in page.links()
    assert "/en/no/such" not in browser.open("/fr/no/such", status=404).links()


def test_no_russian_sentence_ends_with_two_periods(browser):
    for path in (*PAGES, "/plan?day=2027-03-01&city=beijing"):
        assert ".." not in browser.open(f"/ru{path}").text.replace("...", ""), path
