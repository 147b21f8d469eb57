"""The overview: how many of what, and whether anything wants attention."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.accounts.queries import organizations, people
from directory.audit import queries as audit
from directory.cases.queries.looks import looks_this_week
from directory.outbox.queries import promises
from directory.search.ports import IndexStatus, IndexUnusableError
from directory.web import context
from directory.web.admin.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show what there is to look after."""
    session, tools = context.session(), context.tools()
    one = 1
    return render_template(
        "admin/home.html",
        people=people.find_people(session, people.Asked(per_page=one))[1],
        closed=people.find_people(session, people.Asked(is_active=False, per_page=one))[
            1
        ],
        organizations=organizations.find_organizations(
            session, organizations.Asked(per_page=one)
        )[1],
        entries=audit.count(session),
        verified=audit.last_verified(session),
        promises=promises(session, tools.clock()),
        index=_index(),
        looks=looks_this_week(session, now=tools.clock()),
    )


def _index() -> IndexStatus | None:
    """Return how the search index of this process is doing; nothing if badly."""
    searcher = context.tools().searcher
    try:
        return searcher.index.state()
    except (IndexUnusableError, OSError):
        return None
