"""An address as a way back: proved by a button, taken back by another."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from directory.core.links import LinkBrokenError, LinkExpiredError, Purpose
from directory.inquiries.actions import following
from directory.inquiries.actions.following import NoEmailError
from directory.web.context import tools, work
from directory.web.guards import limiter
from directory.web.inquiries.blueprint import bp, keys
from directory.web.inquiries.proof import ButtonForm

TRIED = "30 per hour"
"""Links that one address may open the button of."""


@bp.route("/email/<token>", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def confirm_email(token: str) -> ResponseReturnValue:
    """Show the button that proves an address, then note that it was pressed.

    Opening the link changes nothing: programs that read mail open links, too.
    """
    form = ButtonForm()
    state = "asks"
    try:
        inquiry = tools().links.read(
            Purpose.CONFIRM_INQUIRY_EMAIL, token, tools().clock()
        )
        if form.validate_on_submit():
            following.confirm_email(work(), keys(), inquiry)
            state = "confirmed"
    except (LinkBrokenError, LinkExpiredError, NoEmailError):
        state = "over"
    page = render_template("inquiries/email.html", form=form, state=state, token=token)
    return make_response(page, 404 if state == "over" else form.status)
