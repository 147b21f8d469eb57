"""Handing files out: as attachments only, with nothing in them that could act."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from urllib.parse import quote

from flask import Response
from flask_babel import gettext

from directory.core.crypto import KeyMissingError, SealBrokenError
from directory.core.errors import DirectoryError
from directory.core.files import FileMissingError, FilesUnavailableError
from directory.core.logs import log
from directory.core.sealed_files import SealedFile, open_sealed
from directory.submissions.actions.evidence import read
from directory.submissions.rules.files import EXTENSIONS
from directory.web import context, filters

logger = log("files")

POLICY = "sandbox; default-src 'none'"
"""Of a file that is opened after all: no script, no form, nothing loaded."""

SPELLED_OUT = "!#$&+-.^_`|~"
"""What needs no escape in a name (source: RFC 8187, section 3.2.1)."""


def hand_out(evidence: str) -> Response:
    """Return a file for who may read it; that it was read stands in the log before.

    Raises:
        RefusedError: If the actor may not read evidence.
        NotFoundError: If there is no such file that they may know of.
        EvidenceNotReadyError: If it was not checked yet, or was refused.
        FilesUnavailableError: If it cannot be fetched now.
    """
    piece, file = read(context.work(), evidence)
    return send(
        f"evidence:{evidence}", file, piece.name, piece.media_type, known=EXTENSIONS
    )


def send(
    subject: str,
    file: SealedFile,
    name: str,
    media_type: str,
    *,
    known: Collection[str],
) -> Response:
    """Return a file that somebody may read, after what says so is committed.

    Args:
        subject: What the log calls it.
        file: Where it is kept.
        name: Under which it is saved; cleaned.
        media_type: By its content.
        known: Types that are named; any other is bytes and nothing more.

    Raises:
        FilesUnavailableError: If it cannot be fetched now.
    """
    tools = context.tools()
    if tools.keys is None:
        raise FilesUnavailableError(reason="keys")
    context.keep()
    try:
        chunks = open_sealed(tools.files, tools.keys, file)
    except (KeyMissingError, SealBrokenError, FileMissingError) as error:
        logger.error("file.lost", subject=subject, code=error.code)
        raise FilesUnavailableError(reason=error.code) from error
    response = Response(
        _whole(subject, chunks),
        mimetype=media_type if media_type in known else "application/octet-stream",
    )
    response.content_length = file.size_bytes
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(name: str) -> str:
    """Return the header that saves a file under a name (source: RFC 6266).

    Args:
        name: Cleaned, without quotation marks and control characters.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c for c in plain if c.isalnum() or c in " ._-()").strip()
    first = f'attachment; filename="{plain or "file"}"'
    if plain == name:
        return first
    return f"{first}; filename*=UTF-8''{quote(name, safe=SPELLED_OUT)}"


def size(size_bytes: int) -> str:
    """Return a size in words, as people's computers count."""
    if size_bytes < 1024 * 1024:
        kilobytes = max(1, round(size_bytes / 1024))
        return gettext("%(size)s KB", size=filters.number(kilobytes))
    megabytes = round(size_bytes / 1024 / 1024, 1)
    return gettext("%(size)s MB", size=filters.number(megabytes))


def _whole(subject: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a file; one that breaks off comes out shorter than was announced."""
    try:
        yield from chunks
    except DirectoryError as error:
        logger.error("file.broken-off", subject=subject, code=error.code)
        raise
