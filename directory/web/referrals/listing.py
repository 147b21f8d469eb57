"""The cases that were referred to one's hospital."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.cases.queries.referrals import (
    PER_PAGE,
    Counts,
    Which,
    counts,
    referrals,
)
from directory.cases.rules.states import Step
from directory.exports import csv
from directory.web import context, pathway
from directory.web.referrals.blueprint import bp
from directory.web.words import _
from directory.web.zones import CHINA

FURTHEST = 1000
"""Pages that can be reached; who looks for something narrows the list instead."""

LISTS = {
    Which.OURS: _("Waiting for us"),
    Which.LATE: _("Overdue"),
    Which.ACCEPTED: _("Accepted"),
    Which.ALL: _("All"),
}
"""What each list is called."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """List cases, what the hospital must do first."""
    which, step, page = _which(), _step(), _page()
    session, actor, now = context.session(), context.actor(), context.tools().clock()
    rows, total = referrals(session, actor, now=now, which=which, step=step, page=page)
    return render_template(
        "referrals/home.html",
        rows=rows,
        total=total,
        page=page,
        pages=_pages(total, page),
        counts=counts(session, actor, now=now),
        lists=LISTS,
        which=which,
        step=step,
        steps=pathway.STEPS,
        ours=CHINA,
    )


@bp.get("/counts.csv")
def counts_csv() -> ResponseReturnValue:
    """Hand out how many cases there are, and nothing of any of them."""
    found = counts(context.session(), context.actor(), now=context.tools().clock())
    rows = list(_rows(found))
    body = "".join(csv.table(("referral", "step", "step_title", "cases"), rows))
    response = Response(body, content_type=f"{csv.MEDIA_TYPE}; charset=utf-8")
    name = f"referred-cases-{context.today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pages(total: int, page: int) -> list[tuple[int | None, str | None]]:
    """Return numbers and addresses of pages; none while there is one only."""
    last = max(1, min(-(-total // PER_PAGE), FURTHEST))
    if last == 1:
        return []
    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    found: list[tuple[int | None, str | None]] = []
    for index, number in enumerate(near):
        if index and number - near[index - 1] > 1:
            found.append((None, None))
        asked: dict[str, Any] = {
            name: words
            for name in ("list", "step")
            if (words := request.args.get(name))
        }
        found.append((number, url_for("referrals.home", page=number, **asked)))
    return found


def _rows(found: Counts) -> list[tuple[csv.Cell, ...]]:
    return [
        (state.value, step.value, str(pathway.STEPS[step]), count)
        for (state, step), count in found.table.items()
    ]


def _which() -> Which:
    words = request.args.get("list", "")
    return Which(words) if words in set(Which) else Which.OURS


def _step() -> Step | None:
    words = request.args.get("step", "")
    is_step = words.isascii() and words.isdigit() and len(words) == 1
    return Step(int(words)) if is_step and int(words) in set(Step) else None


def _page() -> int:
    words = request.args.get("page", "")
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 6 else 1
    return min(max(number, 1), FURTHEST)
