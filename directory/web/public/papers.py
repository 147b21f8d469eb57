"""Files that public pages hand out, and how often."""

from __future__ import annotations

from flask import Response, make_response

from directory.web import downloads

OFTEN = "30 per minute; 300 per hour"
"""PDFs for one address: each takes a second of work; a ward may share one address."""


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to be saved; no cache keeps it."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = downloads.disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response
