"""What grew old, whose it is, and whether samples of it still hold."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from directory.submissions.queries.samples import last_sample
from tests.web.moderation.people import moderator

OVERDUE = "/en/moderation/overdue"
SAMPLES = "/en/moderation/samples"


@pytest.fixture
def me(desk):
    return moderator(desk)


@pytest.fixture
def later(desk):
    """Let a hundred days pass, and sign in then."""
    desk.clock.move(days=100)
    return moderator(desk)


def test_nothing_is_overdue_at_first(me):
    assert "Nothing is overdue here." in me.open(OVERDUE).text


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_what_grew_old_is_counted_by_city_and_kind(later, language):
    page = later.open(f"/{language}/moderation/overdue")

    assert len(list(page.all("table"))) == 2


def test_the_counts_lead_to_the_facts(later):
    page = later.open(OVERDUE)
    counts = {
        link: int("".join(a.itertext()))
        for a in page.all("a")
        if "city=" in (link := a.get("href", "")) and "part=" in link
    }

    assert counts
    for link, count in counts.items():
        caption = ["".join(one.itertext()) for one in later.open(link).all("caption")][
            -1
        ]
        assert caption.split()[0] == str(count)


def test_whoever_keeps_a_listing_is_named(desk, later):
    keeper = desk.keeper("nanfang-hospital")
    assert desk.seat(keeper).organization

    page = later.open(f"{OVERDUE}?kept=yes")

    assert "Invented hospital" in page.text
    assert "not asked yet" in page.text


def test_the_list_can_be_kept_as_a_table(later):
    response = later.client.get(f"{OVERDUE}.csv?city=tianjin")

    rows = list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) > 2
    assert {row[1] for row in rows[1:]} == {"tianjin"}


def test_a_sample_is_drawn_and_looked_through(desk, me):
    place = me.send(SAMPLES, {"size": "2"}).headers["Location"]
    second = me.post(SAMPLES, {"size": "2"}, status=422)
    for verdict in ("holds", "wrong"):
        page = me.open(place)
        me.send(
            place,
            {
                "position": page.value("position"),
                "verdict": verdict,
                "note": "<i>Looked.</i>",
            },
        )

    with desk.session() as session:
        share = last_sample(session)
    assert "A sample is being checked" in second.text
    assert (share.size, share.share.percent) == (2, 50)
    assert "<i>Looked.</i>" in me.open(place).text


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_samples_read_in_every_language(me, language):
    place = me.send(SAMPLES, {"size": "1"}).headers["Location"]

    me.open(f"/{language}/moderation/samples")
    me.open(place.replace("/en/", f"/{language}/"))


@pytest.mark.parametrize("size", ["", "0", "501", "many"])
def test_a_size_that_makes_no_sense_is_refused(me, size):
    me.post(SAMPLES, {"size": size}, status=422)


def test_a_verdict_is_needed(me):
    place = me.send(SAMPLES, {"size": "1"}).headers["Location"]

    page = me.post(place, {"position": "1"}, status=422)

    assert "Choose one" in page.text
