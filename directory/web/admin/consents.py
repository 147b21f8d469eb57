"""The register of all consents, and the exact words that people agreed to."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.cases.queries.consents import consent_counts, consent_rows, wording
from directory.web import consents as register
from directory.web import context, staff
from directory.web.admin import tables
from directory.web.admin.blueprint import bp

DIGEST = "string(length=64)"


@bp.get("/consents")
def consents() -> ResponseReturnValue:
    """Count consents by their wording, and list them by case."""
    session, actor = context.session(), context.actor()
    counts = consent_counts(session, actor, of_all=True)
    page = tables.page_asked()
    return render_template(
        "admin/consents.html",
        counts=counts,
        rows=consent_rows(
            session,
            actor,
            of_all=True,
            at_most=tables.PER_PAGE,
            after=(page - 1) * tables.PER_PAGE,
        ),
        listing=tables.Listing(sum(each.given for each in counts), page, ""),
        purposes=register.PURPOSES,
    )


@bp.get(f"/consents/<{DIGEST}:digest>")
def consent_wording(digest: str) -> ResponseReturnValue:
    """Show the exact words under which a box stood."""
    return render_template(
        "admin/consent_wording.html",
        digest=digest,
        words=wording(context.session(), context.actor(), digest),
    )


@bp.post("/consents/export")
def export_consents() -> ResponseReturnValue:
    """Hand over the register as CSV."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    found = consent_rows(
        context.session(),
        context.actor(),
        of_all=True,
        at_most=tables.MOST_EXPORTED,
    )
    return tables.take_along("consents", register.HEADER, register.cells(found))
