"""Handing in files with a draft, as tests do."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory.adapters.cleaning import ChildCleaner
from directory.audit.model import Entry
from directory.jobs.evidence import evidence_keepers
from directory.jobs.promises import keep_promises
from directory.submissions.model import Evidence, Submission
from tests.browser import Browser
from tests.fakes import MemoryStore
from tests.web.desk import Desk


def draft_of(desk: Desk, office: Browser, state: str = "draft") -> str:
    """Return the public id of a draft of somebody's organization."""
    at = desk.seat(office)
    with desk.tools.sessions.begin() as session:
        row = Submission(
            public_id=secrets.token_hex(16),
            organization_id=at.organization,
            listing_kind="center",
            slug=f"invented-{secrets.token_hex(4)}",
            kind="first",
            state=state,
            revision=1,
            base={},
            typed={},
            typed_by={},
            proposed={} if state != "draft" else None,
            made_at=desk.clock.now,
            made_by=at.person,
            changed_at=desk.clock.now,
            changed_by=at.person,
            submitted_at=desk.clock.now if state != "draft" else None,
        )
        session.add(row)
        session.flush()
        return row.public_id


SLUG = "nanfang-hospital"


def address(draft: str) -> str:
    return f"/en/hospital/submissions/{draft}/evidence"


def send(
    office: Browser, draft: str, content: bytes, name: str = "paper.pdf"
) -> TestResponse:
    """Send a file with the form; return whatever comes back."""
    return office.send(
        address(draft),
        {"about": "capability.icu", "file": (io.BytesIO(content), name)},
    )


BOUNDARY = "boundary=invented"


def multipart(fields: dict[str, str], content: bytes) -> bytes:
    """Return a form with a file; the test client leaves files of its own open."""
    parts = [
        f'--invented\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in fields.items()
    ]
    parts.append(
        "--invented\r\nContent-Disposition: form-data;"
        ' name="file"; filename="large.pdf"\r\n\r\n'
    )
    return "\r\n".join(parts).encode() + content + b"\r\n--invented--\r\n"


def check(desk: Desk) -> None:
    """Keep what is due, with a real cleaner."""
    tools = replace(desk.tools, cleaner=ChildCleaner())
    while keep_promises(tools, evidence_keepers(tools)):
        pass


def rows(desk: Desk) -> list[Evidence]:
    with desk.session() as session:
        found = list(session.scalars(select(Evidence).order_by(Evidence.id)))
        session.expunge_all()
    return found


def readings(desk: Desk) -> int:
    with desk.session() as session:
        query = select(func.count()).where(Entry.event == "evidence.read")
        return session.scalar(query) or 0


def file_of(desk: Desk, audience: str = "hospital") -> str:
    """Return the address of the first file."""
    public_id = rows(desk)[0].public_id
    end = "/file" if audience == "hospital" else ""
    return f"/en/{audience}/evidence/{public_id}{end}"


def store_of(desk: Desk) -> MemoryStore:
    """Return the store of a desk."""
    assert isinstance(desk.tools.files, MemoryStore)
    return desk.tools.files
