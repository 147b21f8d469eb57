"""The page that shows centers side by side."""

from __future__ import annotations

import pytest

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import capabilities, center, sourced
from tests.web.making import make_app, seeded_file

__all__ = ["make_app", "seeded_file"]

TWO = "center=nanfang-hospital&center=ruijin-hospital"


def act(app, what) -> None:
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        what(Work(session, system("test"), NOW))


def test_two_centers_stand_side_by_side_with_who_says_so(browser):
    page = browser.open(f"/en/compare?{TWO}")

    table = next(page.all("table"))
    heads = [words(each) for each in table.iter("th") if each.get("scope") == "col"]
    assert heads[0].startswith("Nanfang Hospital")
    assert heads[1].startswith("Ruijin Hospital")
    assert page.text.index("Where they differ") < page.text.index("The same for all")
    assert "That is not a no" in page.text
    links = page.links()
    assert any(
        link.startswith("/en/centers/nanfang-hospital#capability-") for link in links
    )
    assert "pmc.ncbi.nlm.nih.gov" in page.text or "Sourced" in page.text


@pytest.mark.parametrize("language", ["", "/en", "/zh", "/ru", "/ar"])
@pytest.mark.parametrize("query", ["", "center=nanfang-hospital", TWO])
def test_the_page_is_good_in_every_language(browser, language, query):
    assert browser.open(f"{language}/compare?{query}").status == 200


def test_centers_are_added_and_removed_by_address_alone(browser):
    page = browser.open("/en/compare?center=nanfang-hospital")
    assert "Add at least one more" in page.text
    added = {option.get("value") for option in page.all("option")}
    assert "ruijin-hospital" in added
    assert "nanfang-hospital" not in added

    both = browser.open(f"/en/compare?{TWO}")
    gone = next(
        each.get("href")
        for each in both.all("a")
        if words(each).startswith("Remove Nanfang")
    )
    assert gone == "/en/compare?center=ruijin-hospital"


def test_what_cannot_be_compared_is_said(browser):
    slugs = [
        link.rpartition("/")[2]
        for link in browser.open("/en/centers").links()
        if link.startswith("/en/centers/") and "#" not in link
    ]
    many = "&".join(f"center={slug}" for slug in list(dict.fromkeys(slugs))[:6])
    page = browser.open(f"/en/compare?{many}&center=nanfang-hospital")
    assert "Up to 4 centers" in page.text
    assert not list(page.all("select"))

    odd = browser.open(f"/en/compare?center=no-such&center=%00&{TWO}&{TWO}")
    assert "Not every center" in odd.text
    assert len(next(next(odd.all("table")).iter("thead")).findall("tr/th")) == 2


def test_a_shared_address_marks_what_changed_since(make_app):
    app = make_app()
    browser = Browser(app)
    act(app, lambda work: publish(work, center(), authority="one"))
    page = browser.open("/en/compare?center=willow-hospital&center=ruijin-hospital")
    shared = next(
        each.get("href") for each in page.all("a") if "seen=" in each.get("href", "")
    ).removeprefix("http://localhost")
    assert "seen=willow-hospital.1" in shared
    assert "Changed since" not in browser.open(shared).text

    now = capabilities(icu={"value": "no"} | sourced(statement="No beds."))
    act(app, lambda work: publish(work, center(capabilities=now), authority="two"))
    later = browser.open(shared)
    assert "Something changed since this link was made" in later.text
    assert [words(each) for each in later.by_class("compare__changed")] == [
        "Changed since this link was made"
    ] * 2  # the ICU, and tocilizumab, which is not stated any more
    assert "Changed since" not in browser.open(f"/en/compare?{TWO}").text

    act(app, lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "Closed."))
    gone = browser.open(shared)
    assert "Willow" not in gone.text
    assert "Not every center" in gone.text


def test_results_are_ticked_and_compared_without_script(browser):
    page = browser.open("/en/centers?city=tianjin")

    boxes = list(page.all("input", name="center", form="compare"))
    assert len(boxes) == len(page.by_class("card"))
    (form,) = page.all("form", id="compare")
    assert (form.get("action"), form.get("method")) == ("/en/compare", "get")
    assert any(
        link == "/en/compare?center=nanfang-hospital"
        for link in browser.open("/en/centers/nanfang-hospital").links()
    )


@pytest.mark.parametrize(
    ("language", "silent"),
    [("en", "not stated"), ("zh", "未说明"), ("ru", "не указано"), ("ar", "غير مذكور")],
)
def test_unknown_is_said_in_the_language_of_the_page(browser, language, silent):
    browser.open(f"/en/compare?{TWO}")  # no language stays with the page

    page = browser.open(f"/{language}/compare?{TWO}")

    assert {words(each) for each in page.by_class("compare__none")} == {silent}
