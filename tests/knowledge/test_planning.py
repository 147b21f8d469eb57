"""Plans: days that follow from stated lengths, and no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml

from directory.core.config import Settings
from directory.knowledge.rules.guide import FollowUpLine, GuideDocument, Point, Step
from directory.knowledge.rules.planning import HORIZON, LENGTHS, plan, problem
from directory.knowledge.rules.sources import Basis

DAY = date(2027, 3, 1)


def step(number: int) -> Step:
    return Step(
        number=number, titles={"en": f"Step {number}"}, note={"en": "Invented."}
    )


STEPS = [step(number) for number in (9, 1, 7, 6, 8, 2, 3, 4, 5)]


def line(**begins: int) -> tuple[FollowUpLine, Point]:
    point = Point(text={"en": "Invented check."}, basis=Basis.UNVERIFIED)
    return FollowUpLine(key="check", **begins), point


def test_only_stated_lengths_move_what_follows():
    made = plan(STEPS, (), DAY)

    assert [each.step.number for each in made.before] == [1, 2, 3, 4, 5]
    assert all(each.not_before is None for each in made.before)
    assert {each.step.number: each.not_before for each in made.there} == {
        6: DAY,
        7: DAY,
        8: DAY + timedelta(days=21),
        9: DAY + timedelta(days=24),
    }
    assert made.infusion == DAY + timedelta(days=24)
    assert made.infusion_late == DAY + timedelta(days=31)


def test_a_step_without_a_stated_end_is_open():
    made = plan(STEPS, (), DAY)

    assert {each.step.number: each.is_open for each in made.there} == {
        6: True,
        7: False,
        8: True,
        9: True,
    }


def test_checks_are_counted_from_the_first_day_of_the_infusion():
    made = plan(STEPS, (line(days=30), line(months=12), line()), date(2027, 2, 5))

    assert made.infusion == date(2027, 3, 1)
    assert [each.not_before for each in made.checks] == [
        date(2027, 3, 31),
        date(2028, 3, 1),
    ]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 7), 1, date(2027, 2, 28)),
        (date(2027, 12, 7), 2, date(2028, 2, 29)),
        (date(2027, 11, 21), 12, date(2028, 12, 15)),
    ],
)
def test_months_end_where_they_end(day, months, expected):
    made = plan(STEPS, (line(months=months),), day)

    assert [each.not_before for each in made.checks] == [expected]


@pytest.mark.parametrize(
    ("away", "wrong"),
    [
        (timedelta(days=-1), "past"),
        (timedelta(0), None),
        (HORIZON, None),
        (HORIZON + timedelta(days=1), "far"),
    ],
)
def test_a_day_is_neither_past_nor_too_far(away, wrong):
    assert problem(DAY + away, DAY) == wrong


def test_lengths_are_what_the_guide_says():
    path = Settings.folder("seed") / "knowledge" / "guides" / "process.yaml"
    guide = GuideDocument.model_validate(yaml.safe_load(path.read_text("utf-8")))
    said = {
        each.number: each.duration
        for section in guide.sections
        for each in section.steps
    }

    assert set(LENGTHS) == {7, 8}
    for number, words in ((7, "three to four weeks"), (8, "three days of chemo")):
        duration = said[number]
        assert duration is not None
        assert duration.sources
        assert words in duration.text["en"]
    assert (LENGTHS[7].least_days, LENGTHS[7].most_days) == (3 * 7, 4 * 7)
    assert (LENGTHS[8].least_days, LENGTHS[8].most_days) == (3, None)
