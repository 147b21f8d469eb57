"""Looking at listings, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from directory.core.errors import NotFoundError
from directory.listings.actions import draft, publish, put_city, withdraw
from directory.listings.queries import (
    Standing,
    center_history,
    center_page,
    center_pages,
    center_version,
    city_profiles,
    counts,
    facilitator_history,
    facilitator_page,
    facilitator_pages,
    lately,
    published,
    standing,
)
from directory.listings.rules.document import CAPABILITIES, Kind
from directory.listings.rules.views import center_view
from tests.conftest import NOW
from tests.listings.documents import CHECKED, center, city, facilitator


@pytest.fixture
def filled(work):
    """A unit of work with three centers, a facilitator and a draft."""
    publish(work, center("willow-hospital"), authority="seed")
    publish(work, center("elm-hospital"), authority="seed")
    publish(work, center("oak-hospital", city="tianjin"), authority="seed")
    publish(work, facilitator(), authority="seed")
    draft(work, center("ash-hospital", state="draft"), authority="seed")
    return work


@pytest.fixture
def statements(engine):
    """Every statement that reaches the database, as it happens."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_is_the_view_of_its_document(filled):
    page = center_page(filled.session, "elm-hospital", today=CHECKED)

    assert page == center_view(
        center("elm-hospital"), version=1, published_at=NOW, today=CHECKED
    )


def test_pages_come_by_slug_and_without_what_is_unknown(filled):
    wanted = ["willow-hospital", "no-hospital", "elm-hospital", "ash-hospital"]

    pages = center_pages(filled.session, wanted, today=CHECKED)

    assert [page.slug for page in pages] == ["elm-hospital", "willow-hospital"]
    assert center_pages(filled.session, [], today=CHECKED) == ()


def test_a_list_of_pages_is_one_round_trip(filled, statements):
    statements.clear()

    pages = center_pages(filled.session, today=CHECKED)

    assert len(pages) == 3
    assert len(statements) == 1


@pytest.mark.parametrize(
    "look",
    [
        lambda session: center_page(session, "no-hospital", today=CHECKED),
        lambda session: center_page(session, "willow-travel", today=CHECKED),
        lambda session: center_page(session, "ash-hospital", today=CHECKED),
        lambda session: center_version(session, "elm-hospital", 2, today=CHECKED),
        lambda session: center_history(session, "no-hospital"),
        lambda session: facilitator_page(session, "elm-hospital", today=CHECKED),
        lambda session: facilitator_history(session, "elm-hospital"),
    ],
)
def test_what_is_not_there_is_not_found(filled, look):
    with pytest.raises(NotFoundError):
        look(filled.session)


def test_facilitators_have_pages_of_their_own(filled):
    (page,) = facilitator_pages(filled.session, today=CHECKED)

    assert page == facilitator_page(filled.session, "willow-travel", today=CHECKED)
    assert page.version == 1


def test_counts_are_of_what_readers_see(filled):
    found = counts(filled.session, today=CHECKED)

    stated = {"sourced": 1, "unverified": 1}
    silent = len(CAPABILITIES) - 2
    assert (found.centers, found.facilitators, found.drafts) == (3, 1, 1)
    assert found.capabilities == {
        "not-stated": 3 * silent,
        **{basis: 3 * n for basis, n in stated.items()},
    }
    assert found.values == {"yes": 6, "not-stated": 3 * silent}
    assert found.facts == {
        "not-stated": 3 * silent,
        "sourced": 3 * 5 + 4,
        "unverified": 3 * 4 + 1,
    }
    assert found.centers_by_city == {"beijing": 2, "tianjin": 1}
    assert found.facts_by_city["tianjin"] == {
        "not-stated": silent,
        "sourced": 5,
        "unverified": 4,
    }
    assert found.overdue == 0


@pytest.mark.parametrize(
    ("days", "overdue"),
    [
        (90, 0),
        # Of each center its medicine, treatment and trial; of the facilitator
        # its website, language and service.
        (91, 3 * 3 + 3),
        (366, 3 * 9 + 5),
    ],
)
def test_overdue_counts_grow_with_time(filled, days, overdue):
    later = CHECKED + timedelta(days=days)

    assert counts(filled.session, today=later).overdue == overdue


def test_an_earlier_version_no_longer_counts(filled):
    before = counts(filled.session, today=CHECKED)

    publish(filled, center("elm-hospital", district="Haidian"), authority="seed")

    assert counts(filled.session, today=CHECKED) == before


def test_what_happened_lately_is_counted_from_a_day_on(filled):
    publish(filled, center("elm-hospital", district="Haidian"), authority="seed")

    today = lately(filled.session, since=NOW.date())
    tomorrow = lately(filled.session, since=NOW.date() + timedelta(days=1))

    assert (today.added, today.changed) == (4, 1)
    assert (tomorrow.added, tomorrow.changed, tomorrow.checked) == (0, 0, 0)


def test_facts_that_were_looked_at_lately_are_those_that_say_something(filled):
    stated = sum(
        n
        for basis, n in counts(filled.session, today=CHECKED).facts.items()
        if basis != "not-stated"
    )

    assert lately(filled.session, since=CHECKED).checked == stated
    after = CHECKED + timedelta(days=1)
    assert lately(filled.session, since=after).checked == 0


def test_counting_an_empty_directory(session):
    found = counts(session, today=CHECKED)

    assert (found.centers, found.facts, found.overdue) == (0, {}, 0)


def test_history_shows_what_changed_by_whom(filled):
    publish(
        filled, center("elm-hospital", district="Haidian"), authority="submission:17"
    )

    latest, first = center_history(filled.session, "elm-hospital")

    assert (latest.number, latest.authority) == (2, "submission:17")
    assert [change.field for change in latest.changes] == ["district"]
    assert (first.number, first.authority) == (1, "seed")
    assert "capability.icu" in {change.field for change in first.changes}
    assert latest.digest != first.digest
    assert latest.published_at == NOW


def test_standing_names_every_listing(filled):
    withdraw(filled, Kind.CENTER, "oak-hospital", "It closed.")
    publish(filled, center("elm-hospital", district="X"), authority="submission:17")

    assert standing(filled.session) == {
        ("center", "willow-hospital"): Standing("published", "seed"),
        ("center", "elm-hospital"): Standing("published", "submission:17"),
        ("center", "oak-hospital"): Standing("withdrawn", filled.actor.name),
        ("center", "ash-hospital"): Standing("draft", "seed"),
        ("facilitator", "willow-travel"): Standing("published", "seed"),
    }


def test_only_what_readers_see_is_published(filled):
    withdraw(filled, Kind.CENTER, "oak-hospital", "It closed.")
    asked = [
        ("center", "elm-hospital"),
        ("center", "oak-hospital"),
        ("center", "ash-hospital"),
        ("center", "willow-travel"),
        ("facilitator", "willow-travel"),
    ]

    found = published(filled.session, asked)

    assert found == {("center", "elm-hospital"), ("facilitator", "willow-travel")}
    assert published(filled.session, []) == frozenset()


def test_cities_come_in_the_order_of_pages(work):
    put_city(work, city("tianjin", 2))
    put_city(work, city("beijing", 1))

    profiles = city_profiles(work.session)

    assert [profile.slug for profile in profiles] == ["beijing", "tianjin"]
