"""Files of a case, for the organization that owns it."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import redirect
from wtforms import SelectField

from directory.cases.actions import documents as actions
from directory.cases.queries.access import owned_case
from directory.cases.queries.documents import centers_of_case, documents_of_case
from directory.core.errors import NotFoundError
from directory.core.files import Flaw
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.inquiries.rules.documents import DocumentSide
from directory.web import context, documents, errors, filters, staff
from directory.web.facilitator.blueprint import bp
from directory.web.guards import limiter
from directory.web.proof import ButtonForm
from directory.web.security import takes
from directory.web.words import _

OFTEN = "240 per hour"
"""Files that one address may add: an office of several people."""


class CaseDocumentForm(documents.DocumentForm):
    """One file, and who may read it."""

    center = SelectField(
        _("Who may read it, beside the patient and your organization"),
        description=_("A center reads it only while the patient shares with it."),
    )


@bp.route(
    "/cases/<string(length=32):case>/documents",
    methods=["GET", "POST"],
    endpoint="documents",
)
@takes(documents.MOST_SENT)
@limiter.limit(OFTEN, methods=["POST"])
def case_documents(case: str) -> ResponseReturnValue:
    """Show the files of a case, and take one more."""
    form = _form(case)
    status = 200
    if request.method == "POST":
        status = documents.take(form, Permission.WORK_ON_CASE, _attach(case, form))
        if status == 303:
            flash(gettext("The file was added. It is being checked now."))
            return redirect(url_for(".documents", case=case), 303)
    return _show(case, form, status)


@bp.get(
    "/cases/<string(length=32):case>/documents/<string(length=32):document>/file",
    endpoint="document",
)
def case_document_file(case: str, document: str) -> ResponseReturnValue:
    """Hand a file out; that it is read is written down before."""
    found, stored = actions.read_as_owner(
        context.work(), documents.keys(), case, document
    )
    return documents.hand_out(found, stored)


@bp.route(
    "/cases/<string(length=32):case>/documents/<string(length=32):document>/remove",
    methods=["GET", "POST"],
)
def case_document_remove(case: str, document: str) -> ResponseReturnValue:
    """Ask whether to take a file of one's own away; then do it."""
    rows = _rows(case)
    row = next((one for one in rows if one.document.id == document), None)
    if row is None or not row.is_own:
        raise NotFoundError(document=document)
    form = ButtonForm()
    if form.validate_on_submit():
        work = context.work()
        inquiry, sender = actions.sender_of_case(work, case, None)
        actions.remove(work, inquiry, sender, document)
        flash(gettext("Taken away. It cannot be brought back."))
        return redirect(url_for(".documents", case=case), 303)
    words = render_template(
        "facilitator/document_remove.html", form=form, row=row, case=case
    )
    return make_response(words, form.status)


@bp.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say at the field that a file is too large, where a file was sent."""
    # What reads the form comes before what asks for a role.
    if request.endpoint != "facilitator.documents" or not staff.may(
        Permission.WORK_ON_CASE
    ):
        return errors.by_http(error)
    context.finish(succeeded=False)
    case = str((request.view_args or {}).get("case"))
    form = _form(case, posted=False)
    form.file.errors = [str(documents.FLAWS[Flaw.TOO_LARGE.value])]
    return _show(case, form, 413)


def _attach(case: str, form: CaseDocumentForm) -> documents.Attach:
    def attach(work: Work, name: str, stored: SealedFile) -> None:
        inquiry, sender = actions.sender_of_case(work, case, form.center.data or None)
        room = context.tools().settings.uploads_room_bytes
        actions.attach(
            work, documents.keys(), inquiry, sender, name, stored, room_bytes=room
        )

    return attach


def _form(case: str, *, posted: bool = True) -> CaseDocumentForm:
    form = CaseDocumentForm() if posted else CaseDocumentForm(formdata=None)
    centers = centers_of_case(context.session(), context.actor(), case)
    form.center.choices = [
        ("", gettext("Every center that the patient shares with")),
        *((slug, filters.term(slug, "center")) for slug in centers),
    ]
    return form


def _rows(case: str) -> tuple[documents.DocumentRow, ...]:
    actor = context.actor()
    found = documents_of_case(context.session(), documents.keys(), actor, case)
    return documents.rows(found, DocumentSide.FACILITATOR, actor.organization)


def _show(case: str, form: CaseDocumentForm, status: int) -> Response:
    # Asked first: what is another's is not found, whatever was posted.
    row = owned_case(context.session(), context.actor(), case)
    words = render_template(
        "facilitator/documents.html",
        form=form,
        rows=_rows(case),
        case=case,
        reference=row.reference,
    )
    return documents.answer(words, status)
