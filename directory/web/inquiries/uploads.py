"""Files that arrive piece by piece, and go on after the connection was lost.

The protocol is tus 1.0.0 with creation, termination and checksum (source:
https://tus.io/protocols/resumable-upload). What has arrived is kept even if the
rest of a request does not come.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import ClientDisconnected, HTTPException

from directory.cases.actions import documents as actions
from directory.cases.queries.documents import DocumentView, documents_of, is_closed
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.files import FileRefusedError, Flaw
from directory.core.sealed_files import SealedFile, put_sealed
from directory.inquiries.actions.documents import (
    PATIENT,
    add_part,
    finish_document,
)
from directory.inquiries.rules.documents import (
    AREA,
    FILE_MOST_BYTES,
    PART_MOST_BYTES,
    DocumentsClosedError,
    DocumentSide,
    NotArrivingError,
    OffsetMistakenError,
)
from directory.web import context, documents, errors
from directory.web.guards import limiter
from directory.web.inquiries.belonging import draft_of_browser, view_of_browser
from directory.web.inquiries.blueprint import keys
from directory.web.inquiries.words import _
from directory.web.security import takes

bp = Blueprint("uploads", __name__, url_prefix="/inquiries/uploads")

VERSION = "1.0.0"

EXTENSIONS = "creation,termination,checksum"

ALGORITHMS: Mapping[str, str] = {"sha1": "sha1", "sha256": "sha256"}
"""Of checksums; the protocol wants the first."""

PIECE_TYPE = "application/offset+octet-stream"

BEGUN = "120 per hour"
"""Files that one address may begin: a family with six full inquiries."""

ADDED = "3000 per hour"
"""Pieces that one address may send: 300 MiB in pieces of a hundred kilobytes."""

MOST_RECEIVING = 3
"""Pieces that this process takes in at a time; the other threads are for readers."""

RECEIVING = BoundedSemaphore(MOST_RECEIVING)

STALL_S = 30.0
"""Seconds without a byte after which a connection counts as lost."""

CHUNK_BYTES = 64 * 1024

LONGEST_NAME = 1000
"""Characters of a name that are read; fewer are kept."""

CHECKSUM_MISMATCH = 460
"""Status of a piece whose checksum is another (source: tus, Checksum)."""


class UploadMalformedError(DirectoryError):
    """A header of the protocol is missing or cannot be read; ``header`` names it."""

    code = "upload.malformed"


class ChecksumError(DirectoryError):
    """What arrived is not what was sent."""

    code = "upload.checksum"


class VersionError(DirectoryError):
    """The client speaks another version of the protocol."""

    code = "upload.version"


class BusyReceivingError(DirectoryError):
    """As many files as this process takes in at a time are coming in."""

    code = "upload.busy"


STATUSES: Mapping[str, int] = {
    UploadMalformedError.code: 400,
    ChecksumError.code: CHECKSUM_MISMATCH,
    VersionError.code: 412,
    BusyReceivingError.code: 503,
    FileRefusedError.code: 413,
}


@bp.errorhandler(DirectoryError)
def refused(error: DirectoryError) -> ResponseReturnValue:
    """Answer a program; its page shows the words."""
    context.finish(succeeded=False)
    status = STATUSES.get(error.code) or errors.status_of(error)
    response = answer(status, error.code, documents.refusal(error))
    if isinstance(error, OffsetMistakenError):
        response.headers["Upload-Offset"] = str(error.facts["offset"])
    if isinstance(error, VersionError):
        response.headers["Tus-Version"] = VERSION
    return response


@bp.errorhandler(HTTPException)
def refused_by_http(error: HTTPException) -> ResponseReturnValue:
    """Answer a program what the framework refused."""
    context.finish(succeeded=False)
    status = error.code or 500
    code = "upload.unproven" if isinstance(error, CSRFError) else f"http.{status}"
    words = ""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        words = str(documents.FLAWS[Flaw.TOO_LARGE.value])
    return answer(status, code, words)


@bp.after_request
def speak_the_protocol(response: Response) -> Response:
    """Name the version on each answer."""
    response.headers["Tus-Resumable"] = VERSION
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route(
    "/<string(length=32):document>",
    methods=["OPTIONS"],
    provide_automatic_options=False,
)
def options(document: str = "") -> ResponseReturnValue:
    """Say what this server understands; the same for every address."""
    del document
    response = Response(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(FILE_MOST_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


@bp.route("", methods=["POST"], provide_automatic_options=False)
@limiter.limit(BEGUN)
def begin() -> ResponseReturnValue:
    """Make room for a file: of the draft, or with ``?to=mine`` of what was sent."""
    check_version()
    is_sent = request.args.get("to") == "mine"
    inquiry = view_of_browser() if is_sent else draft_of_browser()
    if inquiry is None:
        raise NotFoundError(inquiry="")
    document = actions.begin(
        context.work(),
        keys(),
        inquiry,
        name_given(),
        whole_number("Upload-Length"),
        room_bytes=context.tools().settings.uploads_room_bytes,
    )
    response = Response(status=201)
    response.headers["Location"] = url_for(
        "uploads.status", document=document, _external=False
    )
    return response


@bp.route(
    "/<string(length=32):document>", methods=["HEAD"], provide_automatic_options=False
)
def status(document: str) -> ResponseReturnValue:
    """Say how much of a file is here."""
    check_version()
    _, found = own(document)
    response = Response(status=200)
    response.headers["Upload-Offset"] = str(found.received_bytes)
    response.headers["Upload-Length"] = str(found.size_bytes)
    return response


@bp.route(
    "/<string(length=32):document>", methods=["PATCH"], provide_automatic_options=False
)
@takes(FILE_MOST_BYTES + CHUNK_BYTES)
@limiter.limit(ADDED)
def append(document: str) -> ResponseReturnValue:
    """Take the next bytes of a file; those that came stay, whatever follows."""
    check_version()
    if request.mimetype != PIECE_TYPE:
        return answer(415, "upload.type", "")
    offset = whole_number("Upload-Offset")
    expected = checksum()
    inquiry, found = own(document)
    if not found.is_arriving:
        raise NotArrivingError(state=found.state.value)
    if is_closed(context.session(), inquiry):
        raise DocumentsClosedError
    if offset != found.received_bytes:
        raise OffsetMistakenError(offset=found.received_bytes)
    left = found.size_bytes - offset
    if (request.content_length or 0) > left:
        raise FileRefusedError(Flaw.TOO_LARGE)
    # No snapshot of the database is held open for as long as a telephone takes.
    context.close()
    body = Body()
    with receiving():
        offset = take_in(document, offset, body, expected, size=found.size_bytes)
    if body.is_broken:
        # Nobody reads this any more; what came is here for the next request.
        raise ClientDisconnected
    response = Response(status=204)
    response.headers["Upload-Offset"] = str(offset)
    return response


@bp.route(
    "/<string(length=32):document>", methods=["DELETE"], provide_automatic_options=False
)
def remove(document: str) -> ResponseReturnValue:
    """Forget a file that is on its way, or was refused on it."""
    check_version()
    inquiry, _ = own(document)
    actions.remove(context.work(), inquiry, PATIENT, document)
    return Response(status=204)


class Body:
    """What a request brings, read in pieces; a line that breaks ends it early."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self.is_broken = False
        self.digest: Any = None
        self._is_over = False
        self._held = b""

    def has_more(self) -> bool:
        """Tell whether there is another byte; wait for it."""
        if not self._held and not self._is_over:
            try:
                self._held = request.stream.read(CHUNK_BYTES)
            except (ClientDisconnected, OSError):
                self.is_broken = True
            self._is_over = not self._held
        return bool(self._held)

    def piece(self) -> Iterator[bytes]:
        """Yield bytes, at most as many as one part may have."""
        left = PART_MOST_BYTES
        while left and self.has_more():
            chunk, self._held = self._held[:left], self._held[left:]
            left -= len(chunk)
            if self.digest is not None:
                self.digest.update(chunk)
            yield chunk

    def is_like(self, checksum: bytes) -> bool:
        """Tell whether the bytes that came have a checksum."""
        return hmac.compare_digest(self.digest.digest(), checksum)


def take_in(
    document: str,
    begins_at: int,
    body: Body,
    expected: tuple[str, bytes] | None,
    *,
    size: int,
) -> int:
    """Put what a request brings into the store, part by part.

    Args:
        document: Whose bytes they are.
        begins_at: Byte of the file with which they begin.
        body: The bytes.
        expected: Algorithm and checksum of all of them, if the client sent one.
        size: Of the whole file.

    Returns:
        How many bytes of the file there are now.

    Raises:
        ChecksumError: If they are not what was sent; nothing is kept then.
        FileRefusedError: If they are more than was announced.
        FilesUnavailableError: If they could not be kept.
    """
    tools = context.tools()
    body.digest = hashlib.new(expected[0]) if expected else None
    written, held = begins_at, list[SealedFile]()
    try:
        while body.has_more():
            there = written + sum(stored.size_bytes for stored in held)
            held.append(
                put_sealed(
                    tools.files, keys(), AREA, body.piece(), most_bytes=size - there
                )
            )
            if expected is None:
                written = write_down(document, written, held, size)
        if expected is not None and held:
            if body.is_broken or not body.is_like(expected[1]):
                raise ChecksumError
            written = write_down(document, written, held, size)
    finally:
        for stored in held:
            documents.let_go(stored)
    return written


def write_down(document: str, at: int, held: list[SealedFile], size: int) -> int:
    """Write parts down and commit; those that are written are no longer held.

    The last one ends the file in the same transaction, so that no file is whole
    and still on its way.
    """
    work = context.work()
    for stored in held:
        at = add_part(work, document, at, stored)
    if at == size:
        finish_document(work, document)
    context.keep()
    held.clear()
    return at


@contextmanager
def receiving() -> Iterator[None]:
    """Take one of the few places, and be patient with the line for a while.

    Raises:
        BusyReceivingError: If all are taken.
    """
    if not RECEIVING.acquire(blocking=False):
        raise BusyReceivingError
    line = request.environ.get("gunicorn.socket")
    before = line.gettimeout() if line is not None else None
    try:
        if line is not None:
            line.settimeout(STALL_S)
        yield
    finally:
        if line is not None:
            line.settimeout(before)
        RECEIVING.release()


def own(document: str) -> tuple[str, DocumentView]:
    """Return a file that the patient sends from this browser, and its inquiry.

    Raises:
        NotFoundError: If there is none.
    """
    for inquiry in (draft_of_browser(), view_of_browser()):
        if inquiry is None:
            continue
        for found in documents_of(context.session(), keys(), inquiry):
            if found.id == document and found.side is DocumentSide.PATIENT:
                return inquiry, found
    raise NotFoundError(document=document)


def check_version() -> None:
    """Refuse another version of the protocol.

    Raises:
        VersionError: If the client does not say that it speaks ours.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise VersionError


def whole_number(header: str) -> int:
    """Return the number in a header.

    Raises:
        UploadMalformedError: If there is none.
    """
    words = request.headers.get(header, "")
    if not (words.isascii() and words.isdigit() and len(words) <= 15):
        raise UploadMalformedError(header=header)
    return int(words)


def name_given() -> str:
    """Return the name in the metadata of a file, if there is a legible one."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "filename":
            try:
                return b64decode(value, validate=True).decode()[:LONGEST_NAME]
            except (Base64Error, ValueError):
                return ""
    return ""


def checksum() -> tuple[str, bytes] | None:
    """Return algorithm and checksum of a piece, if the client sent one.

    Raises:
        UploadMalformedError: If it cannot be read, or the algorithm is another.
    """
    words = request.headers.get("Upload-Checksum")
    if words is None:
        return None
    algorithm, _, value = words.partition(" ")
    try:
        return ALGORITHMS[algorithm], b64decode(value, validate=True)
    except (KeyError, Base64Error, ValueError):
        raise UploadMalformedError(header="Upload-Checksum") from None


def answer(status: int, code: str, words: str) -> Response:
    """Return a refusal for a program, with words for whoever uses it."""
    response = jsonify(code=code, words=words or str(OTHERS.get(status, OTHER)))
    response.status_code = status
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


OTHER = _("The file could not be sent. Open the page anew and try again.")

OTHERS: Mapping[int, str] = {
    404: _("This page is no longer open, so the file was not sent. Open it anew."),
    429: _("Too many files in a short time. Wait a little, then go on."),
}
"""Words for refusals that say nothing about a file."""
