"""Take the whole case along: as JSON for programs, as PDF for people."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.queries.documents import documents_of
from directory.cases.queries.looks import looks_of
from directory.cases.queries.talking import patients_threads
from directory.cases.queries.timeline import Line, timeline
from directory.core.paper import PaperUnavailableError
from directory.exports import cases
from directory.inquiries.actions import following
from directory.web import downloads, filters, pathway
from directory.web.context import language, session, tools, work
from directory.web.illness import illness_rows
from directory.web.inquiries.blueprint import bp, keys
from directory.web.inquiries.ending import consent_rows
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.sending import person_rows
from directory.web.inquiries.tracking import care_of, case_of, clock_of
from directory.web.inquiries.words import _


@bp.get("/mine/export")
def export() -> ResponseReturnValue:
    """Say what can be taken along, and what to mind."""
    return _page(ButtonForm())


@bp.post("/mine/export/case.json")
def export_json() -> ResponseReturnValue:
    """Hand the whole case out as JSON; it is written down that it was read."""
    form = ButtonForm()
    if not form.validate():
        return _page(form)
    whole = _whole()
    zone = clock_of(whole.case)

    def tell(line: Line) -> str:
        return pathway.plain_sentence(line, zone, filters.center)

    return _file(cases.case_json(whole, tell), cases.MEDIA_TYPE, "case.json")


@bp.post("/mine/export/case.pdf")
def export_pdf() -> ResponseReturnValue:
    """Hand the whole case out as a tagged PDF; that it was read is written down."""
    form = ButtonForm()
    if not form.validate():
        return _page(form)
    whole = _whole()
    title = gettext("Your inquiry")
    html = render_template(
        "paper/case.html",
        title=title,
        whole=whole,
        inquiry=whole.inquiry,
        case=whole.case,
        zone=clock_of(whole.case),
        person=person_rows(whole.answers.person),
        illness=illness_rows(whole.answers.illness),
        consents=consent_rows(whole.inquiry.consents),
    )
    try:
        made = tools().paper.pdf(html, title=title, language=language())
    except PaperUnavailableError:
        form.form_errors.append(
            _(
                "No PDF can be made here now. Take the JSON file, or print the pages of"
                " your inquiry; most browsers can print to a PDF."
            )
        )
        return _page(form, refused=503)
    return _file(made, "application/pdf", "case.pdf")


def _whole() -> cases.Whole:
    """Return all that the patient may see of the case that is open here."""
    opened, page = open_inquiry()
    name = opened.inquiry
    case = case_of(page)
    answers = following.open_answers(work(), keys(), name)
    return cases.Whole(
        made_at=tools().clock(),
        inquiry=page,
        answers=answers,
        case=case,
        care=care_of(page) if case else (),
        threads=patients_threads(session(), keys(), name) if case else (),
        lines=timeline(session(), case.id) if case else (),
        documents=documents_of(session(), keys(), name),
        looks=looks_of(session(), keys(), name),
    )


def _page(form: ButtonForm, refused: int | None = None) -> Response:
    open_inquiry()
    words = render_template("inquiries/export.html", form=form)
    return make_response(words, refused or form.status)


def _file(body: bytes, media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = downloads.disposition(name)
    return response
