"""Files of a case that was referred, for the hospital it was referred to."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import redirect

from directory.cases.actions import documents as actions
from directory.cases.queries.documents import documents_of_referral
from directory.core.errors import NotFoundError
from directory.core.files import Flaw
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.inquiries.rules.documents import DocumentSide
from directory.web import context, documents, errors, staff
from directory.web.documents import DocumentForm
from directory.web.guards import limiter
from directory.web.proof import ButtonForm
from directory.web.referrals.blueprint import bp
from directory.web.security import takes

OFTEN = "240 per hour"
"""Files that one address may add: a department of several people."""


@bp.route(
    "/<string(length=32):referral>/documents",
    methods=["GET", "POST"],
    endpoint="documents",
)
@takes(documents.MOST_SENT)
@limiter.limit(OFTEN, methods=["POST"])
def referral_documents(referral: str) -> ResponseReturnValue:
    """Show the files that the patient shares, and take one of the hospital's."""
    # Asked first: what is another's is not found, whatever was posted.
    rows = _rows(referral)
    form = DocumentForm()
    status = 200
    if request.method == "POST":
        status = documents.take(form, Permission.ANSWER_REFERRAL, _attach(referral))
        if status == 303:
            flash(gettext("The file was added. It is being checked now."))
            return redirect(url_for(".documents", referral=referral), 303)
    return _show(referral, rows, form, status)


@bp.get(
    "/<string(length=32):referral>/documents/<string(length=32):document>/file",
    endpoint="document",
)
def referral_document_file(referral: str, document: str) -> ResponseReturnValue:
    """Hand a file out; that it is read is written down before."""
    found, stored = actions.read_as_hospital(
        context.work(), documents.keys(), referral, document
    )
    return documents.hand_out(found, stored)


@bp.route(
    "/<string(length=32):referral>/documents/<string(length=32):document>/remove",
    methods=["GET", "POST"],
)
def referral_document_remove(referral: str, document: str) -> ResponseReturnValue:
    """Ask whether to take a file of one's own away; then do it."""
    row = next((one for one in _rows(referral) if one.document.id == document), None)
    if row is None or not row.is_own:
        raise NotFoundError(document=document)
    form = ButtonForm()
    if form.validate_on_submit():
        work = context.work()
        inquiry, sender = actions.sender_of_referral(work, referral)
        actions.remove(work, inquiry, sender, document)
        flash(gettext("Taken away. It cannot be brought back."))
        return redirect(url_for(".documents", referral=referral), 303)
    words = render_template(
        "referrals/document_remove.html", form=form, row=row, referral=referral
    )
    return make_response(words, form.status)


@bp.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say at the field that a file is too large, where a file was sent."""
    # What reads the form comes before what asks for a role.
    if request.endpoint != "referrals.documents" or not staff.may(
        Permission.ANSWER_REFERRAL
    ):
        return errors.by_http(error)
    context.finish(succeeded=False)
    referral = str((request.view_args or {}).get("referral"))
    form = DocumentForm(formdata=None)
    form.file.errors = [str(documents.FLAWS[Flaw.TOO_LARGE.value])]
    return _show(referral, _rows(referral), form, 413)


def _attach(referral: str) -> documents.Attach:
    def attach(work: Work, name: str, stored: SealedFile) -> None:
        inquiry, sender = actions.sender_of_referral(work, referral)
        room = context.tools().settings.uploads_room_bytes
        actions.attach(
            work, documents.keys(), inquiry, sender, name, stored, room_bytes=room
        )

    return attach


def _rows(referral: str) -> tuple[documents.DocumentRow, ...]:
    actor = context.actor()
    found = documents_of_referral(context.session(), documents.keys(), actor, referral)
    return documents.rows(found, DocumentSide.HOSPITAL, actor.organization)


def _show(
    referral: str,
    rows: tuple[documents.DocumentRow, ...],
    form: DocumentForm,
    status: int,
) -> Response:
    words = render_template(
        "referrals/referral_documents.html", form=form, rows=rows, referral=referral
    )
    return documents.answer(words, status)
