"""The register of consents of one's own cases, for those who manage them."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from directory.cases.actions.consents import note_register
from directory.cases.queries.consents import consent_counts, consent_rows, wording
from directory.exports import csv
from directory.web import consents as register
from directory.web import context, staff
from directory.web.facilitator.blueprint import bp

DIGEST = "string(length=64)"

MOST_EXPORTED = 100_000
"""Rows of a register that leaves."""

FURTHEST = 1000
"""Pages that can be reached."""


@bp.get("/consents")
def consents() -> ResponseReturnValue:
    """Count consents by their wording, and list them by case."""
    session, actor = context.session(), context.actor()
    counts = consent_counts(session, actor)
    words = request.args.get("page", "")
    page = int(words) if words.isascii() and words.isdigit() and len(words) < 5 else 1
    page = min(max(page, 1), FURTHEST)
    return render_template(
        "facilitator/consents.html",
        counts=counts,
        rows=consent_rows(
            session,
            actor,
            at_most=register.PER_PAGE,
            after=(page - 1) * register.PER_PAGE,
        ),
        page=page,
        last=max(1, -(-sum(each.given for each in counts) // register.PER_PAGE)),
        purposes=register.PURPOSES,
    )


@bp.get(f"/consents/<{DIGEST}:digest>")
def consent_wording(digest: str) -> ResponseReturnValue:
    """Show the exact words under which a box stood."""
    return render_template(
        "facilitator/consent_wording.html",
        digest=digest,
        words=wording(context.session(), context.actor(), digest),
    )


@bp.post("/consents/export")
def export_consents() -> ResponseReturnValue:
    """Hand over the register of one's own cases as CSV."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    found = consent_rows(context.session(), context.actor(), at_most=MOST_EXPORTED)
    note_register(context.work(), len(found))
    body = "".join(csv.table(register.HEADER, register.cells(found)))
    response = Response(body, content_type=f"{csv.MEDIA_TYPE}; charset=utf-8")
    name = f"consents-{context.today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
