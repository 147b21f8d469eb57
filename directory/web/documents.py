"""Files of inquiries and cases, the same for every side: words, rows, sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from flask import Response, make_response, request
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from wtforms import FileField

from directory.cases.queries.documents import DocumentView
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, RefusedError
from directory.core.files import FileRefusedError, FilesUnavailableError, Flaw
from directory.core.permissions import Permission, holds
from directory.core.sealed_files import SealedFile, put_sealed
from directory.core.work import Work
from directory.inquiries.rules.documents import (
    AREA,
    DICOM,
    EXTENSIONS,
    FILE_MOST_BYTES,
    FILES_AT_MOST,
    JPEG,
    PDF,
    PNG,
    SIGNATURE_BYTES,
    ZIP,
    DocumentEmptyError,
    DocumentsClosedError,
    DocumentSide,
    DocumentTooLargeError,
    NoRoomError,
    TooLargeTogetherError,
    TooManyDocumentsError,
    media_type,
)
from directory.web import context, downloads, filters
from directory.web.proof import ProvenForm
from directory.web.words import _

MOST_SENT = FILE_MOST_BYTES + 12 * 1024 * 1024
"""Bytes of a request with a file: somewhat more than is taken, so that most files
that are too large are answered at their field."""

ACCEPT = ".pdf,.jpg,.jpeg,.png,.dcm,.dicom,.zip"

CHUNK_BYTES = 256 * 1024

KINDS: Mapping[str, str] = {
    PDF: "PDF",
    JPEG: "JPEG",
    PNG: "PNG",
    DICOM: "DICOM",
    ZIP: "ZIP (DICOM)",
}

FLAWS: Mapping[str, str] = {
    Flaw.EMPTY.value: _("The file is empty. Choose another one"),
    Flaw.TOO_LARGE.value: _(
        "The file is larger than 50 MB. Choose a smaller one, or send it in parts"
    ),
    Flaw.WRONG_TYPE.value: _(
        "The file is not a PDF, JPEG, PNG or DICOM file and not a ZIP of DICOM files,"
        " whatever its name says. Save it as one of these, and choose it again"
    ),
    Flaw.DAMAGED.value: _(
        "The file is damaged or incomplete. Save it anew, for example by printing it"
        " to PDF, and add it again"
    ),
    Flaw.ENCRYPTED.value: _(
        "The file is protected by a password or against copying. Save it without"
        " protection, and add it again"
    ),
    Flaw.TOO_MANY_PIXELS.value: _(
        "The picture has more than 50 million pixels. Make it smaller, and add it again"
    ),
    Flaw.TOO_COMPLEX.value: _(
        "The file takes too much work to be checked. Save it anew, for example by"
        " printing it to PDF, and add it again"
    ),
    Flaw.MALICIOUS.value: _(
        "The file holds something malicious. It was deleted. Check the computer that"
        " it comes from"
    ),
    Flaw.FOREIGN.value: _(
        "The ZIP or DICOM file holds something other than DICOM pictures. Put the"
        " folder with the pictures alone into a ZIP (it is often called DICOM or"
        " IMAGES), without programs, and add it again"
    ),
    Flaw.NESTED.value: _(
        "The ZIP holds another archive. Unpack that one first, put the pictures"
        " themselves into a ZIP, and add it again"
    ),
    Flaw.UNSAFE_PATH.value: _(
        "The ZIP holds names that lead out of its folder. Make it anew from the folder"
        " with the pictures, and add it again"
    ),
    Flaw.TOO_MANY_ENTRIES.value: _(
        "The ZIP holds more than 5,000 files. Make one ZIP for each examination, and"
        " add them again"
    ),
    Flaw.TOO_LARGE_UNPACKED.value: _(
        "Unpacked, the ZIP is larger than 1 GB. Make one ZIP for each examination, and"
        " add them again"
    ),
    Flaw.UNSAFE_PREAMBLE.value: _(
        "A DICOM file begins like a program. It was deleted. Ask the hospital for the"
        " pictures again"
    ),
}
"""Why a file is refused, and what to do."""

AWAY = _(
    "The file could not be stored: our file store does not answer at this moment."
    " Everything else is still here. Choose the file again and try once more in a few"
    " minutes"
)

NO_ROOM = _(
    "Many files of others are being checked, so there is no room at this moment."
    " Everything else is still here. Try once more in an hour"
)

CLOSED = _("The inquiry has ended, so nothing can be added to it")

ABOUT: Mapping[str, str] = {
    "patient-name": _("Name of the patient"),
    "patient-id": _("Patient number"),
    "birth-date": _("Date of birth"),
    "sex": _("Sex"),
    "age": _("Age"),
    "address": _("Address"),
    "phone": _("Telephone"),
    "institution": _("Hospital or department"),
    "physicians": _("Physicians"),
    "study-date": _("Dates of the examination"),
    "accession-number": _("Numbers of the examination"),
    "comments": _("Comments"),
}
"""What DICOM files say of the patient, in words."""


class DocumentForm(ProvenForm):
    """One file."""

    class Meta(ProvenForm.Meta):
        """Takes files beside fields."""

        def wrap_formdata(self, form: object, formdata: Any) -> Any:
            """Return what was posted, with its files; nothing if nothing was."""
            fields = super().wrap_formdata(form, formdata)
            if fields is None:
                return None
            return CombinedMultiDict((request.files, request.form))

    file = FileField(
        _("File"),
        description=_(
            "PDF, JPEG, PNG, DICOM, or a ZIP of DICOM files; up to 50 MB each."
        ),
        render_kw={"accept": ACCEPT},
    )


Attach = Callable[[Work, str, SealedFile], None]
"""Adds a file by its name, and where it is kept, to what a page is about."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A file, as pages show it.

    Args:
        document: The file.
        kind: Its type in words; empty before it is known.
        size: In words.
        arrived: Of a file on its way: how much there is, in words.
        why: Why it was refused, or names could not be taken out; else empty.
        says: What DICOM files say of the patient: each thing and its values.
        is_own: Whether the reader's side sent it and may take it away.
    """

    document: DocumentView
    kind: str
    size: str
    arrived: str
    why: str
    says: tuple[tuple[str, str], ...]
    is_own: bool


def rows(
    documents: Iterable[DocumentView],
    side: DocumentSide,
    organization: int | None = None,
) -> tuple[DocumentRow, ...]:
    """Return files as a side's pages show them.

    Args:
        documents: That the side may see.
        side: Who reads.
        organization: For which they act, if they are staff.
    """
    return tuple(
        DocumentRow(
            document=one,
            kind=KINDS.get(one.media_type, ""),
            size=downloads.size(one.size_bytes),
            arrived=downloads.size(one.received_bytes) if one.is_arriving else "",
            why=str(FLAWS.get(one.flaw, one.flaw)),
            says=tuple(
                (str(ABOUT[about]), "; ".join(map(_day, values)))
                for about, values in (one.told.says if one.told else {}).items()
                if about in ABOUT
            ),
            is_own=one.side is side and one.organization == organization,
        )
        for one in documents
    )


def _day(value: str) -> str:
    """Return a day as DICOM writes it as people do; anything else as it is."""
    try:
        return filters.day(datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC))
    except ValueError:
        return value


def hand_out(document: DocumentView, stored: SealedFile) -> Response:
    """Return a file; that it is read was written down, and is committed before.

    Raises:
        FilesUnavailableError: If it cannot be fetched now.
    """
    return downloads.send(
        f"document:{document.id}",
        stored,
        document.name,
        document.media_type,
        known=EXTENSIONS,
    )


def receive(form: DocumentForm) -> tuple[str, SealedFile] | None:
    """Put the file of a form into the store, sealed.

    Returns:
        Its name and where it is; nothing if the form is refused, with the reason
        at its field. Whoever does not keep it lets it go with :func:`let_go`.

    Raises:
        FilesUnavailableError: If it could not be kept.
    """
    if not form.validate():
        return None
    file = form.file.data
    if not isinstance(file, FileStorage) or not file.filename:
        form.file.errors = [gettext("Choose a file")]
        return None
    files, ring = context.tools().files, keys()
    # What was read so far is done with: a long file holds no snapshot open.
    context.close()
    try:
        media_type(file.stream.read(SIGNATURE_BYTES))
        file.stream.seek(0)
        stored = put_sealed(
            files,
            ring,
            AREA,
            chunks(file.stream),
            most_bytes=FILE_MOST_BYTES,
        )
    except FileRefusedError as error:
        form.file.errors = [str(FLAWS[error.flaw.value])]
        return None
    return file.filename, stored


def take(
    form: DocumentForm,
    permission: Permission,
    attach: Attach,
) -> int:
    """Put the file of a form into the store and add it.

    Args:
        form: As it was posted.
        permission: Asked for before a byte is stored.
        attach: Adds the file by its name to what the page is about.

    Returns:
        The status of the answer: 303 if it was added; else the reason stands at
        the field.
    """
    if not holds(context.actor(), permission):
        raise RefusedError(permission=permission.value)
    found = receive(form)
    if found is None:
        return form.status
    name, stored = found
    try:
        attach(context.work(), name, stored)
        context.keep()
    except DirectoryError as error:
        context.finish(succeeded=False)
        let_go(stored)
        words = refusal(error)
        if not words:
            raise
        form.file.errors = [words]
        return status_of(error)
    except BaseException:
        let_go(stored)
        raise
    return 303


def let_go(stored: SealedFile) -> None:
    """Delete what was put in vain; if that fails, it is swept up later."""
    with suppress(DirectoryError):
        context.tools().files.delete(stored.key)


def keys() -> KeyRing:
    """Return the ring of keys.

    Raises:
        FilesUnavailableError: If this process has none.
    """
    ring = context.tools().keys
    if ring is None:
        raise FilesUnavailableError(reason="keys")
    return ring


def answer(page: str, status: int) -> Response:
    """Return a page with its status; one that can be had later says when."""
    response = make_response(page, status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream in pieces."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def refusal(error: DirectoryError) -> str:
    """Return why a file was not taken and what to do, in words.

    Returns:
        Nothing for an error that says nothing about a file.
    """
    if isinstance(error, FileRefusedError):
        return str(FLAWS[error.flaw.value])
    if isinstance(error, DocumentEmptyError):
        return str(FLAWS[Flaw.EMPTY.value])
    if isinstance(error, DocumentTooLargeError):
        return str(FLAWS[Flaw.TOO_LARGE.value])
    if isinstance(error, TooManyDocumentsError):
        return gettext(
            "There is room for %(most)s files at most. Take one away first",
            most=filters.number(FILES_AT_MOST),
        )
    if isinstance(error, TooLargeTogetherError):
        return gettext(
            "All files together may have 300 MB; there is room for %(left)s more. Take"
            " one away first, or choose a smaller one",
            left=downloads.size(int(str(error.facts["left"]))),
        )
    if isinstance(error, NoRoomError):
        return str(NO_ROOM)
    if isinstance(error, DocumentsClosedError):
        return str(CLOSED)
    if isinstance(error, FilesUnavailableError):
        return str(AWAY)
    return ""


def status_of(error: DirectoryError) -> int:
    """Return the status of a page that says that a file was not taken."""
    return 503 if isinstance(error, (NoRoomError, FilesUnavailableError)) else 422
