"""Products: what each is licensed for, by whom it is given, and what is in doubt."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest

from directory.knowledge.queries import TherapyPage, therapy_pages
from directory.knowledge.rules.sources import Basis
from directory.knowledge.rules.therapy import (
    DetailField,
    Precision,
    TherapyRole,
    Withheld,
    WithheldField,
)
from directory.web.public.givers import BASES, by_route, givers
from tests.browser import Page, words
from tests.conftest import NOW

SVG = "{http://www.w3.org/2000/svg}"
"""How the parser writes names of elements of drawings."""

BOTH = "therapy=eque-cel&therapy=cilta-cel"
STATED = re.compile(r"[0-9]|not reached")
QUANTITY = re.compile(r"[0-9.]+ ?(%|x 10|months?|weeks?|days?|mg|[A-Z]{3}\b)")
LAUNCH_PRICE = re.compile(r"1[,. ]?166|116[.,]6")


@pytest.fixture(scope="session")
def therapies(tools) -> dict[str, TherapyPage]:
    with tools.reading() as session:
        return {page.slug: page for page in therapy_pages(session)}


def links(page: Page) -> set[str]:
    return {each.get("href", "") for each in page.all("a")}


def section(page: Page, name: str) -> str:
    return next(words(each) for each in page.all("section", id=name))


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_therapy_has_a_good_page_in_every_language(browser, therapies, language):
    assert len(therapies) == 13
    for slug in therapies:
        browser.open(f"/{language}/therapies/{slug}")


def test_the_list_sets_apart_why_products_are_there(browser, therapies):
    page = browser.open("/en/therapies")

    for slug, therapy in therapies.items():
        part = next(page.all("section", id=therapy.role.value))
        inside = {each.get("href", "") for each in part.iter("a")}
        assert f"/en/therapies/{slug}" in inside


def test_every_source_is_linked(browser, therapies):
    for slug, therapy in therapies.items():
        page = browser.open(f"/en/therapies/{slug}")
        assert {source.url for source in therapy.sources} <= links(page)


def test_every_name_is_shown(browser, therapies):
    for slug, therapy in therapies.items():
        text = browser.open(f"/en/therapies/{slug}").text
        for name in (*therapy.names.values(), *therapy.aliases):
            assert name in text


def test_every_figure_of_a_trial_is_shown_in_a_table_of_its_own(browser, therapies):
    for slug, therapy in therapies.items():
        page = browser.open(f"/en/therapies/{slug}")
        shown = page.by_class("trial")
        assert len(shown) == len(therapy.trials)
        if shown:
            assert "Do not compare tables" in section(page, "trials")


def test_a_figure_that_a_report_does_not_give_is_called_not_stated(browser):
    page = browser.open("/en/therapies/cilta-cel")
    first = words(next(page.by_class("trial")[0].iter("table")))

    assert "CRS of any grade97.9%" in first
    assert "ICANS of any gradenot stated" in first


def test_every_figure_has_its_source_beside_it(browser, therapies):
    figures = 0
    for slug, therapy in therapies.items():
        page = browser.open(f"/en/therapies/{slug}")
        for shown, told in zip(page.by_class("trial"), therapy.trials, strict=True):
            rows = [row for row in shown.iter("tr") if STATED.search(value_in(row))]
            figures += len(rows)
            for row in rows:
                links = [each.get("href") for each in row.iter("a")]
                assert links == [told.source.url], words(row)
    assert figures > 100


def test_every_share_is_a_dot_and_its_numbers_stand_in_the_table(browser, therapies):
    for slug, therapy in therapies.items():
        page = browser.open(f"/en/therapies/{slug}")
        for shown, told in zip(page.by_class("trial"), therapy.trials, strict=True):
            stated = [one for one in told.figures if one.percent is not None]
            drawn = [
                each
                for each in shown.iter(f"{SVG}circle")
                if "dots__dot" in each.get("class", "")
            ]
            assert len(drawn) == len(stated)
            table = words(next(shown.iter("table")))
            for figure in stated:
                assert f"{figure.percent:g}%" in table


def test_what_is_withheld_is_not_shown_and_says_why(browser, therapies):
    held = [(slug, each) for slug, page in therapies.items() for each in page.withheld]
    assert len(held) >= 10
    for slug, each in held:
        page = browser.open(f"/en/therapies/{slug}")
        assert each.reason["en"] in section(page, "doubts")
        assert lacks(therapies[slug], each), (slug, each)


def test_no_figure_is_shown_that_nothing_bears_out(therapies):
    bare = [
        (slug, each.value["en"])
        for slug, page in therapies.items()
        for each in page.details
        if each.basis is Basis.UNVERIFIED
    ]
    assert len(bare) > 20
    assert [each for each in bare if QUANTITY.search(each[1])] == []


def lacks(therapy: TherapyPage, withheld: Withheld) -> bool:
    """Tell whether the value that is withheld is nowhere in the product's page."""
    match withheld.field:
        case WithheldField.PRICE:
            return therapy.price is None
        case WithheldField.DOSE:
            return all(one.field is not DetailField.DOSE for one in therapy.details)
        case WithheldField.APPROVAL_DATE:
            return any(
                one.date is None or one.precision is Precision.MONTH
                for one in therapy.approvals
            )
        case WithheldField.LINE:
            return any(one.line is None for one in therapy.approvals)
    about = (withheld.about or {}).get("en")
    named = [one for one in therapy.trials if one.name["en"] == about]
    if withheld.field is WithheldField.REGISTRY_ID:
        return all(not one.ids for one in named)
    return all(any(each.percent is None for each in one.figures) for one in named)


def value_in(row: Element) -> str:
    return "".join(words(cell) for cell in row.iter("td"))


def test_centers_come_by_route_and_the_best_borne_out_first(browser, tools):
    with tools.reading() as session:
        found = by_route(givers(session, "relma-cel", today=NOW.date()))
    page = browser.open("/en/therapies/relma-cel")
    part = next(page.all("section", id="centers"))
    heads = [words(each) for each in part.iter("h3")]

    assert [route.value for route, _group in found] == [
        "approved-product",
        "registered-trial",
    ]
    assert heads[:2] == ["Approved product", "Registered trial"]
    for _route, group in found:
        places = [BASES.index(giver.treatment.basis) for giver in group]
        assert places == sorted(places)


def test_a_product_leads_to_guides_and_to_what_to_do_next(browser):
    page = browser.open("/en/therapies/zevor-cel")
    addresses = links(page)

    assert "/en/guides/cost" in addresses
    assert "/en/therapies/compare?therapy=zevor-cel" in addresses
    assert "/en/centers?therapy=zevor-cel" in addresses
    assert "/en/inquiries/new" in addresses
    assert "/en/pre-check" in addresses


def test_a_comparator_stands_apart_on_the_list(browser):
    page = browser.open("/en/therapies")
    part = next(page.all("section", id="global-comparator"))

    assert "apart" in part.get("class", "")
    assert "From abroad, for comparison" in words(part)
    assert "idecabtagene" in words(part)


@pytest.mark.parametrize("slug", ["eque-cel", "relma-cel"])
def test_carteyva_and_fucaso_are_told_apart_on_both_pages(browser, slug):
    page = browser.open(f"/en/therapies/{slug}")
    notes = " ".join(words(note) for note in page.by_class("note"))

    assert "Carteyva (倍诺达) is relmacabtagene autoleucel, for lymphoma" in notes
    assert "Equecabtagene autoleucel is Fucaso" in notes


def test_cilta_cel_is_not_called_on_sale(browser):
    page = browser.open("/en/therapies/cilta-cel")
    glance = words(page.by_class("glance")[0])

    assert "not confirmed on sale" in glance
    assert "January 22, 2026" in glance
    assert "reportify.ai" in glance


def test_an_unverified_approval_says_that_it_is(browser):
    page = browser.open("/en/therapies/renike-cel")

    assert "No source found" in words(page.by_class("glance")[0])
    assert "No source found" in section(page, "licensed-for")
    assert "Date of approval not stated" in section(page, "licensed-for")


def test_a_sourced_price_is_shown_with_its_day(browser):
    price = section(browser.open("/en/therapies/zevor-cel"), "price")

    assert "1,150,000" in price
    assert "August 13, 2025" in price
    assert "etnet.com.hk" in price


@pytest.mark.parametrize(
    "path", ["/en/therapies", "/en/therapies/eque-cel", "/en/guides/cost"]
)
def test_an_unsourced_price_is_shown_nowhere(browser, path):
    page = browser.open(path)

    assert not LAUNCH_PRICE.search(page.response.get_data(as_text=True))


def test_a_withheld_price_says_why(browser):
    page = browser.open("/en/therapies/eque-cel")

    assert "no source that can be opened was found" in section(page, "price")
    assert "List price" in section(page, "doubts")


def test_comparators_and_watched_products_say_that_they_are_not_licensed(
    browser, therapies
):
    for slug, therapy in therapies.items():
        glance = words(browser.open(f"/en/therapies/{slug}").by_class("glance")[0])
        if therapy.role is not TherapyRole.APPROVED_IN_CHINA:
            assert "No license in mainland China was found" in glance


def test_centers_that_name_a_product_come_with_route_and_basis(browser, tools):
    with tools.reading() as session:
        found = givers(session, "eque-cel", today=NOW.date())
    page = browser.open("/en/therapies/eque-cel")

    assert found
    for giver in found:
        assert f"/en/centers/{giver.slug}" in links(page)
    assert section(page, "centers").count("Checked November 22, 2026") >= len(found)


def test_no_center_is_a_giver_of_what_it_does_not_name(tools, therapies):
    with tools.reading() as session:
        for slug in therapies:
            for giver in givers(session, slug, today=NOW.date()):
                assert giver.treatment.therapy == slug


def test_an_unknown_therapy_is_not_found(browser):
    browser.open("/en/therapies/nothing", status=404)


@pytest.mark.parametrize(
    "path", ["therapies/eque-cel", "therapies/approvals", "therapies/compare?" + BOTH]
)
def test_a_translation_leads_to_the_original(browser, path):
    def to_english(language: str) -> list[str]:
        main = next(browser.open(f"/{language}/{path}").all("main"))
        return [each.get("href") for each in main.iter("a") if each.get("hreflang")]

    assert to_english("ar") == [f"/en/{path}"]
    assert to_english("en") == []
