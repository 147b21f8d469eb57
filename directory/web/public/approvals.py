"""When products were licensed in mainland China, as a line and as a table."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.knowledge.queries import therapy_pages
from directory.knowledge.rules.approvals import licensed, timeline
from directory.web import keeping
from directory.web.context import language, session
from directory.web.public.blueprint import bp


@bp.get("/therapies/approvals")
@keeping.kept
def approvals() -> ResponseReturnValue:
    """Show the approvals by day; those without one apart."""
    dated, undated = licensed(therapy_pages(session()))
    return render_template(
        "public/approvals.html",
        dated=dated,
        undated=undated,
        timeline=timeline(dated, mirrored=language().is_right_to_left),
    )
