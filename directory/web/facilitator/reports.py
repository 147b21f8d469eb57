"""Reports: how soon cases are answered, how long steps take, how they end."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_uppercase

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from directory.cases.queries.reports import MOST_MONTHS, Report, own_report
from directory.cases.rules.reports import Spread
from directory.exports import csv
from directory.exports.csv import Cell
from directory.web import context, steps
from directory.web.facilitator import plots
from directory.web.facilitator.blueprint import bp

MONTHS = 12
"""Months of a report if the address says nothing."""

PERIODS = (3, 6, 12, MOST_MONTHS)
"""What is offered."""


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """Show the counts of one's own organization, with plots."""
    found = _found()
    return render_template(
        "facilitator/reports.html",
        report=found,
        count=_count(),
        periods=PERIODS,
        closings=_lettered(found),
        words=steps,
        plots={
            "answer": plots.spreads(
                [(month.name[2:], month.answer) for month in found.months]
            ),
            "months": plots.bars([(m.name[2:], m.opened) for m in found.months]),
            "steps": plots.spreads(
                [(str(step.value), spread) for step, spread in found.steps.items()]
            ),
            "closings": plots.bars(
                [(letter, count) for letter, _words, count in _lettered(found)]
            ),
            "centers": plots.bars(
                [
                    (str(number), outcome.total)
                    for number, outcome in enumerate(found.centers, 1)
                ]
            ),
        },
    )


@bp.get("/reports.csv")
def reports_table() -> ResponseReturnValue:
    """Hand over the same counts as CSV; nothing about any one case."""
    body = "".join(
        csv.table(
            ("what", "of", "count", "lower quartile", "median", "upper quartile"),
            _rows(_found()),
        )
    )
    response = Response(body, content_type=f"{csv.MEDIA_TYPE}; charset=utf-8")
    day = context.today().isoformat()
    response.headers["Content-Disposition"] = (
        f'attachment; filename="cases-counted-{day}.csv"'
    )
    return response


def _found() -> Report:
    return own_report(
        context.session(),
        context.actor(),
        count=_count(),
        now=context.tools().clock(),
    )


def _count() -> int:
    words = request.args.get("months", "")
    asked = int(words) if words.isascii() and words.isdigit() and len(words) < 4 else 0
    return asked if asked in PERIODS else MONTHS


def _lettered(found: Report) -> list[tuple[str, str, int | None]]:
    """Return how cases ended: letter in the plot, words, count."""
    return [
        (letter, str(steps.CLOSINGS[code]), count)
        for letter, (code, count) in zip(
            ascii_uppercase, found.closings.items(), strict=False
        )
    ]


def _rows(found: Report) -> Iterator[tuple[Cell, ...]]:
    for month in found.months:
        yield ("opened", month.name, month.opened, None, None, None)
        yield ("closed", month.name, month.closed, None, None, None)
        yield ("days to first answer", month.name, *_spread(month.answer))
        yield ("without an answer", month.name, month.waiting, None, None, None)
    yield ("days to first answer", "all months", *_spread(found.answer))
    for step, spread in found.steps.items():
        yield ("days in step", str(step.value), *_spread(spread))
    yield ("open", "now", found.is_open, None, None, None)
    yield ("overdue", "now", found.overdue, None, None, None)
    for code, count in found.closings.items():
        yield ("closed as", code.value, count, None, None, None)
    for outcome in found.centers:
        yield ("referrals", outcome.center, outcome.total, None, None, None)
        for state, number in outcome.states.items():
            yield (f"referrals {state}", outcome.center, number, None, None, None)
        for reason, number in outcome.declines.items():
            yield (f"declined: {reason}", outcome.center, number, None, None, None)


def _spread(found: Spread | None) -> tuple[Cell, ...]:
    if found is None:
        return (0, None, None, None)
    days = (f"{value:.2f}" for value in (found.low, found.median, found.high))
    return (found.count, *days)
