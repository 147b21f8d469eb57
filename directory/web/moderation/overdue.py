"""Facts overdue, by city and kind, and who could look at them again."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.exports import csv
from directory.submissions.queries.overdue import OverdueView, counted
from directory.submissions.queries.overdue import overdue as overdue_facts
from directory.web import context
from directory.web import labels as site
from directory.web.facts import field_name
from directory.web.filters import said
from directory.web.moderation import labels
from directory.web.moderation.blueprint import bp
from directory.web.moderation.queue import table_named

PER_PAGE = 50


def _wanted() -> tuple[Sequence[OverdueView], Sequence[OverdueView], str, str, str]:
    """Return all that is overdue, what of it is asked for, and by which filters."""
    every = overdue_facts(context.session(), today=context.today())
    city = request.args.get("city", "")
    city = city if city in (*site.CITIES, "none") else ""
    part = request.args.get("part", "")
    part = part if part in labels.PARTS else ""
    kept = request.args.get("kept", "")
    kept = kept if kept in {"yes", "no"} else ""
    rows = [
        one
        for one in every
        if city in {"", one.city or "none"}
        and part in {"", one.part}
        and kept in {"", "yes" if one.kept_by else "no"}
    ]
    return every, rows, city, part, kept


@bp.get("/overdue")
def overdue() -> ResponseReturnValue:
    """Count what is overdue, and list it with who could look again."""
    every, rows, city, part, kept = _wanted()
    pages = max(1, ceil(len(rows) / PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    given = {"city": city or None, "part": part or None, "kept": kept or None}
    by = counted(every)
    return render_template(
        "moderation/overdue.html",
        rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(rows),
        by=by,
        parts=[key for key in labels.PARTS if any(key == p for _, p in by)],
        cities=[city for city in (*site.CITIES, "") if any(city == c for c, _ in by)],
        chosen=(city, part, kept),
        every_city=site.CITIES,
        page=page,
        pages=[
            (n, url_for("moderation.overdue", **given, page=n))  # type: ignore[arg-type]
            for n in range(1, pages + 1)
        ]
        if pages > 1
        else [],
        csv=url_for("moderation.overdue_csv", **given),  # type: ignore[arg-type]
        words=labels,
    )


@bp.get("/overdue.csv")
def overdue_csv() -> Response:
    """Give the list as a table."""
    rows = _wanted()[1]
    lines = csv.table(
        (
            gettext("Listing"),
            gettext("City"),
            gettext("Field"),
            gettext("Was due on"),
            gettext("Kept by"),
            gettext("Times asked"),
        ),
        (
            (
                words.words if (words := said(one.names)) else one.slug,
                one.city,
                field_name(one.field),
                one.next_due,
                one.kept_by,
                one.asked,
            )
            for one in rows
        ),
    )
    return table_named("overdue", lines)
