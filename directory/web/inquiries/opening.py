"""Open an inquiry by its receipt code, and close it again in every browser."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from directory.cases.actions import viewing
from directory.cases.queries.viewing import Opened, opened_with
from directory.cases.rules.viewing import SEEN_EVERY
from directory.core.errors import DirectoryError, NotFoundError
from directory.inquiries.queries import (
    InquiryPage,
    UnknownCodeError,
    inquiry_page,
    tracked,
)
from directory.inquiries.rules.receipts import CodeMistypedError
from directory.web import context
from directory.web.context import session, tools, work
from directory.web.guards import limiter
from directory.web.inquiries import cookies, labels
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.forms import CodeForm
from directory.web.inquiries.words import _

TRIED = "10 per 10 minutes"
"""Codes that one address may try."""

TRIED_BY_ALL = "600 per 10 minutes"
"""Codes that all addresses together may try."""


class NotOpenError(DirectoryError):
    """No inquiry is open in this browser, or its time is over."""

    code = "inquiry.not-open"


@bp.errorhandler(NotOpenError)
def not_open(_error: NotOpenError) -> ResponseReturnValue:
    """Ask for the code again."""
    response = redirect("track", ended="1")
    cookies.forget_view(response)
    return response


@bp.route("/track", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
@limiter.limit(TRIED_BY_ALL, methods=["POST"], key_func=lambda: "everybody")
def track() -> ResponseReturnValue:
    """Open an inquiry by its receipt code.

    A code that was never given, one whose inquiry was erased and one whose time is
    over get the same answer, for the same work.
    """
    form = CodeForm()
    if form.validate_on_submit():
        now = tools().clock()
        try:
            found = tracked(session(), keys(), form.code.data or "", now=now)
        except CodeMistypedError as error:
            reason = str(error.facts["reason"])
            form.code.errors = [labels.MISTYPED[reason]]
        except UnknownCodeError:
            form.code.errors = [_("No inquiry has this code. It may have been erased")]
        else:
            response = redirect("mine")
            cookies.keep_view(response, viewing.open_view(work(), keys(), found))
            return response
    page = render_template(
        "inquiries/track.html", form=form, has_ended=request.args.get("ended") == "1"
    )
    return make_response(page, form.status)


def close_everywhere() -> None:
    """Close what this browser has open, if it has something open."""
    secret = cookies.view_secret()
    if secret is not None:
        viewing.close_view(work(), keys(), secret)


def leave_everywhere() -> None:
    """Close the same, but let no busy database keep somebody who leaves.

    The browser forgets its secret anyway, and the view ends by itself.
    """
    try:
        close_everywhere()
        context.keep()
    except (context.BusyError, OperationalError):
        context.finish(succeeded=False)


def open_inquiry() -> tuple[Opened, InquiryPage]:
    """Return the inquiry that this browser has open, and where it stands.

    Raises:
        NotOpenError: If it has none open, or it was erased meanwhile.
    """
    found = opened_view()
    try:
        return found, inquiry_page(session(), found.inquiry, now=tools().clock())
    except NotFoundError:
        raise NotOpenError from None


def opened_view() -> Opened:
    """Return which inquiry this browser has open; note that it was seen.

    Raises:
        NotOpenError: If it has none open.
    """
    now = tools().clock()
    secret = cookies.view_secret()
    found = opened_with(session(), keys(), secret, now=now) if secret else None
    if secret is None or found is None:
        raise NotOpenError
    if now - found.seen_at >= SEEN_EVERY:
        try:
            viewing.note_seen(work(), keys(), secret)
            context.keep()
        except (context.BusyError, OperationalError):
            # The page goes first: the next one writes it down.
            context.finish(succeeded=False)
    return found
