"""The queue: all that waits for a moderator, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.exports import csv
from directory.submissions.queries.waiting import Waiting, WaitingKind, waiting
from directory.web import context
from directory.web import labels as site
from directory.web.filters import said
from directory.web.moderation import labels
from directory.web.moderation.blueprint import bp

PER_PAGE = 30
"""Lines of a queue that are looked through at a glance."""

SORTS: dict[str, Callable[[Waiting], Any]] = {
    "risk": lambda one: (-one.risks.weight, one.since, one.id),
    "age": lambda one: (one.since, one.id),
    "name": lambda one: (sorted(one.names.values()), one.id),
}
"""Orders of the queue; the first is the one that it has by itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for.

    Args:
        kind: What waits; all if empty.
        city: Vocabulary key; all if empty.
        level: Of risk; all if empty.
        sort: Key of :data:`SORTS`.
        page: From 1.
    """

    kind: str
    city: str
    level: str
    sort: str
    page: int

    def address(self, **more: object) -> str:
        """Return the address of the queue as asked, with something else."""
        given = {
            "kind": self.kind,
            "city": self.city,
            "risk": self.level,
            "sort": self.sort if self.sort != next(iter(SORTS)) else "",
            **more,
        }
        endpoint = str(given.pop("endpoint", "moderation.queue"))
        return url_for(endpoint, **{k: v for k, v in given.items() if v})  # type: ignore[arg-type]


def wanted() -> Wanted:
    """Return what the address asks for; what it cannot mean is left out."""

    def one_of(name: str, known: Iterable[str]) -> str:
        given = request.args.get(name, "")
        return given if given in set(known) else ""

    return Wanted(
        kind=one_of("kind", WaitingKind),
        city=one_of("city", site.CITIES),
        level=one_of("risk", labels.LEVELS),
        sort=one_of("sort", SORTS) or next(iter(SORTS)),
        page=max(1, request.args.get("page", 1, type=int)),
    )


def found(asked: Wanted) -> list[Waiting]:
    """Return what of the queue is asked for, in its order."""
    return sorted(
        (
            one
            for one in waiting(context.session(), context.actor())
            if asked.kind in {"", one.kind}
            and asked.city in {"", one.city}
            and asked.level in {"", one.risks.level}
        ),
        key=SORTS[asked.sort],
    )


def address_of(one: Waiting) -> str:
    """Return where one thing is decided."""
    match one.kind:
        case WaitingKind.SUBMISSION:
            return url_for("moderation.review", public_id=one.id)
        case WaitingKind.CLAIM:
            return url_for("moderation.claim", public_id=one.id)
        case WaitingKind.CORRECTION:
            return url_for("moderation.correction", reference=one.id)
        case WaitingKind.HELD:
            return url_for("moderation.held", kind=one.listing, slug=one.slug)


@bp.get("/")
def queue() -> ResponseReturnValue:
    """Show what waits."""
    asked = wanted()
    rows = found(asked)
    pages = max(1, ceil(len(rows) / PER_PAGE))
    page = min(asked.page, pages)
    shown = list(islice(rows, (page - 1) * PER_PAGE, page * PER_PAGE))
    return render_template(
        "moderation/queue.html",
        rows=[(one, address_of(one), _days(one)) for one in shown],
        total=len(rows),
        asked=asked,
        page=page,
        pages=[(n, asked.address(page=n)) for n in range(1, pages + 1)]
        if pages > 1
        else [],
        words=labels,
        cities=site.CITIES,
    )


@bp.get("/next")
def next_item() -> ResponseReturnValue:
    """Lead to the first thing of the queue that this moderator may decide."""
    for one in found(wanted()):
        if not one.is_own:
            return redirect(address_of(one), code=303)
    return redirect(url_for("moderation.queue"), code=303)


@bp.get("/queue.csv")
def queue_csv() -> Response:
    """Give the queue as a table."""
    lines = csv.table(
        (
            gettext("Kind"),
            gettext("Name"),
            gettext("City"),
            gettext("Waiting since"),
            gettext("Risk"),
            gettext("Why"),
            gettext("From"),
        ),
        (
            (
                str(labels.WAITING[one.kind]),
                _name(one),
                one.city,
                one.since,
                str(labels.LEVELS[one.risks.level]),
                "; ".join(
                    f"{labels.RISKS[reason]} ({count})"
                    for reason, count in one.risks.reasons
                ),
                one.office,
            )
            for one in found(wanted())
        ),
    )
    return table_named("queue", lines)


def table_named(name: str, lines: Iterable[str]) -> Response:
    """Return a table as a file to be kept."""
    response = Response("".join(lines), mimetype=csv.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _name(one: Waiting) -> str:
    words = said(one.names)
    return words.words if words else one.slug


def _days(one: Waiting) -> int:
    return (context.tools().clock() - one.since).days
