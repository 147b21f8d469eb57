"""Guides: every sentence with what bears it out, every claim with its verdict."""

from __future__ import annotations

import pytest

from directory.knowledge.queries import GuidePage, guide_pages
from tests.browser import Page, words


@pytest.fixture(scope="session")
def guides(tools) -> dict[str, GuidePage]:
    with tools.reading() as session:
        return {page.slug: page for page in guide_pages(session)}


def element(page: Page, name: str) -> str:
    return next(words(each) for each in page.tree.iter() if each.get("id") == name)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_guide_has_a_good_page_in_every_language(browser, guides, language):
    assert len(guides) == 17
    for slug, guide in guides.items():
        page = browser.open(f"/{language}/guides/{slug}")
        assert page.heading == guide.titles[language]


def test_every_section_can_be_linked_to(browser, guides):
    for slug, guide in guides.items():
        page = browser.open(f"/en/guides/{slug}")
        ids = {each.get("id") for each in page.all("section")}
        assert {section.id for section in guide.sections} <= ids


def test_every_claim_shows_its_verdict_its_correction_and_its_source(browser, guides):
    verdicts = {
        "holds": "Holds",
        "wrong": "Wrong",
        "outdated": "Outdated",
        "unverifiable": "Cannot be checked",
    }
    for slug, guide in guides.items():
        # Its claims stand on several pages, see test_provenance.
        if slug == "provenance":
            continue
        page = browser.open(f"/en/guides/{slug}")
        links = {each.get("href") for each in page.by_class("source")}
        for claim in guide.claims:
            shown = element(page, claim.id.lower())
            assert shown.startswith(verdicts[claim.verdict.value])
            assert " ".join((claim.correction or {"en": ""})["en"].split()) in shown
            assert claim.source is None or claim.source.url in links


def test_a_wrong_claim_is_corrected_where_it_matters(browser):
    visa = element(browser.open("/en/guides/visa"), "s1-and-s2")

    assert "A medical visa is essential" in visa
    assert "Wrong" in visa
    assert "China has no visa category called medical" in visa


def test_every_source_of_a_guide_is_linked(browser, guides):
    for slug, guide in guides.items():
        if slug == "provenance":
            continue
        page = browser.open(f"/en/guides/{slug}")
        links = {each.get("href") for each in page.by_class("source")}
        assert {source.url for source in guide.sources} <= links


def test_the_way_has_nine_steps_and_gives_no_time_without_a_source(browser):
    page = browser.open("/en/guides/process")

    assert [f"Step {n} of 9" in page.text for n in range(1, 10)] == [True] * 9
    assert "Not stated by a source that can be cited" in element(page, "inquiry")
    assert "three to four weeks" in element(page, "waiting")


def test_eligibility_refuses_nobody(browser):
    page = browser.open("/en/guides/eligibility")

    assert "No answer refuses anybody" in page.text
    assert len(page.by_class("rule")) == 23


def test_costs_name_who_claims_them(browser):
    page = browser.open("/en/guides/cost")
    claims = element(page, "what-facilitators-say")

    assert "Claimed by a party with an interest" in claims
    assert "PlacidWay" in claims


def test_the_day_of_flying_home_is_answered_without_inventing_one(browser):
    home = element(browser.open("/en/guides/follow-up"), "going-home")

    assert "No Chinese rule on flying home was found" in home


def test_that_this_is_not_medical_advice_is_said_once(browser, guides):
    for slug in guides:
        text = browser.open(f"/en/guides/{slug}").response.get_data(as_text=True)
        assert text.count("not medical advice") == 1


def test_other_languages_say_that_the_rest_is_in_english(browser):
    page = browser.open("/ru/guides/safety")

    assert next(page.all("bdi", lang="en")) is not None
    assert page.by_class("hint")


def test_a_guide_leads_to_related_ones(browser, guides):
    for slug, guide in guides.items():
        page = browser.open(f"/en/guides/{slug}")
        assert {f"/en/guides/{other}" for other in guide.related} <= set(page.links())


def test_an_unknown_guide_is_not_found(browser):
    browser.open("/en/guides/nothing", status=404)
