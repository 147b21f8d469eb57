"""What documents are, and how many and how large they may be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.core import file_names
from directory.core.crypto import Place
from directory.core.errors import DirectoryError
from directory.core.files import FileRefusedError, Flaw

AREA = "documents"
"""Of the store, where documents and parts of them are kept."""

FILES_AT_MOST = 20
"""Files of one sender in one inquiry, not counting those that were refused."""

FILE_MOST_BYTES = 50 * 1024 * 1024
"""Bytes of one file."""

ALL_MOST_BYTES = 300 * 1024 * 1024
"""Bytes of all files of one sender in one inquiry together."""

CLEANED_MOST_BYTES = 64 * 1024 * 1024
"""Of one file after it was made anew: pictures that are saved again can grow."""

PART_MOST_BYTES = 4 * 1024 * 1024
"""Of a part of a file that is on its way; what is lost with a connection is less."""

PARTS_AT_MOST = 400
"""Parts of one file: a line that breaks every 130 kB still brings 50 MiB."""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DICOM, ZIP = "application/dicom", "application/zip"

SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": PDF,
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"PK\x03\x04": ZIP,
}
"""First bytes (source: ISO 32000-1, 7.5.2; ISO 10918-1, B.1.1.3; RFC 2083, 3.1;
PKWARE APPNOTE, 4.3.7)."""

PREAMBLE_BYTES = 128
"""Before the mark of a DICOM file (source: DICOM PS3.10, 7.1)."""

DICOM_MARK = b"DICM"

SIGNATURE_BYTES = PREAMBLE_BYTES + len(DICOM_MARK)

IMAGES = frozenset({DICOM, ZIP})
"""Types that say things about the patient beside what is seen."""

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    DICOM: (".dcm", ".dicom"),
    ZIP: (".zip",),
}
"""How names of each type may end; the first is added to those that do not."""


class DocumentState(StrEnum):
    """How far a file has come."""

    ARRIVING = "arriving"
    CHECKING = "checking"
    KEPT = "kept"
    REFUSED = "refused"


class DocumentSide(StrEnum):
    """Who sent a file."""

    PATIENT = "patient"
    FACILITATOR = "facilitator"
    HOSPITAL = "hospital"


class DocumentKind(StrEnum):
    """What a file is for."""

    RECORD = "record"
    ESTIMATE = "estimate"
    LETTER = "letter"
    OTHER = "other"


class TooManyDocumentsError(DirectoryError):
    """As many files as are taken are there; ``most`` says how many."""

    code = "document.too-many"


class DocumentTooLargeError(DirectoryError):
    """One file is larger than is taken; ``most`` says how many bytes are."""

    code = "document.too-large"


class TooLargeTogetherError(DirectoryError):
    """All files together would be larger; ``most`` and ``left`` are in bytes."""

    code = "document.too-large-together"


class DocumentEmptyError(DirectoryError):
    """The file has no bytes."""

    code = "document.empty"


class DocumentsClosedError(DirectoryError):
    """The inquiry has ended; nothing is added to it."""

    code = "document.closed"


class NoRoomError(DirectoryError):
    """Too many files of everybody wait to be checked; later there is room."""

    code = "document.no-room"


class OffsetMistakenError(DirectoryError):
    """Bytes do not follow those that are there; ``offset`` says where they end."""

    code = "document.offset"


class NotArrivingError(DirectoryError):
    """The file is not on its way: it arrived whole, or was refused."""

    code = "document.not-arriving"


class DocumentNotReadyError(DirectoryError):
    """The file was not checked yet, or was refused; ``state`` says which."""

    code = "document.not-ready"


def media_type(first: bytes) -> str:
    """Return the type that the first bytes of a file say.

    Args:
        first: At least :data:`SIGNATURE_BYTES`, unless the file is shorter.

    Raises:
        FileRefusedError: If the file is empty or of no type that is taken.
    """
    if not first:
        raise FileRefusedError(Flaw.EMPTY)
    # What looks like two types is judged as the one that could do more.
    if first[PREAMBLE_BYTES:SIGNATURE_BYTES] == DICOM_MARK:
        return DICOM
    for signature, found in SIGNATURES.items():
        if first.startswith(signature):
            return found
    raise FileRefusedError(Flaw.WRONG_TYPE)


def shown_name(given: str, kind: str | None) -> str:
    """Return the name under which a file is shown and saved.

    Args:
        given: As it came with the file.
        kind: Type of the file by its content; nothing before that is known.
    """
    return file_names.shown_name(given, EXTENSIONS[kind] if kind else ())


def check_room(size: int, sizes: list[int]) -> None:
    """Refuse one file more than is taken.

    Args:
        size: Its bytes.
        sizes: Of the files of the same sender that are there.

    Raises:
        DocumentEmptyError: If it has no bytes.
        DocumentTooLargeError: If it has too many.
        TooManyDocumentsError: If there are as many files as are taken.
        TooLargeTogetherError: If all together would have too many bytes.
    """
    if size <= 0:
        raise DocumentEmptyError
    if size > FILE_MOST_BYTES:
        raise DocumentTooLargeError(most=FILE_MOST_BYTES)
    if len(sizes) >= FILES_AT_MOST:
        raise TooManyDocumentsError(most=FILES_AT_MOST)
    left = ALL_MOST_BYTES - sum(sizes)
    if size > left:
        raise TooLargeTogetherError(most=ALL_MOST_BYTES, left=max(0, left))


def name_place(document: str) -> Place:
    """Return where the sealed name of a document belongs."""
    return Place("inquiry_document", "name", document)


def details_place(document: str) -> Place:
    """Return where the sealed details of a document belong."""
    return Place("inquiry_document", "details", document)


def uid_place(inquiry: str) -> bytes:
    """Return what the key of replaced identifiers is derived for."""
    return f"inquiry-document-uids:{inquiry}".encode()
