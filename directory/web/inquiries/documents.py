"""Files of an inquiry, before it is sent and after: add, look at, take away."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from directory.cases.actions import documents as actions
from directory.cases.queries.documents import DocumentView, documents_of, room_of
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.files import FilesUnavailableError, Flaw
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.inquiries.actions.documents import PATIENT, deidentify_document
from directory.inquiries.queries import NoDraftError
from directory.inquiries.rules.documents import DocumentSide
from directory.web import context, documents, downloads, errors
from directory.web.documents import DocumentForm
from directory.web.guards import limiter
from directory.web.inquiries.belonging import draft_of_browser, view_of_browser
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import NotOpenError
from directory.web.inquiries.proof import ButtonForm
from directory.web.security import takes

OFTEN = "120 per hour"
"""Files that one address may add."""

DRAFT, MINE = "documents", "my_documents"
"""The page of a draft, and that of what was sent."""


@bp.route("/documents", methods=["GET", "POST"], endpoint=DRAFT)
@takes(documents.MOST_SENT)
@limiter.limit(OFTEN, methods=["POST"])
def documents_page() -> ResponseReturnValue:
    """Show the files of a draft, and take one more."""
    return _page(DRAFT)


@bp.route("/mine/documents", methods=["GET", "POST"])
@takes(documents.MOST_SENT)
@limiter.limit(OFTEN, methods=["POST"])
def my_documents() -> ResponseReturnValue:
    """Show the files of what was sent, and take one more."""
    return _page(MINE)


@bp.get("/documents/<string(length=32):document>/file")
def document_file(document: str) -> ResponseReturnValue:
    """Hand a file out to whoever sent the inquiry that it belongs to."""
    inquiry, _, _ = _own(document)
    found, stored = actions.read_own(context.work(), keys(), inquiry, document)
    return documents.hand_out(found, stored)


@bp.route(
    "/documents/<string(length=32):document>/remove",
    methods=["GET", "POST"],
)
def document_remove(document: str) -> ResponseReturnValue:
    """Ask whether to take a file away; then do it."""
    inquiry, found, page = _own(document)
    if found.side is not DocumentSide.PATIENT:
        raise NotFoundError(document=document)
    form = ButtonForm()
    if form.validate_on_submit():
        actions.remove(context.work(), inquiry, PATIENT, document)
        flash(gettext("Taken away. It cannot be brought back."))
        return redirect(page)
    words = render_template(
        "inquiries/document_remove.html",
        form=form,
        document=found,
        back=f"inquiries.{page}",
        is_sent=page == MINE,
    )
    return make_response(words, form.status)


@bp.route(
    "/documents/<string(length=32):document>/names",
    methods=["GET", "POST"],
)
def document_names(document: str) -> ResponseReturnValue:
    """Show what DICOM files say of the patient; take it out when asked."""
    inquiry, found, page = _own(document)
    if found.told is None or found.side is not DocumentSide.PATIENT:
        raise NotFoundError(document=document)
    form = ButtonForm()
    if form.validate_on_submit():
        deidentify_document(context.work(), inquiry, document)
        flash(gettext("Names and numbers are being taken out now."))
        return redirect(page)
    (row,) = documents.rows([found], DocumentSide.PATIENT)
    words = render_template(
        "inquiries/document_names.html",
        form=form,
        row=row,
        back=f"inquiries.{page}",
        is_sent=page == MINE,
    )
    return make_response(words, form.status)


@bp.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say at the field that a file is too large, where a file was sent."""
    return _again(error, str(documents.FLAWS[Flaw.TOO_LARGE.value]), 413)


@bp.errorhandler(FilesUnavailableError)
def away(error: FilesUnavailableError) -> ResponseReturnValue:
    """Say at the field that nothing can be stored now, where a file was sent."""
    return _again(error, str(documents.AWAY), 503)


def _again(
    error: RequestEntityTooLarge | FilesUnavailableError, words: str, status: int
) -> ResponseReturnValue:
    page = (request.endpoint or "").partition(".")[2]
    if page not in {DRAFT, MINE}:
        if isinstance(error, DirectoryError):
            return errors.refused(error)
        return errors.by_http(error)
    context.finish(succeeded=False)
    # What the form held cannot be read again, or should not be.
    form = DocumentForm(formdata=None)
    form.file.errors = [words]
    return _show(page, _inquiry(page), form, status)


def _page(page: str) -> Response:
    inquiry = _inquiry(page)
    form = DocumentForm()
    status = 200
    if request.method == "POST":
        status = _take(inquiry, form)
        if status == 303:
            flash(gettext("The file was added. It is being checked now."))
            return redirect(page)
    return _show(page, inquiry, form, status)


def _take(inquiry: str, form: DocumentForm) -> int:
    def attach(work: Work, name: str, stored: SealedFile) -> None:
        room = context.tools().settings.uploads_room_bytes
        actions.attach(work, keys(), inquiry, PATIENT, name, stored, room_bytes=room)

    return documents.take(form, Permission.FOLLOW_INQUIRY, attach)


def _show(page: str, inquiry: str, form: DocumentForm, status: int) -> Response:
    found = documents_of(context.session(), keys(), inquiry)
    room = room_of(found, DocumentSide.PATIENT)
    words = render_template(
        "inquiries/documents.html",
        form=form,
        rows=documents.rows(found, DocumentSide.PATIENT),
        room=room,
        left=downloads.size(room.bytes_left),
        here=f"inquiries.{page}",
        is_sent=page == MINE,
    )
    return documents.answer(words, status)


def _inquiry(page: str) -> str:
    """Return the inquiry that a page is about.

    Raises:
        NoDraftError: If this browser writes none.
        NotOpenError: If this browser has none open.
    """
    found = draft_of_browser() if page == DRAFT else view_of_browser()
    if found is None:
        raise NoDraftError if page == DRAFT else NotOpenError
    return found


def _own(document: str) -> tuple[str, DocumentView, str]:
    """Return the inquiry, the file, and the page that it stands on.

    Raises:
        NotFoundError: If this browser may not know of such a file.
    """
    for page, inquiry in ((DRAFT, draft_of_browser()), (MINE, view_of_browser())):
        if inquiry is None:
            continue
        for found in documents_of(context.session(), keys(), inquiry):
            if found.id == document:
                return inquiry, found, page
    raise NotFoundError(document=document)
