"""The log: what happened, by whom, and whether the chain still holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.audit import queries
from directory.audit.actions import note_verdict
from directory.audit.queries import Asked, EntryView, Misfit
from directory.web import context, staff
from directory.web.admin import tables
from directory.web.admin.blueprint import bp
from directory.web.proof import ButtonForm
from directory.web.words import _

FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
"""Days that can be asked for."""

MISFITS = {
    Misfit.MISSING: _("entries before it are missing"),
    Misfit.PREVIOUS: _("it does not hang on the entry before it"),
    Misfit.CONTENT: _("it does not say what its seal was made over"),
}
"""What does not fit about the first broken link."""

FILTERS = ("actor", "event", "subject", "since", "until")
"""Parameters of the list."""


@bp.get("/audit")
def audit() -> ResponseReturnValue:
    """List what happened, the newest first."""
    asked = _asked()
    session = context.session()
    verified = queries.last_verified(session)
    return render_template(
        "admin/audit.html",
        page=queries.entries(session, asked),
        asked=asked,
        given=tables.given_words(FILTERS),
        events=[(event, event) for event in queries.events(session)],
        verified=verified,
        misfit=_misfit(verified),
        here=tables.here,
        export=tables.address("admin.export_audit", FILTERS),
    )


@bp.get("/audit/<int:seq>")
def entry(seq: int) -> ResponseReturnValue:
    """Show one entry whole."""
    found = queries.entry(context.session(), seq)
    return render_template(
        "admin/entry.html", entry=found, facts=_written(found, indent=2)
    )


@bp.post("/audit/verify")
def verify_audit() -> ResponseReturnValue:
    """Walk the whole chain, and write down what that found."""
    form = ButtonForm()
    if form.validate_on_submit():
        # Read apart from the work that writes: nobody waits for a long walk.
        with context.tools().reading() as session:
            verdict = queries.verify(session)
        note_verdict(context.work(), verdict)
    return redirect(url_for("admin.audit"), code=303)


@bp.post("/audit/export")
def export_audit() -> ResponseReturnValue:
    """Hand over what was looked for as CSV, the newest first."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    asked = replace(_asked(), before=None, after=None, at_most=tables.MOST_EXPORTED)
    found = queries.entries(context.session(), asked)
    return tables.take_along(
        "audit",
        ("seq", "at", "actor", "event", "subject", "facts", "previous", "seal"),
        (
            (e.seq, e.at, e.actor, e.event, e.subject, _written(e), e.previous, e.seal)
            for e in found.entries
        ),
    )


def _asked() -> Asked:
    return Asked(
        actor=tables.words_asked("actor"),
        event=tables.words_asked("event"),
        subject=tables.words_asked("subject", 300),
        since=_day("since"),
        until=_day("until"),
        before=_place("before"),
        after=_place("after"),
    )


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    # Days at the very ends of the calendar cannot be counted on from.
    return found if FIRST <= found <= LAST else None


def _place(name: str) -> int | None:
    words = request.args.get(name, "")
    is_number = words.isascii() and words.isdigit() and len(words) < 16
    return int(words) if is_number else None


def _written(entry: EntryView, indent: int | None = None) -> str:
    return json.dumps(entry.facts, ensure_ascii=False, sort_keys=True, indent=indent)


def _misfit(verified: EntryView | None) -> str | None:
    found = verified.facts.get("misfit") if verified else None
    return str(MISFITS[Misfit(found)]) if found else None
