"""Where an inquiry stands, for whoever holds its code."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from directory.cases.queries.care import Care, patients_care
from directory.cases.queries.talking import new_for_patient
from directory.cases.queries.timeline import timeline
from directory.cases.queries.tracking import PatientsCase, patients_page
from directory.core.errors import NotFoundError
from directory.inquiries.actions import following
from directory.inquiries.queries import InquiryPage
from directory.inquiries.rules.consents import Purpose
from directory.web import pathway, routing
from directory.web.context import session, tools, work
from directory.web.inquiries import choices, labels
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.sending import illness_rows, person_rows
from directory.web.inquiries.wordings import words_of

LINES = 12
"""Lines of the timeline that stand on the first page; all stand on their own."""


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    """Show where the inquiry stands, and what is to be done next."""
    return overview(ButtonForm())


@bp.get("/mine/history")
def history() -> ResponseReturnValue:
    """Show everything that happened."""
    opened, _page = open_inquiry()
    case = patients_page(session(), keys(), opened.inquiry)
    return render_template(
        "inquiries/history.html",
        lines=timeline(session(), case.id),
        zone=clock_of(case),
    )


@bp.get("/mine/answers")
def back_to_mine() -> ResponseReturnValue:
    """Answers are shown after a button only, so that no link opens them."""
    return redirect("mine")


@bp.post("/mine/answers")
def answers() -> ResponseReturnValue:
    """Show what was sent, and write down that it was read."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    found = following.open_answers(work(), keys(), opened.inquiry)
    return render_template(
        "inquiries/answers.html",
        person=person_rows(found.person),
        illness=illness_rows(found.illness),
    )


def overview(form: ButtonForm) -> Response:
    """Return the first page, with what was wrong with a button of it."""
    _opened, page = open_inquiry()
    case = case_of(page)
    targets = choices.recipients(page.targets)
    words = render_template(
        "inquiries/mine.html",
        form=form,
        inquiry=page,
        case=case,
        say=routing.WORDS,
        share=words_of(Purpose.SHARE, "center"),
        zone=clock_of(case),
        next=pathway.what_next(case.step, case.state) if case else None,
        details=pathway.details(session()).get(case.step) if case else None,
        lines=timeline(session(), case.id)[:LINES] if case else (),
        care=care_of(page) if case else (),
        new=new_for_patient(session(), page.id) if case else 0,
        state=labels.STATES[page.state],
        sentence=labels.STATE_SENTENCES[page.state],
        targets=[choices.recipient_name(name, targets) for name in page.targets],
    )
    return make_response(words, form.status)


def case_of(page: InquiryPage) -> PatientsCase | None:
    """Return the case of an inquiry; nothing if none was opened."""
    try:
        return patients_page(session(), keys(), page.id)
    except NotFoundError:
        return None


def care_of(page: InquiryPage) -> tuple[Care, ...]:
    """Return what centers gave to the case of an inquiry."""
    return patients_care(session(), keys(), page.id, now=tools().clock())


def clock_of(case: PatientsCase | None) -> ZoneInfo:
    """Return by whose clock the reader of a case is told days and hours."""
    if case is None:
        return pathway.zone_of(None)
    return pathway.zone_of(case.time_zone, case.country)
