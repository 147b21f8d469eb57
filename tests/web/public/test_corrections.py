"""Saying that something is wrong, without an account, and reading what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.core.actor import system
from directory.core.links import Purpose
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from directory.submissions.actions.corrections import decide_correction
from directory.submissions.model import Correction
from directory.submissions.rules.states import CorrectionState
from directory.web.context import MOST_WRITING, WRITING
from directory.web.proof import TOO_QUICK, opened
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import center, facilitator
from tests.web.making import make_app

__all__ = ["make_app"]

NEW = "/en/corrections/new?kind=center&listing=willow-hospital"


def act(app, what):
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        return what(Work(session, system("test"), NOW))


@pytest.fixture
def app(make_app):
    made = make_app()
    act(made, lambda work: publish(work, center(), authority="seed"))
    act(made, lambda work: publish(work, facilitator(), authority="seed"))
    return made


@pytest.fixture
def reader(app):
    return Browser(app)


def since(app, ago: timedelta = timedelta(minutes=1)) -> str:
    with app.app_context():
        return opened(NOW - ago)


def typed(app, **more: object) -> dict[str, object]:
    given: dict[str, object] = {
        "field": "capability.icu",
        "words": "It has ten beds.",
        "source": "https://example.org/beds",
        "email": "daughter@example.org",
        "opened": since(app),
    }
    return given | more


def stored(app) -> list[Correction]:
    with app.extensions["directory"].reading() as session:
        return list(session.scalars(select(Correction)))


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_of_a_correction_are_good_in_every_language(app, reader, language):
    url = f"/{language}/corrections/new?kind=facilitator&listing=willow-travel"
    answer = reader.send(url, typed(app, field="service.1"))

    assert answer.status_code == 303
    reader.open(answer.headers["Location"])
    token = app.extensions["directory"].links.sign(
        Purpose.CONFIRM_CORRECTION, stored(app)[0].reference, NOW + timedelta(days=7)
    )
    reader.open(f"/{language}/corrections/confirm/{token}")


def test_a_fact_leads_to_the_form_with_itself_chosen(reader):
    fact = reader.open("/en/centers/willow-hospital/facts/capability.icu")
    form = reader.open(fact.link("Something wrong? Tell us"))

    (chosen,) = [one for one in form.all("option") if one.get("selected") is not None]
    assert chosen.get("value") == "capability.icu"
    offered = {one.get("value") for one in form.all("option")}
    assert {"listing", "trial.1", "accreditation.2", "identity"} <= offered


def test_a_correction_gets_a_reference_that_anybody_can_look_up(app, reader):
    answer = reader.send(NEW, typed(app))
    (row,) = stored(app)

    assert answer.headers["Location"] == f"/en/corrections/{row.reference}?sent=1"
    page = Browser(app).open(f"/ru/corrections/{row.reference}")
    assert row.reference in page.heading
    public = page.response.get_data(as_text=True)
    assert "ten beds" not in public
    assert "daughter" not in public
    assert "example.org/beds" not in public
    assert page.response.headers["Cache-Control"].startswith("public, max-age=60")
    again = app.test_client().get(f"/ru/corrections/{row.reference.lower()}")
    assert again.headers["Location"] == f"/ru/corrections/{row.reference}"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"words": ""}, "Say what is right"),
        ({"words": "x" * 4001}, "This is too long"),
        ({"field": ""}, "Choose what is wrong"),
        ({"field": "capability.nothing"}, "Not a valid choice"),
        ({"source": "javascript:alert(1)"}, "begins with https://"),
        ({"source": "https://example.org/a b"}, "begins with https://"),
        ({"email": "nobody"}, "name@example.org"),
        ({"company": "Ltd"}, "Leave this field empty"),
        ({"opened": "forged"}, "That was very quick"),
        ({"opened": ""}, "That was very quick"),
    ],
)
def test_what_does_not_do_is_said_at_its_field_and_nothing_is_lost(
    app, reader, more, said
):
    page = reader.post(NEW, typed(app, **more), status=422)

    assert said in page.text
    assert page.title.startswith("Error:")
    if "words" not in more:
        assert words(next(page.all("textarea"))) == "It has ten beds."
    assert stored(app) == []


def test_nobody_sends_a_form_the_moment_it_is_opened(app, reader):
    almost = since(app, TOO_QUICK - timedelta(seconds=1))
    reader.post(NEW, typed(app, opened=almost), status=422)

    assert reader.send(NEW, typed(app, opened=since(app, TOO_QUICK))).status_code == 303


def test_a_post_without_its_token_is_asked_for_once_more(app, reader):
    answer = app.test_client().post(NEW, data=typed(app))

    assert answer.status_code == 400
    assert "It has ten beds." in answer.get_data(as_text=True)
    assert stored(app) == []


def test_what_was_typed_stays_while_nothing_can_be_stored(app, reader):
    for _ in range(MOST_WRITING):
        app.extensions[WRITING].acquire()

    page = reader.post(NEW, typed(app), status=503)

    assert words(next(page.all("textarea"))) == "It has ten beds."
    assert page.by_class("nhsuk-error-summary")
    assert stored(app) == []


def test_without_keys_no_address_is_asked_for(make_app):
    made = make_app()
    act(made, lambda work: publish(work, center(), authority="seed"))
    made.extensions["directory"] = replace(made.extensions["directory"], keys=None)
    reader = Browser(made)

    page = reader.open(NEW)
    assert not list(page.all("input", name="email"))
    assert reader.send(NEW, typed(made)).status_code == 303
    assert stored(made)[0].sealed_email is None


def test_an_address_is_confirmed_by_a_press_and_not_by_opening(app, reader):
    reader.send(NEW, typed(app))
    (row,) = stored(app)
    links = app.extensions["directory"].links
    token = links.sign(
        Purpose.CONFIRM_CORRECTION, row.reference, NOW + timedelta(days=7)
    )
    url = f"/en/corrections/confirm/{token}"

    reader.open(url)
    assert stored(app)[0].email_confirmed_at is None
    assert reader.send(url).status_code == 303
    assert stored(app)[0].email_confirmed_at == NOW
    other = links.sign(
        Purpose.ACCEPT_INVITATION, row.reference, NOW + timedelta(days=7)
    )
    reader.open(f"/en/corrections/confirm/{other}", status=404)
    old = links.sign(Purpose.CONFIRM_CORRECTION, row.reference, NOW - timedelta(1))
    reader.open(f"/en/corrections/confirm/{old}", status=410)


def test_the_outcome_stands_on_the_page_with_the_version(app, reader):
    reader.send(NEW, typed(app))
    (row,) = stored(app)
    url = f"/en/corrections/{row.reference}"
    assert "Nobody has decided yet" in reader.open(url).text

    def settle(work: Work) -> None:
        authority = f"correction:{row.reference}"
        publish(work, center(district="Haidian"), authority=authority)
        decide_correction(
            work,
            row.reference,
            CorrectionState.ACCEPTED,
            "It <b>is</b> ten.",
            changed_in=2,
        )

    act(app, settle)

    page = reader.open(url)
    assert "Accepted It <b>is</b> ten." in page.text
    history = page.link("Put right in version 2")
    assert history == "/en/centers/willow-hospital/history#v2"
    versions = reader.open("/en/centers/willow-hospital/history")
    assert "a reader, whose correction the directory checked" in versions.text
    assert url in versions.links()


def test_what_was_withdrawn_is_not_named_any_more(app, reader):
    reader.send(NEW, typed(app))
    (row,) = stored(app)
    act(app, lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "Closed."))

    reader.open(NEW, status=410)
    page = reader.open(f"/en/corrections/{row.reference}")
    assert "withdrawn since" in page.text
    assert "illow" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    "url",
    [
        "/en/corrections/new",
        "/en/corrections/new?kind=city&listing=beijing",
        "/en/corrections/new?kind=center&listing=no-such",
        "/en/corrections/new?kind=center&listing=%00",
        "/en/corrections/new?kind=center&listing=" + "a" * 3000,
        "/en/corrections/K-0000-0000",
        "/en/corrections/K-7F3Q-2MXB",
        "/en/corrections/nothing",
        "/en/corrections/confirm/nothing",
    ],
)
def test_what_is_not_there_is_not_found(reader, url):
    reader.open(url, status=404)


NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE correction; --",
    "\u202egnorw",
    "\U0001f468\u200d\U0001f469",
    "\u202e" * 50,
    "{{ 7 * 7 }}",
    "%(name)s %s",
    "\x00\x1b[31m",
    "ﷺ" * 200,
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_are_kept_as_words(app, reader, text):
    answer = reader.send(NEW, typed(app, words=f"a{text}", email=""))

    assert answer.status_code == 303
    assert "\x00" not in stored(app)[0].words


def test_one_address_sends_so_many_an_hour(make_app):
    made = make_app(rate_limits="on")
    act(made, lambda work: publish(work, center(), authority="seed"))
    reader = Browser(made)

    codes = [reader.send(NEW, typed(made, email="")).status_code for _ in range(11)]

    assert codes == [303] * 10 + [429]
