"""The page that shows centers side by side."""

from __future__ import annotations

import pytest

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from directory.web.squares import square
from tests.adapters.paper_reading import read_sheet
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import (
    CHECKED,
    capabilities,
    center,
    sourced,
    unverified,
)
from tests.web.making import make_app

__all__ = ["make_app"]

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


def test_bad_addresses_get_a_helpful_page_with_a_status_that_fits(make_app):
    app = make_app()
    browser = Browser(app)
    act(app, lambda work: publish(work, center(), authority="one"))
    act(app, lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "Closed."))

    unknown = browser.open("/en/compare?center=no-such", status=404)
    gone = browser.open("/en/compare?center=willow-hospital", status=410)
    twice = browser.open(f"/en/compare?{TWO}&center=ruijin-hospital")
    future = browser.open(f"/en/compare?{TWO}&seen=ruijin-hospital.999")

    assert unknown.status == 404
    assert "cut off or mistyped" in unknown.text
    assert list(unknown.all("select"))
    assert gone.status == 410
    assert "1 center was taken out" in gone.text
    assert "Willow" not in gone.text
    assert (twice.status, future.status) == (200, 200)
    assert "more than once" in twice.text
    assert "a version that these centers never had" in future.text
    assert "Changed since" not in future.text


def test_each_unknown_says_its_cause(make_app):
    app = make_app()
    browser = Browser(app)
    known = capabilities(
        icu={"value": "refused"} | unverified(),
        apheresis={"value": "conflicting"} | sourced(statement="One yes, one no."),
        tocilizumab={
            "value": "not-stated",
            "checked_on": CHECKED,
            "checked_by": "editors",
        },
    )
    act(
        app,
        lambda work: publish(work, center(capabilities=known), authority="one"),
    )

    page = browser.open("/en/compare?center=willow-hospital&center=ruijin-hospital")

    for cause in (
        "The hospital was asked and would not say.",
        "Two sources say different things.",
        "and nothing was found.",
        "Nobody was asked yet, as far as we know.",
    ):
        assert cause in page.text


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_a_comparison_is_a_tagged_pdf_that_knows_its_versions(site, language):
    browser = Browser(site)

    answer = browser.client.get(f"/{language}/compare.pdf?{TWO}")

    assert answer.mimetype == "application/pdf"
    paper = read_sheet(answer.data)
    assert paper.is_tagged
    assert "seen=ruijin-hospital.1" in paper.words.replace(" ", "")


def test_the_square_reopens_what_was_printed(make_app):
    app = make_app()
    browser = Browser(app)
    paper = app.extensions["directory"].paper

    browser.client.get(f"/en/compare.pdf?{TWO}")
    browser.client.get("/en/centers/ruijin-hospital/pdf")

    link = f"http://localhost/en/compare?{TWO}"
    (compared, _title, _language), (one, title, _) = paper.given
    link += "&seen=nanfang-hospital.1&seen=ruijin-hospital.1"
    assert square(link).address in compared
    version = "http://localhost/en/centers/ruijin-hospital/versions/1"
    assert square(version).address in one
    assert title.startswith("Ruijin")
    assert browser.open(link.removeprefix("http://localhost")).status == 200
    assert browser.open(version.removeprefix("http://localhost")).status == 200


def test_paper_that_cannot_be_made_leaves_the_page(make_app):
    app = make_app()
    app.extensions["directory"].paper.reason = "busy"
    browser = Browser(app)

    busy = browser.open(f"/en/compare.pdf?{TWO}", status=503)
    one = browser.open("/en/compare.pdf?center=ruijin-hospital", status=400)

    assert busy.status == 503
    assert "No PDF can be made here now" in busy.text
    assert "Ruijin" in busy.text
    assert one.status == 400
    assert "Add at least one more" in one.text


def test_an_earlier_version_marks_what_changed_since(make_app):
    app = make_app()
    browser = Browser(app)
    act(app, lambda work: publish(work, center(), authority="one"))
    now = capabilities(icu={"value": "no"} | sourced(statement="No beds."))
    act(app, lambda work: publish(work, center(capabilities=now), authority="two"))

    before = browser.open("/en/centers/willow-hospital/versions/1")
    current = browser.open("/en/centers/willow-hospital/versions/2")
    never = browser.open("/en/centers/willow-hospital/versions/99999999", status=404)
    third = browser.open("/en/centers/willow-hospital/versions/3", status=404)

    assert "What has changed since this version" in before.text
    assert before.by_class("compare__changed")
    assert not current.by_class("compare__changed")
    assert (never.status, third.status) == (404, 404)
    assert "has no version 3" in third.text
    assert "/en/centers/willow-hospital" in third.links()


def test_a_shortlist_travels_in_the_address(browser):
    page = browser.open("/en/centers?city=shanghai&center=nanfang-hospital&center=x")

    assert "Your shortlist (1 of 4)" in page.text
    carried = [
        each.get("value") for each in page.all("input", type="hidden", name="center")
    ]
    assert set(carried) == {"nanfang-hospital"}
    link = next(
        link for link in page.links() if link.startswith("/en/centers/ruijin-hospital?")
    )
    center_page = browser.open(link)
    assert f"/en/compare?{TWO}" in center_page.links()
    on = next(link for link in center_page.links() if link == f"/en/centers?{TWO}")
    both = browser.open(on)
    assert "Your shortlist (2 of 4)" in both.text
    ticked = [
        each.get("value")
        for each in both.all("input", type="checkbox", name="center")
        if each.get("checked") is not None
    ]
    hidden = [
        each.get("value")
        for each in both.all("input", type="hidden", name="center")
        if each.get("form") is None
    ]
    assert {*ticked, *hidden} >= {"nanfang-hospital", "ruijin-hospital"}
    assert "Set-Cookie" not in both.response.headers


def test_a_shortlist_that_is_too_long_says_what_it_left_out(browser):
    slugs = (
        "nanfang-hospital", "ruijin-hospital", "beijing-gobroad-boren-hospital",
        "beijing-chaoyang-hospital", "peking-union-medical-college-hospital",
    )  # fmt: skip
    there = [
        slug
        for slug in slugs
        if browser.client.get(f"/en/centers/{slug}").status_code == 200
    ]
    page = browser.open("/en/centers?" + "&".join(f"center={slug}" for slug in there))

    assert len(there) == 5
    assert "Your shortlist (4 of 4)" in page.text
    assert "These were left out:" in page.text
    (note,) = (
        words(each) for each in page.by_class("note") if "left out" in words(each)
    )
    name = browser.open(f"/en/centers/{there[-1]}").heading
    assert name in note


def test_a_shortlist_with_a_name_that_nobody_has_says_so(browser):
    page = browser.open("/zh/centers?center=nobody&center=nanfang-hospital")

    assert "Your shortlist" not in page.text
    assert page.by_class("shortlist")
    assert browser.open("/en/centers?center=nobody").by_class("note")
