"""The feed of changes, as a feed reader takes it."""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element, fromstring

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.model import Version
from directory.listings.rules.document import Kind
from directory.web.public.feed import ENTRIES, MOST_CHANGES
from tests.conftest import NOW
from tests.listings.documents import center
from tests.web.making import make_app

__all__ = ["make_app"]

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return fromstring(answer.get_data())


def entries(feed: Element) -> list[dict[str, str]]:
    return [
        {
            **{
                name: entry.findtext(ATOM + name) or ""
                for name in ("id", "title", "updated", "summary")
            },
            "href": str(entry.find(f"{ATOM}link").get("href")),
        }
        for entry in feed.findall(f"{ATOM}entry")
    ]


@pytest.fixture
def app(make_app):
    return make_app()


def act(app, what) -> None:
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        what(Work(session, system("test"), NOW))


@pytest.fixture
def changed(app):
    """Return the application after one center was listed and then changed."""
    act(app, lambda work: publish(work, center(), authority="one"))
    other = center(names={"en": "Willow & <Sons>", "zh": "柳医院"}, aliases=["WHX"])
    act(app, lambda work: publish(work, other, authority="two"))
    return app


@pytest.mark.parametrize("language", ["", "/en", "/zh", "/ru", "/ar"])
def test_a_feed_is_whole_in_every_language(site, language):
    feed = read(site.test_client(), f"{language}/feed.atom")

    own = feed.find(f"{ATOM}link[@rel='self']").get("href")
    assert own == f"http://localhost{language}/feed.atom" == feed.findtext(f"{ATOM}id")
    found = entries(feed)
    assert len(found) == ENTRIES
    assert len({one["id"] for one in found}) == ENTRIES
    moments = [datetime.fromisoformat(one["updated"]) for one in found]
    assert all(moment.tzinfo for moment in moments)
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == found[0]["updated"]
    assert all(one["summary"] and one["title"] for one in found)


def test_a_change_is_told_field_by_field_and_safely(changed):
    newest, first = entries(read(changed.test_client(), "/en/feed.atom"))[:2]

    assert newest["title"] == "Willow & <Sons>: Version 2"
    assert "On the word of the directory's editors." in newest["summary"]
    assert "Other names: WH → WHX" in newest["summary"]
    history = "http://localhost/en/centers/willow-hospital/history"
    assert newest["href"] == f"{history}#v2"
    assert first["title"].endswith("Version 1")
    assert first["summary"].startswith("First version")
    page = changed.test_client().get(newest["href"]).get_data(as_text=True)
    assert 'id="v2"' in page


def test_an_entry_names_so_many_fields_and_says_that_there_are_more(app):
    act(app, lambda work: publish(work, center(), authority="one"))
    details = [
        {"field": "accreditation", "value": f"Mark {n}", "basis": "unverified"}
        | {"checked_on": "2026-11-22"}
        for n in range(MOST_CHANGES + 5)
    ]
    act(app, lambda work: publish(work, center(details=details), authority="two"))

    newest = entries(read(app.test_client(), "/en/feed.atom"))[0]
    assert newest["summary"].endswith("…")
    named = newest["summary"].split("; ")
    assert len(named) == MOST_CHANGES
    assert named[-1].startswith(f"Accreditation {MOST_CHANGES}: ")


def test_a_city_and_a_center_have_feeds_of_their_own(changed, browser):
    client = changed.test_client()
    for city in ("beijing", "shanghai", "guangzhou", "tianjin"):
        page = browser.open(f"/en/centers?city={city}")
        found = entries(read(client, f"/en/feed.atom?city={city}"))
        titles = " ".join(one["title"] for one in found)
        assert ("Willow" in titles) is (city == "beijing")
        assert len({one["href"].partition("#")[0] for one in found}) == len(
            page.by_class("card")
        ) + (city == "beijing")

    own = entries(read(client, "/en/feed.atom?center=willow-hospital"))
    assert [one["title"][-9:] for one in own] == ["Version 2", "Version 1"]


def test_what_was_withdrawn_is_in_no_feed(changed):
    client = changed.test_client()
    act(changed, lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "Closed."))

    for address in ("/en/feed.atom", "/en/feed.atom?city=beijing"):
        assert "illow" not in client.get(address).get_data(as_text=True)
    assert client.get("/en/feed.atom?center=willow-hospital").status_code == 410


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe", "\u202e"])
def test_a_name_with_letters_that_are_not_seen_is_not_listed(letter):
    with pytest.raises(ValidationError, match=r"names\.en"):
        center(names={"en": f"Amber{letter}tree", "zh": "柳医院"})


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe", "\U0001f600"])
def test_no_letter_of_a_name_breaks_the_feed(app, letter):
    names = {"en": f"Amber{letter}tree", "zh": "柳医院"}

    def list_as_it_once_could_be(work: Work) -> None:
        publish(work, center(), authority="one")
        row = work.session.scalars(
            select(Version).order_by(Version.id.desc()).limit(1)
        ).one()
        row.document = {**row.document, "names": names}

    act(app, list_as_it_once_could_be)

    (first, *_) = entries(read(app.test_client(), "/en/feed.atom"))

    shown = letter if letter == "\U0001f600" else ""
    assert first["title"] == f"Amber{shown}tree: Version 1"


@pytest.mark.parametrize("query", ["city=shenzhen", "city=x", "center=no-such"])
def test_there_is_no_feed_of_what_is_not_covered(site, query):
    assert site.test_client().get(f"/en/feed.atom?{query}").status_code == 404


def test_pages_name_their_feed(browser):
    def feed_of(address: str) -> str:
        page = browser.open(address)
        (link,) = page.all("link", type="application/atom+xml")
        return str(link.get("href"))

    assert feed_of("/zh/") == "/zh/feed.atom"
    own = "/zh/feed.atom?center=nanfang-hospital"
    assert feed_of("/zh/centers/nanfang-hospital") == own
    assert feed_of("/zh/centers/nanfang-hospital/history") == own
    assert own in browser.open("/zh/centers/nanfang-hospital/history").links()
    assert feed_of("/zh/centers?city=tianjin") == "/zh/feed.atom?city=tianjin"
    assert feed_of("/zh/centers?city=tianjin&city=beijing") == "/zh/feed.atom"
    own = "/zh/feed.atom?facilitator=placidway"
    assert feed_of("/zh/facilitators/placidway") == own
    assert own in browser.open("/zh/facilitators/placidway/history").links()


def test_a_facilitator_has_a_feed_of_its_own(site):
    found = entries(read(site.test_client(), "/en/feed.atom?facilitator=placidway"))

    (first,) = found
    assert first["href"].endswith("/en/facilitators/placidway/history#v1")
    answer = site.test_client().get("/en/feed.atom?facilitator=no-such")
    assert answer.status_code == 404
