"""Which files bear something out: their types, sizes, numbers and names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from directory.core import file_names
from directory.core.errors import DirectoryError
from directory.core.files import FileRefusedError, Flaw

AREA = "evidence"
"""Of the store, where files of this kind are kept."""

MOST_BYTES = 20 * 1024 * 1024
"""Of one file: 20 MB as people's computers count them."""

MOST_CLEANED_BYTES = 64 * 1024 * 1024
"""Of one file after it was made anew: pictures that are saved again can grow."""

MOST_FILES = 20
"""With one submission, not counting those that were removed or refused."""

MOST_LINKS = 100
"""With one submission, not counting those that were removed."""

MOST_ADDED = 400
"""Pieces of one submission that were ever added, also those removed since."""

SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""First bytes of the types that are taken (source: ISO 32000-1, 7.5.2; ISO 10918-1,
B.1.1.3; RFC 2083, 3.1). What a file says of itself elsewhere counts for nothing."""

SIGNATURE_BYTES = max(map(len, SIGNATURES))

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
"""How names of each type may end; the first is added to those that do not."""

FIELD = re.compile(r"[a-z_]{1,40}(?:\.[A-Za-z0-9-]{1,60})?")
"""A field, as differences name it."""


class TooManyPiecesError(DirectoryError):
    """As many pieces of evidence as are taken are there; ``most`` says how many."""

    code = "evidence.too-many"


class FieldUnknownError(DirectoryError):
    """There is no such field that evidence could be about."""

    code = "evidence.field-unknown"


def media_type(first: bytes) -> str:
    """Return the type that the first bytes of a file say.

    Args:
        first: At least :data:`SIGNATURE_BYTES`, unless the file is shorter.

    Raises:
        FileRefusedError: If the file is empty or of no type that is taken.
    """
    if not first:
        raise FileRefusedError(Flaw.EMPTY)
    for signature, found in SIGNATURES.items():
        if first.startswith(signature):
            return found
    raise FileRefusedError(Flaw.WRONG_TYPE)


def shown_name(given: str, kind: str) -> str:
    """Return the name under which a file is shown and saved.

    Args:
        given: As it came with the file.
        kind: Type of the file, by its content.
    """
    return file_names.shown_name(given, EXTENSIONS[kind])


def check_field(field: str) -> None:
    """Refuse what cannot be a field of a listing; empty stands for the whole.

    Raises:
        FieldUnknownError: If it is none.
    """
    if field and not FIELD.fullmatch(field):
        raise FieldUnknownError


def check_room(there: int, most: int, ever: int) -> None:
    """Refuse one piece more than is taken.

    Args:
        there: Pieces of its kind that are there now.
        most: Of that kind.
        ever: Pieces of any kind that were ever added.

    Raises:
        TooManyPiecesError: If there is no room.
    """
    if there >= most:
        raise TooManyPiecesError(most=most)
    if ever >= MOST_ADDED:
        raise TooManyPiecesError(most=MOST_ADDED)
