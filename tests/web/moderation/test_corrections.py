"""A reader says what is wrong; a moderator puts it right, or says why not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.model import Version
from directory.submissions.queries.cases import published_now
from directory.submissions.queries.corrections import correction_page
from tests.conftest import NOW
from tests.listings.documents import center
from tests.web.moderation.people import SLUG, moderator
from tests.web.moderation.test_queue import correct
from tests.web.moderation.test_review import press

FACTS = f"/en/moderation/listings/center/{SLUG}/facts"


@pytest.fixture
def me(desk):
    with desk.tools.sessions.begin() as session:
        publish(Work(session, system("seed"), NOW), center(SLUG), authority="seed")
    return moderator(desk)


@pytest.fixture
def reference(desk, me):
    return correct(desk)


def now(desk, key="icu"):
    with desk.session() as session:
        found = published_now(session, "center", SLUG)
    assert found is not None
    number, document = found
    return number, next(c for c in document["capabilities"] if c["key"] == key)


def outcome(desk, reference):
    with desk.session() as session:
        return correction_page(session, reference)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_fact_stands_beside_what_the_reader_says(me, reference, language):
    page = me.open(f"/{language}/moderation/corrections/{reference}")

    assert "Eight beds." in page.text
    assert "It has twelve beds." in page.text


def test_a_fact_is_put_right_from_its_source(desk, me, reference):
    first = me.open(f"/en/moderation/corrections/{reference}")
    form = first.link("Put it right")
    typed = {
        "number": "1",
        "correction": reference,
        "choice": "yes",
        "source_url": "https://example.org/beds",
        "source_title": "",
        "statement": "Twelve beds.",
        "as_of": "2026-10",
    }

    answer = me.send(form, typed)
    back = me.open(answer.headers["Location"])
    me.send(
        answer.headers["Location"],
        {"outcome": "accepted", "words": "It is so.", "changed_in": "2"},
    )

    number, icu = now(desk)
    found = outcome(desk, reference)
    assert (number, icu["statement"], icu["basis"]) == (2, "Twelve beds.", "sourced")
    assert icu["source"] == {"url": "https://example.org/beds"}
    assert back.value("changed_in") == "2"
    assert (found.state, found.changed_in) == ("accepted", 2)
    with desk.session() as session:
        said = session.scalars(select(Version.authority).where(Version.number == 2))
        assert f"correction:{reference}" in said.all()


def test_what_has_no_source_is_shown_as_such(desk, me):
    typed = {"number": "1", "choice": "no", "source_url": "", "source_title": ""}

    me.send(f"{FACTS}/capability.icu", typed)

    _, icu = now(desk)
    assert icu["value"] == "no"
    assert icu["basis"] == "unverified"
    assert "source" not in icu


def test_not_stated_says_nothing_more(desk, me):
    typed = {
        "number": "1",
        "choice": "not-stated",
        "source_url": "https://example.org",
        "statement": "Beds.",
    }

    me.send(f"{FACTS}/capability.icu", typed)

    _, icu = now(desk)
    assert icu == {"key": "icu", "value": "not-stated", "checked_on": "2026-11-22"}


def test_a_trial_waits_for_another_moderator(desk, me):
    url = f"{FACTS}/trial.1"
    page = me.open(url)
    answer = me.send(
        url,
        {
            "number": "1",
            "words": "WILLOW-2",
            "trial_number": "NCT00000001",
            "source_url": "https://example.org/trial",
        },
    )
    id_ = answer.headers["Location"].rpartition("/")[2]
    again = me.post(url, {"number": "1", "words": "OAK"}, status=409)
    before, _ = now(desk)
    other = moderator(desk)
    press(other, id_, "accept-rest")
    press(other, id_, "publish")

    assert "are not changed by one person" in page.text
    assert "A submission of this listing is open" in again.text
    assert "OAK" in again.text
    assert before == 1
    assert "WILLOW-2" in me.open(f"/en/centers/{SLUG}").text


def test_a_page_that_is_too_old_keeps_what_was_typed(desk, me):
    url = f"{FACTS}/capability.icu"
    me.send(url, {"number": "1", "choice": "no"})

    page = me.post(
        url, {"number": "1", "choice": "refused", "note": "Mine."}, status=409
    )

    assert "Another version was published" in page.text
    assert "Mine." in page.text
    assert now(desk)[0] == 2


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("capability.icu", {"choice": "maybe"}, "Not a valid choice"),
        ("capability.icu", {"choice": "yes", "source_url": "beds"}, "whole address"),
        ("capability.icu", {"choice": "yes", "as_of": "May"}, "Write it as"),
        ("evidence.1", {"words": ""}, "Say something"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(me, field, typed, said):
    page = me.post(f"{FACTS}/{field}", {"number": "1", **typed}, status=422)

    assert said in page.text


def test_nobody_edits_what_their_own_office_keeps(desk, me):
    office = desk.seat(me).organization
    desk.give(SLUG, office)

    page = me.post(
        f"{FACTS}/capability.icu", {"number": "1", "choice": "no"}, status=403
    )

    assert "Your own organization keeps this listing" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose what becomes of it"),
        ({"outcome": "declined"}, "This is needed"),
        ({"outcome": "duplicate"}, "This is needed"),
        ({"outcome": "accepted", "words": "x", "changed_in": "9"}, "no such one"),
    ],
)
def test_a_decision_says_enough(me, reference, typed, said):
    url = f"/en/moderation/corrections/{reference}"

    page = me.post(url, typed, status=422)

    assert said in page.text


def test_a_correction_is_decided_once(desk, me, reference):
    url = f"/en/moderation/corrections/{reference}"
    typed = {"outcome": "declined", "words": "<b>No</b> page says so."}
    token = me.open(url).value("csrf_token")
    first = me.client.post(url, data={"csrf_token": token, **typed})
    second = me.client.post(url, data={"csrf_token": token, **typed})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "<b>No</b> page says so." in me.open(url).text


def test_a_duplicate_names_the_first(desk, me, reference):
    other = correct(desk)
    url = f"/en/moderation/corrections/{other}"

    me.send(url, {"outcome": "duplicate", "duplicate_of": reference})

    assert outcome(desk, other).duplicate_of == reference
