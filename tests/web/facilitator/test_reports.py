"""Reports count the cases of one's own organization, with plots and tables."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest

from directory.cases.actions.telling import tell
from directory.cases.model import Case
from directory.cases.rules.states import Closing, Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role, system
from directory.core.work import Work
from directory.web.facilitator import plots
from tests.web.inventing import invent


@pytest.fixture
def browser(desk):
    return desk.sit(Role.FACILITATOR)


def office(desk, browser):
    return desk.seat(browser).organization


def walk(desk, reference, days=1.0):
    """Answer a case, go a step on, and close it."""
    with desk.tools.sessions.begin() as session:
        case = session.query(Case).filter_by(reference=reference).one()
        at = case.opened_at + timedelta(days=days)
        work = Work(session, system("test"), at)
        case.answered_at, case.step = at, Step.REVIEW.value
        tell(work, case, Kind.STEPPED, side=Side.FACILITATOR)
        case.state, case.due_at = State.CLOSED.value, None
        case.closed_at, case.closing = at, Closing.NO_CAPACITY.value
        tell(work, case, Kind.CLOSED, side=Side.FACILITATOR)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_without_cases_each_part_says_so(browser, language):
    page = browser.open(f"/{language}/facilitator/reports")

    assert len(page.by_class("panel")) == 4
    assert page.by_class("plot") == []


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_each_plot_has_its_table(desk, browser, language):
    references = [invent(desk, office(desk, browser), seed) for seed in range(3)]
    for reference, days in zip(references, (0.5, 1, 4), strict=True):
        walk(desk, reference, days)

    page = browser.open(f"/{language}/facilitator/reports?months=3")

    drawn = page.by_class("plot")
    assert len(drawn) == 4
    assert all(each.get("aria-label") for each in drawn)
    assert len(list(page.all("table"))) == 4


def test_figures_are_said_with_how_many_they_are_of(desk, browser):
    references = [invent(desk, office(desk, browser), seed) for seed in range(3)]
    for reference, days in zip(references, (0.5, 1, 4), strict=True):
        walk(desk, reference, days)

    page = browser.open("/en/facilitator/reports?months=3")

    assert "All these months30.812.5" in page.text


def test_counts_of_another_organization_are_not_among_them(desk, browser):
    walk(desk, invent(desk, office(desk, desk.sit(Role.FACILITATOR))))

    page = browser.open("/en/facilitator/reports")

    assert "No case was closed in these months." in page.text


def test_counts_are_taken_along_as_csv(desk, browser):
    reference = invent(desk, office(desk, browser))
    walk(desk, reference)

    sent = browser.client.get("/en/facilitator/reports.csv?months=3")

    rows = list(csv.reader(StringIO(sent.text.removeprefix("\ufeff"))))
    assert sent.headers["Content-Type"].startswith("text/csv")
    assert ["closed as", "no-capacity", "1", "", "", ""] in rows
    assert ["days to first answer", "all months", "1", "1.00", "1.00", "1.00"] in rows
    assert reference not in sent.text


@pytest.mark.parametrize("months", ["0", "-1", "9" * 40, "x", "7"])
def test_strange_months_are_others(browser, months):
    browser.open(f"/en/facilitator/reports?months={months}")


def test_a_plot_begins_at_zero_and_holds_every_mark():
    found = plots.bars([("a", 3), ("b", 0), ("c", 7)])

    assert found.ticks[0] == (plots.LEFT, 0)
    assert found.ticks[-1][1] >= 7
    assert [row.is_empty for row in found.rows] == [False, True, False]
    assert all(row.high <= found.ticks[-1][0] for row in found.rows)
    assert plots.bars([("a", 0)]) is None
