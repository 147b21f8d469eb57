"""Handing files out: as attachments only, with nothing in them that could act."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

from directory.core.crypto import KeyMissingError, SealBrokenError
from directory.core.errors import DirectoryError
from directory.core.files import FileMissingError, FilesUnavailableError
from directory.core.logs import log
from directory.core.sealed_files import open_sealed
from directory.submissions.actions.evidence import read
from directory.submissions.rules.files import EXTENSIONS
from directory.web import context

logger = log("evidence")

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
    tools = context.tools()
    if tools.keys is None:
        raise FilesUnavailableError(reason="keys")
    piece, file = read(context.work(), evidence)
    context.keep()
    try:
        chunks = open_sealed(tools.files, tools.keys, file)
    except (KeyMissingError, SealBrokenError, FileMissingError) as error:
        logger.error("file.lost", subject=f"evidence:{evidence}", code=error.code)
        raise FilesUnavailableError(reason=error.code) from error
    kind = piece.media_type if piece.media_type in EXTENSIONS else ""
    response = Response(
        _whole(evidence, chunks), mimetype=kind or "application/octet-stream"
    )
    response.content_length = piece.size_bytes
    response.headers["Content-Disposition"] = disposition(piece.name)
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


def _whole(evidence: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a file; one that breaks off comes out shorter than was announced."""
    try:
        yield from chunks
    except DirectoryError as error:
        logger.error("file.broken-off", subject=f"evidence:{evidence}", code=error.code)
        raise
