"""Everything that can be written about an invented case, straight into its rows.

Each text begins with :data:`MARK`, so that a search for it finds whatever is left.
"""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta
from decimal import Decimal

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
from directory.cases.rules.quotes import Line, LineKind, QuoteBody
from directory.cases.rules.sealing import seal_words
from directory.core.files import FileStore
from directory.core.sealed_files import SealedFile, put_sealed
from directory.inquiries.actions.documents import sealed_name
from directory.inquiries.model import Document, DocumentPart, OpenView
from directory.inquiries.queries import data_key_of
from tests.cases.people import Cast
from tests.web.people import add_person

MARK = "Zerqua-Lint"
"""A word that stands nowhere else."""


QUOTE = QuoteBody(
    lines=(Line(kind=LineKind.TESTS, low=Decimal(100), note=f"{MARK} of a line"),),
    refund=f"{MARK} of a refund",
)
LETTER = json.dumps(
    {"fields": {"body": f"{MARK} {{name}}"}, "values": {"name": f"{MARK} of a name"}}
)


def write_all(people: Cast, store: FileStore) -> None:
    """Write a row of every table that says something about a person."""
    session, now = people.owner.session, people.owner.now
    person = add_person(session, "writer@example.org").id
    owner = people.owner.actor.organization
    assert owner is not None
    key = data_key_of(session, people.keys, people.inquiry)
    referral = people.referral()

    def sealed(table: str, column: str, row: str, words: str = "") -> bytes:
        words = words or f"{MARK} {table}.{column}"
        return seal_words(key, table, column, row, words)

    ids = {
        name: secrets.token_hex(16)
        for name in ("message", "note", "task", "call", "quote", "letter", "plan")
    }
    referral.words = sealed("referral", "words", referral.id)
    referral.reasons = sealed("referral", "reasons", referral.id, "[]")
    referral.lacks = ["marrow"]
    letter = write_documents(people, store)
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
                state="chosen",
                chosen_at=now + timedelta(days=3),
                version=1,
                slots=[(now + timedelta(days=3)).isoformat()],
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
                body=sealed("quote", "body", ids["quote"], QUOTE.model_dump_json()),
                made_by=person,
                made_at=now,
                changed_at=now,
            ),
            Letter(
                id=ids["letter"],
                referral_id=referral.id,
                number=1,
                body=sealed("invitation_letter", "body", ids["letter"], LETTER),
                document_id=letter,
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


def write_documents(people: Cast, store: FileStore) -> str:
    """Put a whole file, one that is half here, and a letter; return the letter's id."""
    session, now = people.owner.session, people.owner.now
    key = data_key_of(session, people.keys, people.inquiry)
    words = f"{MARK} of a file".encode()

    def put() -> SealedFile:
        return put_sealed(store, people.keys, "documents", [words], most_bytes=999)

    def add(state: str, side: str, kept: SealedFile | None) -> str:
        row = secrets.token_hex(16)
        session.add(
            Document(
                id=row,
                inquiry_id=people.inquiry,
                kind="record" if side == "patient" else "letter",
                side=side,
                organization_id=None
                if side == "patient"
                else people.east.actor.organization,
                center=None if side == "patient" else people.referral().center,
                state=state,
                name=sealed_name(key, row, f"{MARK}.pdf"),
                size_bytes=len(words) * (1 if kept else 2),
                received_bytes=len(words),
                media_type="application/pdf" if kept else None,
                sha256=kept.sha256 if kept else None,
                file_key=kept.key if kept else None,
                wrapped_key=kept.wrapped_key if kept else None,
                wrapped_by=people.keys.current if kept else None,
                made_at=now,
                changed_at=now,
            )
        )
        session.flush()
        return row

    add("kept", "patient", put())
    half, part = add("arriving", "patient", None), put()
    session.add(
        DocumentPart(
            document_id=half,
            begins_at=0,
            size_bytes=part.size_bytes,
            file_key=part.key,
            wrapped_key=part.wrapped_key,
            wrapped_by=people.keys.current,
        )
    )
    return add("kept", "hospital", put())
