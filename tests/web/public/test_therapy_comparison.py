"""Products side by side: what labels say, and trials never in one row."""

from __future__ import annotations

import pytest

from tests.browser import Browser, Page, words

EQUE, ZEVOR, CILTA, IDE, RENIKE = (
    f"therapy={slug}"
    for slug in ("eque-cel", "zevor-cel", "cilta-cel", "ide-cel", "renike-cel")
)


def beside(browser: Browser, *asked: str, language: str = "en") -> Page:
    return browser.open(f"/{language}/therapies/compare?{'&'.join(asked)}")


def row(page: Page, head: str) -> list[str]:
    """Return the cells of the row of the table with this head."""
    for each in next(page.all("table", class_="compare")).iter("tr"):
        heads = [words(cell) for cell in each.iter("th")]
        if heads == [head]:
            return [words(cell) for cell in each.iter("td")]
    raise AssertionError(f"no row {head!r}")


def notes(page: Page) -> str:
    return " ".join(words(note) for note in page.by_class("note"))


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize(
    "asked", [(), (EQUE,), (EQUE, ZEVOR), (EQUE, CILTA, IDE, RENIKE)]
)
def test_the_page_is_good_in_every_language(browser, language, asked):
    page = beside(browser, *asked, language=language)

    assert page.language.startswith(language)


def test_facts_of_labels_stand_side_by_side_with_their_sources(browser):
    page = beside(browser, ZEVOR, CILTA)
    price = row(page, "List price of the product alone")

    assert "1,150,000" in price[0]
    assert "August 13, 2025" in price[0]
    assert "etnet.com.hk" in price[0]
    assert "sales had not begun" in price[1]
    assert "not confirmed on sale" in row(page, "In mainland China")[1]
    assert "February 23, 2024" in row(page, "Licensed for")[0]
    assert "BCMA" in row(page, "Target on the cancer cell")[1]


def test_what_is_not_known_says_why(browser):
    page = beside(browser, EQUE, RENIKE, IDE, CILTA)
    price = row(page, "List price of the product alone")

    assert "Withheld" in price[0]
    assert "Not stated" in price[1]
    assert "Does not apply" in price[2]
    assert "Does not apply" in row(page, "Insurance lists in China")[2]
    licensed = row(page, "Licensed for")[1]
    assert "Line of therapy: not stated" in licensed
    assert "A number of earlier lines is passed around" in licensed


def test_trials_stand_in_blocks_of_their_own_and_the_page_says_why(browser):
    page = beside(browser, EQUE, ZEVOR)
    compared = words(next(page.all("table", class_="compare")))

    for percent in ("96%", "93.2%", "74.3%", "92.2%"):
        assert percent not in compared
    for slug in ("eque-cel", "zevor-cel"):
        block = next(page.all("section", id=f"trials-{slug}"))
        inside = [each.get("id") or "" for each in block.iter("div")]
        shown = [name for name in inside if "-trial-" in name]
        assert shown
        assert all(name.startswith(slug) for name in shown)
    assert "Do not compare tables" in page.text


def test_a_comparator_is_named_as_such(browser):
    page = beside(browser, EQUE, IDE)
    heads = [words(each) for each in next(page.all("thead")).iter("th")]

    assert "comparison" not in heads[0]
    assert "From abroad, for comparison" in heads[1]


def test_centers_are_told_by_route_and_basis(browser):
    page = beside(browser, EQUE, CILTA)
    centers = row(page, "Centers linked with this product")

    assert centers[0].count("Approved product") == 1
    assert centers[0].count("No source found") == 2
    assert "That is not a no" in centers[1]


def test_an_unknown_product_is_named_and_the_others_are_shown(browser):
    page = beside(browser, EQUE, "therapy=carvicti", ZEVOR)

    assert "No product of the registry has this name: carvicti" in notes(page)
    assert list(page.all("table", class_="compare"))


def test_the_same_product_twice_is_shown_once(browser):
    page = beside(browser, EQUE, EQUE, ZEVOR)

    assert "shown once" in notes(page)
    assert len(list(page.by_class("compare__centers")[0].iter("li"))) == 2


def test_a_fifth_product_is_left_out_by_name(browser):
    page = beside(browser, EQUE, ZEVOR, CILTA, IDE, RENIKE)

    assert "Up to 4 products fit" in notes(page)
    assert len(list(page.by_class("compare__centers")[0].iter("li"))) == 4
    assert not list(page.all("select", id="add-0"))


def test_one_product_waits_for_another_and_is_kept_in_the_form(browser):
    page = beside(browser, EQUE)

    assert "Add at least one more product" in page.text
    assert page.value("therapy") == "eque-cel"
    assert not list(page.all("table", class_="compare"))


def test_without_a_product_there_is_a_form_for_two(browser):
    page = beside(browser)

    assert len(list(page.all("select", name="therapy"))) == 2


def test_what_is_typed_into_the_address_is_never_taken_for_markup(browser):
    page = beside(browser, "therapy=%3Cb%3Ex%3C/b%3E")

    assert "<b>x</b>" in notes(page)


def test_the_address_to_share_holds_the_choice(browser):
    page = beside(browser, ZEVOR, EQUE)

    assert "/en/therapies/compare?therapy=zevor-cel&therapy=eque-cel" in page.text


def test_the_page_of_a_product_is_never_in_the_way(browser):
    assert browser.open("/en/therapies/compare").heading == "Products side by side"
