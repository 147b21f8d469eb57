"""An address as a way back: proved by a button, taken back by another."""

from __future__ import annotations

from enum import StrEnum

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from directory.core.links import LinkBrokenError, LinkExpiredError, Purpose
from directory.inquiries.actions import following
from directory.inquiries.actions.following import NoEmailError
from directory.inquiries.queries import email_state
from directory.web.context import session, tools, work
from directory.web.guards import limiter
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm
from directory.web.proof import ProvenForm

TRIED = "30 per hour"
"""Buttons of letters that one address may press."""

AGAIN = "3 per hour"
"""Letters that one address may ask for again."""


class Do(StrEnum):
    """What becomes of an address."""

    AGAIN = "again"
    TAKE_BACK = "take-back"


class EmailForm(ProvenForm):
    """Two buttons."""

    do = HiddenField()


def _asks_again() -> bool:
    return request.form.get("do") == Do.AGAIN


@bp.route("/mine/email", methods=["GET", "POST"])
@limiter.limit(AGAIN, methods=["POST"], exempt_when=lambda: not _asks_again())
def my_email() -> ResponseReturnValue:
    """Say how letters stand; send the first one again, or take the address back."""
    opened, _inquiry = open_inquiry()
    form = EmailForm()
    if request.method == "POST" and form.do.data not in set(Do):
        abort(400)
    if form.validate_on_submit():
        if form.do.data == Do.TAKE_BACK:
            following.take_back_email(work(), keys(), opened.inquiry)
            flash(gettext("Your address is erased. No letter is sent any more."))
        else:
            following.ask_for_email(work(), keys(), opened.inquiry)
            flash(gettext("The letter is on its way."))
        return redirect("my_email")
    page = render_template(
        "inquiries/my_email.html",
        form=form,
        state=email_state(session(), keys(), opened.inquiry),
    )
    return make_response(page, form.status)


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
