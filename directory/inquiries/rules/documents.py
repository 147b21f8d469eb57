"""What documents are, and how many and how large they may be."""

from __future__ import annotations

from enum import StrEnum

FILES_AT_MOST = 20
"""Files of one inquiry."""

FILE_MOST_BYTES = 50 * 1024 * 1024
"""Bytes of one file."""

ALL_MOST_BYTES = 300 * 1024 * 1024
"""Bytes of all files of one inquiry together."""


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
