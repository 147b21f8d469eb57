"""What was agreed to and who looked in; take the inquiry back, erase it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from directory.cases.actions import erasing
from directory.cases.queries.looks import looks_of
from directory.cases.rules.looks import LookCode
from directory.inquiries.queries import ConsentView
from directory.inquiries.rules.consents import NAME, Purpose
from directory.inquiries.rules.life import State
from directory.web.context import session, tools, work
from directory.web.inquiries import choices, cookies, wordings
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import (
    close_everywhere,
    open_inquiry,
    opened_view,
)
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.tracking import case_of, clock_of, overview
from directory.web.inquiries.words import _, _p

FOLLOWS: Mapping[Purpose, str] = {
    Purpose.TRANSFER: _(
        "If you take this one back, every center and every facilitator in China loses"
        " sight of the case at once. The staff of this directory can still advise you."
    ),
    Purpose.SHARE: _(
        "If you take this one back, %(recipient)s loses sight of the case at once and"
        " takes no further part. What was read or copied there before cannot be taken"
        " back from here. The rest of your inquiry stays as it is."
    ),
}
"""What follows when a consent is taken back; without the first, all is taken back."""

LOOKED: Mapping[LookCode, str] = {
    LookCode.COMPLAINT: _p("look", "A complaint about how the case is treated"),
    LookCode.SAFETY: _p("look", "Somebody may come to harm"),
    LookCode.SECURITY: _p("look", "Data may have come into wrong hands"),
    LookCode.LAW: _p("look", "A court or an authority demands it"),
    LookCode.FAULT: _p("look", "The program does something wrong with the case"),
}
"""Why somebody looked into a case that is not theirs."""


@bp.get("/mine/consents")
def consents_given() -> ResponseReturnValue:
    """Show each consent with what follows if it is taken back, and who looked in."""
    return consents_page(ButtonForm())


@bp.post("/mine/close")
def close() -> ResponseReturnValue:
    """Close the inquiry, also where somebody copied the browser's secret."""
    opened_view()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    close_everywhere()
    response = redirect("track")
    cookies.forget_view(response)
    return response


@bp.route("/mine/withdraw", methods=["GET", "POST"])
def withdraw() -> ResponseReturnValue:
    """Ask once, then take the inquiry back."""
    opened, page = open_inquiry()
    form = ButtonForm()
    if form.validate_on_submit():
        erasing.withdraw(work(), opened.inquiry)
        return redirect("mine")
    words = render_template("inquiries/withdraw.html", form=form, inquiry=page)
    return make_response(words, form.status)


@bp.route("/mine/erase", methods=["GET", "POST"])
def erase() -> ResponseReturnValue:
    """Ask once, then erase the inquiry; every view of it closes with it."""
    opened, page = open_inquiry()
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


def consent_rows(
    consents: tuple[ConsentView, ...],
) -> list[tuple[ConsentView, str, str]]:
    """Return consents with their exact words and what follows without them."""
    found = choices.recipients([c.recipient for c in consents if c.recipient])
    rows = []
    for consent in consents:
        name = choices.recipient_name(consent.recipient or "", found)
        follows = follows_from(consent.purpose).replace(NAME, name)
        rows.append((consent, consent.text.replace(NAME, name), follows))
    return rows


def follows_from(purpose: Purpose) -> str:
    """Return what follows when a consent is taken back."""
    if purpose is not Purpose.HEALTH:
        return str(FOLLOWS[purpose])
    return ngettext(
        "If you take this one back, the whole inquiry is taken back with it: nobody"
        " works on it any more, and it is erased %(num)s day later.",
        "If you take this one back, the whole inquiry is taken back with it: nobody"
        " works on it any more, and it is erased %(num)s days later.",
        tools().settings.retention.withdrawn_days,
    )


def consents_page(form: ButtonForm) -> Response:
    """Return the page of consents, with what was wrong with a button of it."""
    opened, page = open_inquiry()
    may_be_sent = any(
        c.purpose is Purpose.TRANSFER and c.withdrawn_at is None for c in page.consents
    )
    is_open = page.state is State.RECEIVED
    words = render_template(
        "inquiries/consents_given.html",
        form=form,
        inquiry=page,
        consents=consent_rows(page.consents),
        transfer=None
        if may_be_sent or not is_open
        else wordings.wording(Purpose.TRANSFER),
        refused=str(wordings.REFUSED[Purpose.TRANSFER]),
        looks=[
            (look, LOOKED[look.code])
            for look in looks_of(session(), keys(), opened.inquiry)
        ],
        zone=clock_of(case_of(page)),
    )
    return make_response(words, form.status)
