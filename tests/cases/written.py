"""Everything that can be written about an invented case, straight into its rows.

Each text begins with :data:`MARK`, so that a search for it finds whatever is left.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from directory.cases.model import (
    Call,
    CaseMark,
    FollowUp,
    Letter,
    Look,
    Message,
    NewsTold,
    Note,
    Quote,
    Task,
)
from directory.cases.rules.sealing import seal_words
from directory.core.files import FileStore
from directory.core.sealed_files import put_sealed
from directory.inquiries.model import Document, DocumentPart, OpenView
from directory.inquiries.queries import data_key_of
from tests.cases.people import Cast
from tests.web.people import add_person

MARK = "Zerqua-Lint"
"""A word that stands nowhere else."""


def write_all(people: Cast, store: FileStore) -> None:
    """Write a row of every table that says something about a person."""
    session, now = people.owner.session, people.owner.now
    person = add_person(session, "writer@example.org").id
    owner = people.owner.actor.organization
    assert owner is not None
    key = data_key_of(session, people.keys, people.inquiry)
    referral = people.referral()

    def sealed(table: str, column: str, row: str) -> bytes:
        return seal_words(key, table, column, row, f"{MARK} {table}.{column}")

    ids = {
        name: secrets.token_hex(16)
        for name in ("message", "note", "task", "call", "quote", "letter", "plan")
    }
    referral.words = sealed("referral", "words", referral.id)
    referral.reasons = sealed("referral", "reasons", referral.id)
    referral.lacks = ["marrow"]
    documents = write_documents(people, store)
    session.add_all(
        [
            Message(
                id=ids["message"],
                case_id=people.case,
                side="patient",
                at=now,
                sent_key="k" * 32,
                language="ru",
                body=sealed("case_message", "body", ids["message"]),
            ),
            Note(
                id=ids["note"],
                case_id=people.case,
                organization_id=owner,
                person_id=person,
                at=now,
                body=sealed("case_note", "body", ids["note"]),
            ),
            Task(
                id=ids["task"],
                case_id=people.case,
                organization_id=owner,
                kind="own",
                body=sealed("case_task", "body", ids["task"]),
                made_by=person,
                made_at=now,
            ),
            Call(
                id=ids["call"],
                referral_id=referral.id,
                state="offered",
                version=1,
                slots=[now.isoformat()],
                minutes=30,
                has_interpreter=False,
                how=sealed("call", "how", ids["call"]),
                summary=sealed("call", "summary", ids["call"]),
                made_by=person,
                made_at=now,
                changed_at=now,
            ),
            Quote(
                id=ids["quote"],
                referral_id=referral.id,
                number=1,
                state="sent",
                currency="CNY",
                valid_until=date(2027, 1, 1),
                body=sealed("quote", "body", ids["quote"]),
                made_by=person,
                made_at=now,
                changed_at=now,
            ),
            Letter(
                id=ids["letter"],
                referral_id=referral.id,
                number=1,
                body=sealed("invitation_letter", "body", ids["letter"]),
                document_id=documents[0],
                made_by=person,
                made_at=now,
            ),
            FollowUp(
                id=ids["plan"],
                referral_id=referral.id,
                kind="own",
                body=sealed("follow_up", "body", ids["plan"]),
                due_on=date(2027, 1, 1),
            ),
            Look(
                id="e" * 32,
                case_id=people.case,
                person_id=person,
                code="complaint",
                reason=sealed("case_look", "reason", "e" * 32),
                began_at=now,
                ends_at=now + timedelta(hours=1),
            ),
            CaseMark(case_id=people.case, kind="phone", digest=b"m" * 32),
            NewsTold(whom=f"case:{people.case}", at=now),
            OpenView(
                digest=b"v" * 32, inquiry_id=people.inquiry, opened_at=now, seen_at=now
            ),
        ]
    )
    session.commit()


def write_documents(people: Cast, store: FileStore) -> tuple[str, str]:
    """Put one whole file and one that is half here; return their ids."""
    session, now = people.owner.session, people.owner.now
    key = data_key_of(session, people.keys, people.inquiry)
    whole, half = secrets.token_hex(16), secrets.token_hex(16)
    words = f"{MARK} of a file".encode()
    file = put_sealed(store, people.keys, "documents", [words], most_bytes=999)
    part = put_sealed(store, people.keys, "documents", [words], most_bytes=999)
    for row, kept in ((whole, file), (half, None)):
        session.add(
            Document(
                id=row,
                inquiry_id=people.inquiry,
                kind="record",
                side="patient",
                state="kept" if kept else "arriving",
                name=seal_words(key, "inquiry_document", "name", row, f"{MARK}.pdf"),
                size_bytes=len(words) * 2,
                received_bytes=len(words),
                media_type="application/pdf" if kept else None,
                sha256=kept.sha256 if kept else None,
                file_key=kept.key if kept else None,
                wrapped_key=kept.wrapped_key if kept else None,
                wrapped_by=people.keys.current if kept else None,
                details=seal_words(key, "inquiry_document", "details", row, MARK),
                made_at=now,
                changed_at=now,
            )
        )
    session.flush()
    session.add(
        DocumentPart(
            document_id=half,
            begins_at=0,
            size_bytes=len(words),
            file_key=part.key,
            wrapped_key=part.wrapped_key,
            wrapped_by=people.keys.current,
        )
    )
    session.flush()
    return whole, half
