"""Follow an inquiry with its receipt code, take it back, erase it."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from directory.cases.actions import erasing
from directory.core.errors import DirectoryError, NotFoundError
from directory.inquiries.actions import following
from directory.inquiries.queries import (
    InquiryPage,
    UnknownCodeError,
    inquiry_page,
    tracked,
)
from directory.inquiries.rules.consents import NAME
from directory.inquiries.rules.receipts import CodeMistypedError
from directory.web.context import session, tools, work
from directory.web.guards import limiter
from directory.web.inquiries import choices, cookies, labels
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.cookies import View
from directory.web.inquiries.forms import CodeForm
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.sending import illness_rows, person_rows
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

    A code that was never given and one that was erased get the same answer.
    """
    form = CodeForm()
    now = tools().clock()
    if form.validate_on_submit():
        try:
            found = tracked(session(), keys(), form.code.data or "", now=now)
        except CodeMistypedError as error:
            reason = str(error.facts["reason"])
            form.code.errors = [labels.MISTYPED[reason]]
        except UnknownCodeError:
            form.code.errors = [_("No inquiry has this code. It may have been erased")]
        else:
            response = redirect("mine")
            opened = View(inquiry=found, opened_at=now, seen_at=now)
            cookies.keep_view(response, keys(), opened)
            return response
    page = render_template(
        "inquiries/track.html", form=form, has_ended=request.args.get("ended") == "1"
    )
    return make_response(page, form.status)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    """Show where the inquiry stands and what was agreed to."""
    return _mine(ButtonForm())


@bp.get("/mine/answers")
def back_to_mine() -> ResponseReturnValue:
    """Answers are shown after a button only, so that no link opens them."""
    return redirect("mine")


@bp.post("/mine/answers")
def answers() -> ResponseReturnValue:
    """Show what was sent, and write down that it was read."""
    opened, _page = _open()
    form = ButtonForm()
    if not form.validate():
        return _mine(form)
    found = following.open_answers(work(), keys(), opened.inquiry)
    return render_template(
        "inquiries/answers.html",
        person=person_rows(found.person),
        illness=illness_rows(found.illness),
    )


@bp.post("/mine/consents/<int:place>")
def withdraw_consent(place: int) -> ResponseReturnValue:
    """Take one consent back."""
    opened, _page = _open()
    form = ButtonForm()
    if not form.validate():
        return _mine(form)
    following.withdraw_consent(work(), opened.inquiry, place)
    return redirect("mine")


@bp.route("/mine/withdraw", methods=["GET", "POST"])
def withdraw() -> ResponseReturnValue:
    """Ask once, then take the inquiry back."""
    opened, page = _open()
    form = ButtonForm()
    if form.validate_on_submit():
        erasing.withdraw(work(), opened.inquiry)
        return redirect("mine")
    words = render_template("inquiries/withdraw.html", form=form, inquiry=page)
    return make_response(words, form.status)


@bp.route("/mine/erase", methods=["GET", "POST"])
def erase() -> ResponseReturnValue:
    """Ask once, then erase the inquiry."""
    opened, page = _open()
    form = ButtonForm()
    if form.validate_on_submit():
        erasing.erase_as_patient(work(), opened.inquiry)
        response = redirect("erased")
        cookies.forget_view(response)
        return response
    words = render_template("inquiries/erase.html", form=form, inquiry=page)
    return make_response(words, form.status)


@bp.get("/erased")
def erased() -> ResponseReturnValue:
    """Say what is gone, and what stays for how long."""
    return render_template("inquiries/erased.html")


@bp.post("/mine/close")
def close() -> ResponseReturnValue:
    """Close the view of an inquiry."""
    form = ButtonForm()
    if not form.validate():
        return _mine(form)
    response = redirect("track")
    cookies.forget_view(response)
    return response


def _mine(form: ButtonForm) -> Response:
    opened, page = _open()
    pages = choices.recipients(
        [*page.targets, *(c.recipient for c in page.consents if c.recipient)]
    )
    words = render_template(
        "inquiries/mine.html",
        inquiry=page,
        state=labels.STATES[page.state],
        sentence=labels.STATE_SENTENCES[page.state],
        targets=[choices.recipient_name(name, pages) for name in page.targets],
        consents=[
            (
                consent,
                consent.text.replace(
                    NAME, choices.recipient_name(consent.recipient or "", pages)
                ),
            )
            for consent in page.consents
        ],
        form=form,
    )
    response = make_response(words, form.status)
    seen = opened.model_copy(update={"seen_at": tools().clock()})
    cookies.keep_view(response, keys(), seen)
    return response


def _open() -> tuple[View, InquiryPage]:
    """Return the inquiry that this browser has open.

    Raises:
        NotOpenError: If it has none open, or it was erased meanwhile.
    """
    now = tools().clock()
    opened = cookies.view(keys(), now)
    if opened is None:
        raise NotOpenError
    try:
        return opened, inquiry_page(session(), opened.inquiry, now=now)
    except NotFoundError:
        raise NotOpenError from None
