"""The receipt: its code, once; on paper, in a calendar; shown to have been saved."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.queries.receipts import first_answer
from directory.exports import calendar
from directory.inquiries.actions import asking
from directory.inquiries.actions.asking import GroupMistakenError
from directory.inquiries.queries import Draft, NoDraftError, Receipt, draft, receipt
from directory.inquiries.rules.receipts import groups
from directory.web.context import language, session, tools, work
from directory.web.inquiries import choices, cookies
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.forms import GroupForm
from directory.web.inquiries.sending import held_secret
from directory.web.inquiries.words import _
from directory.web.squares import square
from directory.web.zones import day_at, zone_of


@bp.get("/receipt", endpoint="receipt")
def show_receipt() -> ResponseReturnValue:
    """Show the receipt code until the reader has shown that it was saved."""
    found = _receipt()
    if found is None:
        return _done()
    return render_template("inquiries/receipt.html", **_told(found))


@bp.get("/receipt/slip")
def slip() -> ResponseReturnValue:
    """Show the code and what to do with it as a page that is made for paper."""
    found = _receipt()
    if found is None:
        return _done()
    return render_template("inquiries/slip.html", **_told(found))


@bp.get("/receipt/slip.pdf")
def slip_pdf() -> ResponseReturnValue:
    """Hand the slip out as a PDF.

    Raises:
        PaperUnavailableError: If none can be made here now.
    """
    found = _receipt()
    if found is None:
        return _done()
    title = gettext("Receipt")
    html = render_template("paper/slip.html", title=title, **_told(found))
    made = tools().paper.pdf(html, title=title, language=language())
    return _file(made, "application/pdf", "receipt.pdf")


@bp.get("/receipt/reminder.ics")
def reminder() -> ResponseReturnValue:
    """Hand out a day for the reader's calendar: look whether there is an answer.

    It holds neither the code nor a word about why.
    """
    found = _receipt()
    told = first_answer(session(), found.inquiry) if found else None
    if found is None or told is None or told.by is None:
        return _done()
    made = calendar.day(
        f"{sha256(found.inquiry.encode()).hexdigest()[:32]}@receipt",
        told.by.astimezone(_zone()).date(),
        gettext("Look for an answer"),
        _track_address(),
        note=gettext(
            "If you have no answer by the evening of this day: open the address with"
            " your code and read what comes next. If nothing stands there, write a"
            " message on that page, or call the place that you chose."
        ),
        stamp=found.sent_at,
    )
    return _file(made, calendar.MEDIA_TYPE, "reminder.ics")


@bp.route("/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Ask for one group of the code, so that it is certain that it was saved."""
    secret = held_secret()
    found = receipt(session(), keys(), secret, now=tools().clock())
    form = GroupForm()
    if found is None:
        return _done()
    if form.validate_on_submit():
        try:
            asking.acknowledge(work(), keys(), secret, form.group.data or "")
        except GroupMistakenError:
            form.group.errors = [
                _("This is not the group that we ask for. Look at your saved code")
            ]
        else:
            return _done()
    form.group.label.text = gettext(
        "Type group %(number)s of your code", number=found.group
    )
    page = render_template("inquiries/confirm.html", form=form)
    return make_response(page, form.status)


@bp.get("/done")
def done() -> ResponseReturnValue:
    """Say that the inquiry is here and how to follow it."""
    return render_template("inquiries/done.html")


def _receipt() -> Receipt | None:
    """Return the receipt of this browser; nothing once it was shown to be saved.

    Raises:
        NoDraftError: If this browser has sent nothing.
    """
    return receipt(session(), keys(), held_secret(), now=tools().clock())


def _told(found: Receipt) -> dict[str, Any]:
    """Return what pages of the receipt say."""
    told = first_answer(session(), found.inquiry)
    zone = _zone()
    pages = (
        choices.recipients(f"center:{one.slug}" for one in told.asked) if told else {}
    )
    return {
        "receipt": found,
        "groups": groups(found.code),
        "told": told,
        "by": day_at(told.by, zone) if told and told.by else "",
        "asked": [
            (
                f"\u2068{choices.recipient_name(f'center:{one.slug}', pages)}\u2069",
                day_at(one.by, zone) if one.by else "",
                one.answers_here,
            )
            for one in (told.asked if told else ())
        ],
        "email": _person_email(),
        "square": square(_track_address()),
        "track": _track_address(),
    }


def _draft() -> Draft:
    return draft(session(), keys(), held_secret(), now=tools().clock())


def _person_email() -> str:
    person = _draft().person
    return (person.email or "") if person else ""


def _zone() -> ZoneInfo:
    person = _draft().person
    if person is None:
        raise NoDraftError
    return zone_of(person.time_zone, person.country)


def _track_address() -> str:
    """Return where the code is typed, for a camera: it holds no code."""
    return tools().links.url(f"/{language().value}/inquiries/track")


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _done() -> Response:
    """Go to the end, and let the browser forget what can no longer be shown."""
    response = redirect("done")
    cookies.forget_draft(response)
    return response
