"""A whole case as JSON, for the one it is about.

The document says its own format and version; a change that a reader could notice
counts the version up. Moments are ISO 8601 in UTC, days ISO 8601, amounts decimal
numbers as text, codes as the program's tables name them, centers by the slug of their
listing; what is unknown is null. :data:`SHAPE` names every part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from directory.cases.queries.care import Care
from directory.cases.queries.documents import DocumentView
from directory.cases.queries.looks import LookView
from directory.cases.queries.talking import Thread
from directory.cases.queries.timeline import Line
from directory.cases.queries.tracking import PatientsCase
from directory.inquiries.actions.following import Answers
from directory.inquiries.queries import InquiryPage

FORMAT = "car-t-directory/case"
VERSION = 1
MEDIA_TYPE = "application/json"

SHAPE: Mapping[str, str] = {
    "format": "Always car-t-directory/case.",
    "version": "Of this shape: 1.",
    "made_at": "When the document was made.",
    "inquiry": "What was sent when, to whom, its state, and when it is erased.",
    "person": "Who asked, as answered.",
    "illness": "What was answered about the illness.",
    "case": "Step, state, deadline, who looks after it; null if none was opened.",
    "centers": "Every center that was proposed or asked, and what became of it.",
    "care": "What each center gave: calls, quotes, letters, follow_up.",
    "messages": "Each conversation with its messages, the oldest first.",
    "timeline": "What happened, the newest first, each with its sentence.",
    "documents": "The list of files; the files themselves are downloaded one by one.",
    "consents": "Each with its exact words, when it was given and taken back.",
    "looks": "Who looked into the case without looking after it, and why.",
}
"""The parts of the document, in their order."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a case that the patient may see."""

    made_at: datetime
    inquiry: InquiryPage
    answers: Answers
    case: PatientsCase | None
    care: tuple[Care, ...]
    threads: tuple[Thread, ...]
    lines: tuple[Line, ...]
    documents: tuple[DocumentView, ...]
    looks: tuple[LookView, ...]


def case_json(whole: Whole, tell: Callable[[Line], str]) -> bytes:
    """Return a case as a JSON document in UTF-8.

    Args:
        whole: What stands in it.
        tell: Returns the sentence of a line.
    """
    return json.dumps(case_document(whole, tell), ensure_ascii=False, indent=2).encode()


def case_document(whole: Whole, tell: Callable[[Line], str]) -> dict[str, Any]:
    """Return the same, not yet written down."""
    page, case = whole.inquiry, whole.case
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": plain(whole.made_at),
        "inquiry": {
            "state": plain(page.state),
            "sent_at": plain(page.sent_at),
            "withdrawn_at": plain(page.withdrawn_at),
            "erase_after": plain(page.erase_after),
            "addressed_to": list(page.targets),
        },
        "person": plain(whole.answers.person),
        "illness": plain(whole.answers.illness),
        "case": _case(case) if case else None,
        "centers": [_without_id(each) for each in case.referrals] if case else [],
        "care": [plain(each) for each in whole.care],
        "messages": [
            {
                "with_center": thread.center,
                "with_owner": thread.owner,
                "messages": [
                    {**_without_id(each), "is_new": each.is_new}
                    for each in thread.messages
                ],
            }
            for thread in whole.threads
        ],
        "timeline": [_line(each, tell) for each in whole.lines],
        "documents": [_document(each) for each in whole.documents],
        "consents": [plain(each) for each in page.consents],
        "looks": [plain(each) for each in whole.looks],
    }


def _case(case: PatientsCase) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "step": plain(case.step),
        "state": plain(case.state),
        "due_at": plain(case.due_at),
        "paused_for": plain(case.paused_for),
        "closing": plain(case.closing),
        "opened_at": plain(case.opened_at),
        "closed_at": plain(case.closed_at),
        "owner": case.owner,
        "owner_is_this_directory": case.is_with_directory,
    }


def _line(line: Line, tell: Callable[[Line], str]) -> dict[str, Any]:
    return {
        "at": plain(line.at),
        "kind": plain(line.kind),
        "side": plain(line.side),
        "organization": line.organization,
        "center": line.center,
        "step": plain(line.step),
        "state": plain(line.state),
        "due_at": plain(line.due_at),
        "sentence": tell(line),
    }


def _document(document: DocumentView) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "kind": plain(document.kind),
        "from": plain(document.side),
        "center": document.center,
        "state": plain(document.state),
        "media_type": document.media_type or None,
        "size_bytes": document.size_bytes,
        "is_deidentified": document.is_deidentified,
        "made_at": plain(document.made_at),
    }


def _without_id(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = plain(value)
    found.pop("id", None)
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
