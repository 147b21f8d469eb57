"""Cases in numbers: how many, where, how late; nothing of what is in them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.cases.queries.reports import report_of_all, totals
from directory.cases.rules.reports import FEWEST
from directory.web import context, steps
from directory.web.admin.blueprint import bp

MONTHS = 12
"""Months over which outcomes are counted."""


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """Count all cases by state, step and organization, and how they ended."""
    session, actor, now = context.session(), context.actor(), context.tools().clock()
    return render_template(
        "admin/cases.html",
        totals=totals(session, actor, now=now),
        report=report_of_all(session, actor, count=MONTHS, now=now),
        months=MONTHS,
        fewest=FEWEST,
        words=steps,
    )
