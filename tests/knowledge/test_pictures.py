"""Where shares of trials and days of licenses are drawn."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from directory.knowledge.rules.approvals import (
    NARROWEST,
    SIDE,
    licensed,
    span,
    timeline,
)
from directory.knowledge.rules.approvals import WIDTH as LINE_WIDTH
from directory.knowledge.rules.beside import MOST, Cause, choice, gap
from directory.knowledge.rules.documents import TherapyDocument
from directory.knowledge.rules.dots import WIDTH, dots
from directory.knowledge.rules.intervals import wilson
from directory.knowledge.rules.therapy import TAKEN, Precision, WithheldField
from directory.knowledge.rules.trial import Figure, FigureKey, TrialFigures
from directory.knowledge.rules.views import TherapyPage, shown_therapy
from tests.conftest import NOW

SOURCE = {"source": {"url": "https://example.org/paper"}}


def product(slug: str = "alpha-cel", **more) -> TherapyPage:
    return shown_therapy(
        TherapyDocument.model_validate(document(slug, **more)), changed_at=NOW
    )


def document(slug: str = "alpha-cel", **more) -> dict[str, object]:
    licensed_in_china = more.get("approvals", (approval("2021-06-22", "day"),))
    role = "approved-in-china" if licensed_in_china else "watch-list"
    status = "approved" if licensed_in_china else "pivotal-trial"
    return {
        "slug": slug,
        "position": 1,
        "role": role,
        "market": {"status": status, **SOURCE},
        "names": {"en": f"{slug} invented"},
        "approvals": licensed_in_china,
        "checked_on": date(2026, 11, 22),
        **more,
    }


def approval(
    day: str | None, precision: str | None, regulator: str = "NMPA"
) -> dict[str, object]:
    return {
        "keys": ["rrmm"],
        "text": "Adults",
        "regulator": regulator,
        "date": day,
        "precision": precision,
        **SOURCE,
    }


# Shares


@given(
    st.floats(0, 100, allow_nan=False),
    st.integers(1, 5000),
    st.booleans(),
)
def test_a_dot_lies_inside_its_interval_and_the_drawing(percent, people, mirrored):
    figure = Figure(FigureKey.CRS, percent, wilson(percent, people))
    drawn = dots([figure], mirrored=mirrored)

    assert drawn is not None
    (row,) = drawn.rows
    assert row.low is not None
    assert row.high is not None
    left, right = sorted((row.low, row.high))
    assert 0 <= left <= row.x + 0.1
    assert row.x - 0.1 <= right <= WIDTH


@given(st.floats(0, 100, allow_nan=False))
def test_a_drawing_from_right_to_left_is_the_same_in_a_mirror(percent):
    figure = Figure(FigureKey.RESPONSE, percent, wilson(percent, 40))
    plain, turned = dots([figure]), dots([figure], mirrored=True)

    assert plain is not None
    assert turned is not None
    assert plain.rows[0].x + turned.rows[0].x == pytest.approx(WIDTH, abs=0.11)
    assert plain.begins + turned.begins == WIDTH


def test_what_is_not_stated_is_not_drawn():
    figures = TrialFigures.model_validate(
        {"name": "Invented", "people": 48, "crs_percent": 97.9, **SOURCE}
    ).figures
    drawn = dots(figures)

    assert drawn is not None
    assert [row.key for row in drawn.rows] == [FigureKey.CRS]


def test_a_report_without_shares_has_no_drawing():
    assert dots([Figure(FigureKey.CRS, None, None)]) is None


def test_a_share_of_nobody_knows_how_many_has_no_interval():
    drawn = dots([Figure(FigureKey.MRD_NEGATIVE, 95.0, None)])

    assert drawn is not None
    assert drawn.rows[0].low is None


def test_unverified_figures_of_a_trial_are_refused():
    with pytest.raises(ValidationError, match="unverified figures"):
        TrialFigures.model_validate(
            {"name": "Invented", "people": 48, "basis": "unverified"}
        )


# Days


@pytest.mark.parametrize(
    ("known", "first", "last"),
    [
        ("2021-06-22", date(2021, 6, 22), date(2021, 6, 22)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-12", date(2022, 12, 1), date(2022, 12, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_day_a_month_or_a_year_is_the_days_that_it_may_mean(known, first, last):
    assert span(known) == (first, last)


def test_a_month_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="month"):
        span("2023-13")


def test_licenses_are_told_oldest_first_and_those_without_a_day_apart():
    pages = [
        product("late-cel", approvals=[approval("2024-08", "month")]),
        product("bare-cel", approvals=[approval(None, None)]),
        product(
            "early-cel",
            approvals=[
                approval("2021-06-22", "day"),
                approval("2019-01-01", "day", regulator="FDA"),
            ],
        ),
    ]
    dated, bare = licensed(pages)

    assert [one.therapy.slug for one in dated] == ["early-cel", "late-cel"]
    assert [one.therapy.slug for one in bare] == ["bare-cel"]


def test_a_month_is_drawn_wider_than_a_day():
    dated, _bare = licensed(
        [
            product(
                approvals=[approval("2021-06-22", "day"), approval("2023-06", "month")]
            )
        ]
    )
    drawn = timeline(dated)

    assert drawn is not None
    day, month = drawn.rows[0].dots
    assert (day.start, day.precision) == (day.end, Precision.DAY)
    assert month.end - month.start >= NARROWEST - 0.2


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=1, max_size=8),
    st.booleans(),
)
def test_time_runs_one_way_and_stays_in_the_drawing(days, mirrored):
    pages = [
        product(f"p{number}", approvals=[approval(day.isoformat(), "day")])
        for number, day in enumerate(days)
    ]
    drawn = timeline(licensed(pages)[0], mirrored=mirrored)

    assert drawn is not None
    places = [dot.middle for row in drawn.rows for dot in row.dots]
    assert places == sorted(places, reverse=mirrored)
    assert all(SIDE <= x <= LINE_WIDTH - SIDE for x in places)


def test_nothing_with_a_day_is_no_drawing():
    assert timeline(()) is None


# Side by side

KNOWN = ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("asked", "found", "twice", "over", "unknown"),
    [
        ([], (), (), (), ()),
        (["", " "], (), (), (), ()),
        (["a"], ("a",), (), (), ()),
        (["b", "a"], ("b", "a"), (), (), ()),
        (["a", "a", "b"], ("a", "b"), ("a",), (), ()),
        (["A ", "b"], ("a", "b"), (), (), ()),
        (list(KNOWN), ("a", "b", "c", "d"), (), ("e",), ()),
        (["a", "zz", "zz"], ("a",), (), (), ("zz",)),
    ],
)
def test_what_was_asked_for_is_sorted_by_what_can_be_shown(
    asked, found, twice, over, unknown
):
    chosen = choice(asked, KNOWN)

    assert (chosen.found, chosen.twice, chosen.over, chosen.unknown) == (
        found,
        twice,
        over,
        unknown,
    )


@given(st.lists(st.sampled_from([*KNOWN, "x", "y", ""]), max_size=30))
def test_nothing_that_was_asked_for_is_lost(asked):
    chosen = choice(asked, KNOWN)

    assert len(chosen.found) <= MOST
    assert {*chosen.found, *chosen.over, *chosen.unknown} == {*filter(None, asked)}


def test_a_withheld_value_says_so_and_why():
    page = product(withheld=[{"field": "price", "reason": "Nobody shows it."}])

    found = gap(page, WithheldField.PRICE)
    assert (found.cause, found.reason) == (Cause.WITHHELD, {"en": "Nobody shows it."})
    assert gap(page, WithheldField.DOSE).cause is Cause.NOT_STATED


def test_what_a_product_without_a_license_lacks_does_not_apply():
    page = product(approvals=())

    assert gap(page, WithheldField.PRICE).cause is Cause.NOT_LICENSED


@pytest.mark.parametrize("slug", sorted(TAKEN))
def test_no_product_takes_the_name_of_a_page_beside_it(slug):
    with pytest.raises(ValidationError, match="name of a page"):
        TherapyDocument.model_validate(document(slug))
