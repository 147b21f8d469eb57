"""Guides: every sentence with what bears it out, every claim with its verdict."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from directory.core.actor import system
from directory.core.work import Work
from directory.knowledge.actions import put_guide, put_word
from directory.knowledge.model import GlossaryRow
from directory.knowledge.queries import GuidePage, guide_pages
from directory.knowledge.rules.documents import GlossaryTerm, GuideDocument
from directory.knowledge.rules.guide import Ground
from directory.knowledge.rules.sources import Basis
from tests.browser import Browser, Page, words
from tests.conftest import NOW
from tests.knowledge import seeds
from tests.web.making import make_app

__all__ = ["make_app"]


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


def test_each_fact_has_its_source_one_touch_away(browser, guides):
    for slug, guide in guides.items():
        page = browser.open(f"/en/guides/{slug}")
        places = {each.get("id"): each for each in page.tree.iter() if each.get("id")}
        for section in guide.sections:
            for number, point in enumerate(section.points, 1):
                if point.ground is not Ground.FACT:
                    continue
                name = f"{section.id}.{number}"
                (whence,) = places[name].iter("details")
                links = {each.get("href") for each in whence.iter("a")}
                assert "Where this comes from" in words(whence)
                assert {source.url for source in point.sources} <= links
                assert f"#{name}" in links
                assert {f"#{claim.lower()}" for claim in point.claims} <= links


def test_a_point_that_nothing_bears_out_says_so(browser, guides):
    slug, name = next(
        (slug, f"{section.id}.{number}")
        for slug, guide in guides.items()
        for section in guide.sections
        for number, point in enumerate(section.points, 1)
        if point.basis is Basis.UNVERIFIED
    )

    assert "No source found" in element(browser.open(f"/en/guides/{slug}"), name)


@pytest.mark.parametrize("language", ["zh", "ru", "ar"])
def test_a_translation_that_no_native_speaker_has_read_says_so(browser, language):
    page = browser.open(f"/{language}/guides/safety")

    (note,) = page.by_class("young")
    assert [each.get("href") for each in note.iter("a")] == ["/en/guides/safety"]


def test_english_says_nothing_of_translations(browser):
    page = browser.open("/en/guides/safety")

    assert not page.by_class("young")
    assert not page.by_class("falls-back")


@pytest.fixture
def partly(make_app):
    """Return a reader of a guide whose Chinese was read and whose Russian has a gap."""
    document = seeds.guides()["safety"].model_dump(mode="json")
    document["read_in"] = ["zh"]
    text = {"en": "Cytokine storms are treated at once."}
    document["sections"][0]["points"].append({"text": text, "ground": "advice"})
    app = make_app()
    with app.extensions["directory"].sessions.begin() as session:
        put_guide(
            Work(session, system("test"), NOW), GuideDocument.model_validate(document)
        )
    return Browser(app)


def test_a_translation_that_was_read_says_nothing_more(partly):
    page = partly.open("/zh/guides/safety")

    assert not page.by_class("young")


def test_what_stands_in_english_is_marked_and_said_to_be(partly):
    page = partly.open("/ru/guides/safety")
    (note,) = page.by_class("falls-back")

    marked = [words(each) for each in page.all("bdi", lang="en")]
    assert words(note)
    assert "Cytokine storms are treated at once." in marked


SYNDROME = GlossaryTerm.model_validate(
    {
        "key": "invented-crs",
        "names": {"en": "CRS", "zh": "细胞因子释放综合征"},
        "spellings": {"en": ["invented reaction"]},
        "text": {"en": "An invented meaning."},
        "basis": "unverified",
    }
)


@pytest.fixture
def explaining(make_app):
    """Return a reader of guides in which one word is explained, and no other."""
    app = make_app()
    with app.extensions["directory"].sessions.begin() as session:
        session.execute(delete(GlossaryRow))
        put_word(Work(session, system("test"), NOW), SYNDROME)
    return Browser(app)


def test_a_word_is_explained_in_the_section_that_first_uses_it(explaining):
    page = explaining.open("/en/guides/safety")
    (box,) = page.by_class("words")
    marked = page.by_class("word")

    assert words(box) == "Words used here CRS An invented meaning."
    assert box in list(next(page.all("section", id="crs")).iter())
    assert {each.get("href") for each in marked} == {"#word-invented-crs"}
    assert next(page.all("dt", id="word-invented-crs")) is not None


def test_a_word_is_marked_once_in_a_section_and_never_in_a_heading(explaining):
    page = explaining.open("/en/guides/safety")

    for section in page.all("section"):
        within = [each for each in section.iter() if each.get("class") == "word"]
        assert len(within) <= 1
    for name in ("h1", "h2", "h3"):
        for heading in page.all(name):
            assert not list(heading.iter("a"))


def test_the_glossary_gives_each_word_with_what_bears_it_out(explaining):
    page = explaining.open("/en/glossary")

    assert page.heading == "Words explained"
    shown = element(page, "invented-crs")
    assert shown.startswith("CRS 细胞因子释放综合征 An invented meaning.")
    assert "No source found" in shown


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_glossary_is_good_in_every_language(browser, explaining, language):
    browser.open(f"/{language}/glossary")
    explaining.open(f"/{language}/glossary")


def test_a_guide_leads_on_to_pages_that_exist(browser, guides):
    leading = {slug: guide for slug, guide in guides.items() if guide.next}
    assert leading

    for slug, guide in leading.items():
        page = browser.open(f"/en/guides/{slug}")
        (button,) = next(page.all("section", id="next")).iter("a")
        assert words(button) == guide.next.text["en"]
        browser.open(button.get("href"))


def test_the_centers_that_a_guide_leads_to_are_filtered(make_app):
    document = seeds.guides()["visa"].model_dump(mode="json")
    document["ways"] = [
        {
            "to": "centers",
            "filters": {"city": ["beijing", "tianjin"], "audience": ["pediatric"]},
            "text": {"en": "Centers for children"},
        }
    ]
    app = make_app()
    with app.extensions["directory"].sessions.begin() as session:
        put_guide(
            Work(session, system("test"), NOW), GuideDocument.model_validate(document)
        )

    page = Browser(app).open("/en/guides/visa")

    address = "/en/centers?city=beijing&city=tianjin&audience=pediatric"
    assert address in page.links()


def test_a_guide_leads_to_related_ones(browser, guides):
    for slug, guide in guides.items():
        page = browser.open(f"/en/guides/{slug}")
        assert {f"/en/guides/{other}" for other in guide.related} <= set(page.links())


def test_an_unknown_guide_is_not_found(browser):
    browser.open("/en/guides/nothing", status=404)
