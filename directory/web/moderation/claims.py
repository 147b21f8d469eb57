"""Deciding who speaks for a hospital."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional

from directory.submissions.actions.claims import (
    AlreadyKeptError,
    approve_claim,
    decline_claim,
    send_letter,
)
from directory.submissions.queries import claims as queries
from directory.submissions.rules.claims import ClaimStateError
from directory.submissions.rules.states import ClaimState
from directory.web import context
from directory.web.moderation.blueprint import bp
from directory.web.proof import ProvenForm
from directory.web.words import _


class DecisionForm(ProvenForm):
    """Whether the person may speak for the hospital."""

    decision = RadioField(
        _("Your decision"),
        [InputRequired(_("Choose whether to approve or to decline"))],
        choices=[
            SelectChoice("approve", _("Approve: the person manages the listing")),
            SelectChoice("decline", _("Decline")),
        ],
    )
    reason = TextAreaField(
        _("Reason, if you decline"),
        [Optional(), Length(max=2000)],
        description=_("The person reads these words."),
    )


class LetterForm(ProvenForm):
    """Nothing but the proof that the button was pressed on this page."""


@bp.get("/claims")
def claims() -> ResponseReturnValue:
    """List the claims that wait, the oldest first."""
    session = context.session()
    return render_template(
        "moderation/claims.html",
        waiting=queries.claims(session, [ClaimState.WAITING]),
        by_letter=queries.claims(session, [ClaimState.UNCONFIRMED]),
    )


@bp.route("/claims/<string(length=32):public_id>", methods=["GET", "POST"])
def claim(public_id: str) -> ResponseReturnValue:
    """Show a claim beside the public record, and take the decision."""
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            if form.decision.data == "approve":
                approve_claim(context.work(), public_id)
                flash(gettext("Approved. The person was told."))
                return redirect(url_for("moderation.claims"), code=303)
            if form.reason.data:
                decline_claim(context.work(), public_id, form.reason.data)
                flash(gettext("Declined. The person was told."))
                return redirect(url_for("moderation.claims"), code=303)
            form.reason.errors = [_("Say why, so that the person understands")]
        except ClaimStateError:
            form.form_errors.append(
                _(
                    "Somebody else has decided this meanwhile, or it still waits for"
                    " the letter. The page shows how it stands now."
                )
            )
        except AlreadyKeptError:
            form.form_errors.append(
                _(
                    "Another organization keeps this listing by now. Decline, and say"
                    " that its manager can invite colleagues."
                )
            )
    return _page(public_id, form)


@bp.post("/claims/<string(length=32):public_id>/letter")
def claim_letter(public_id: str) -> ResponseReturnValue:
    """Make the code for the letter to the hospital, and show it once."""
    form = LetterForm()
    if not form.validate_on_submit():
        return _page(public_id, DecisionForm(formdata=None))
    code = send_letter(context.work(), public_id)
    found = queries.claim_page(context.work().session, public_id)
    return render_template("moderation/claim_letter.html", claim=found, code=code)


def _page(public_id: str, form: DecisionForm) -> ResponseReturnValue:
    found = queries.claim_page(context.session(), public_id)
    is_own = found.person == _me()
    page = render_template(
        "moderation/claim.html",
        claim=found,
        form=form,
        is_own=is_own,
    )
    return make_response(page, 422 if form.errors else 200)


def _me() -> str | None:
    who = context.signed_in()
    return who.public_id if who else None
