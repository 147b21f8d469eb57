"""Reading a case, and writing what only the owner's people read: notes and tasks."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import func, select

from directory.accounts.queries.people import colleagues
from directory.audit import actions as log
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Note, Task
from directory.cases.queries.access import held_case
from directory.cases.queries.case_page import record_lines
from directory.cases.rules.deadlines import CHINA, ENDS
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.cases.rules.triage import (
    NOTE_LONGEST,
    OWN,
    TASKS,
    TASKS_AT_MOST,
    WORDS_LONGEST,
    NoteRefusedError,
    check_key,
    checked,
    is_line,
)
from directory.core.actor import Role
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of


def note_read(work: Work, case: str) -> None:
    """Write down that somebody of the owner reads a case.

    Raises:
        RefusedError: If the actor may not read cases.
        NotFoundError: If it is not theirs.
    """
    work.require(Permission.READ_CASES)
    held_case(work, case)
    log.record(work, "case.read", f"case:{case}")


def write_note(work: Work, keys: KeyRing, case: str, body: str, *, key: str) -> str:
    """Write a note that only the owner's people read; return its id.

    Patient and hospitals learn neither what it says nor that it was written.

    Args:
        work: The transaction.
        keys: To seal it.
        case: Its id.
        body: The words.
        key: Of the form that it came by; the same form sent twice is one note.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs.
        NoteRefusedError: If nothing was written, or too much.
    """
    work.require(Permission.WORK_ON_CASE)
    row, person, office = _mine(work, case)
    check_key(key)
    words = checked("note", body, NOTE_LONGEST)
    found = work.session.get(Note, key)
    if found is not None:
        if found.case_id != row.id or found.organization_id != office:
            raise NoteRefusedError(field="key", wrong="key")
        return found.id
    data_key = data_key_of(work.session, keys, row.inquiry_id)
    work.session.add(
        Note(
            id=key,
            case_id=row.id,
            organization_id=office,
            person_id=person,
            at=work.now,
            body=seal_words(data_key, "case_note", "body", key, words),
        )
    )
    work.session.flush()
    tell(work, row, Kind.NOTE, side=Side.FACILITATOR, is_internal=True, note=key)
    return key


def add_task(
    work: Work,
    keys: KeyRing,
    case: str,
    body: str,
    *,
    key: str,
    due_on: date | None = None,
    assignee: int | None = None,
) -> str:
    """Write down something to be done for a case; return its id.

    Args:
        work: The transaction.
        keys: To seal it.
        case: Its id.
        body: What is to be done.
        key: Of the form that it came by; the same form sent twice is one task.
        due_on: The day by whose end it is to be done, where the owner is.
        assignee: Row of who of the owner's people does it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs.
        NoteRefusedError: If it cannot be meant: ``field`` says where.
    """
    work.require(Permission.WORK_ON_CASE)
    row, person, office = _mine(work, case)
    check_key(key)
    words = checked("task", body, WORDS_LONGEST)
    found = work.session.get(Task, key)
    if found is not None:
        if found.case_id != row.id or found.organization_id != office:
            raise NoteRefusedError(field="key", wrong="key")
        return found.id
    if due_on is not None and due_on < work.now.astimezone(CHINA).date():
        raise NoteRefusedError(field="due_on", wrong="past")
    if assignee is not None:
        known = colleagues(work.session, office, Role.FACILITATOR)
        if assignee not in {one.id for one in known}:
            raise NoteRefusedError(field="assignee", wrong="unknown")
    if _open_tasks(work, row, office) >= TASKS_AT_MOST:
        raise NoteRefusedError(field="task", wrong="many")
    data_key = data_key_of(work.session, keys, row.inquiry_id)
    work.session.add(
        Task(
            id=key,
            case_id=row.id,
            organization_id=office,
            kind=OWN,
            body=seal_words(data_key, "case_task", "body", key, words),
            assignee_id=assignee,
            made_by=person,
            made_at=work.now,
            due_at=_end_of(due_on, work.now) if due_on else None,
        )
    )
    work.session.flush()
    log.record(work, "task.added", f"case:{row.id}", task=key)
    return key


def finish_task(work: Work, case: str, task: str, *, is_done: bool = True) -> None:
    """Say that a task was done, or that it was not; saying it again changes nothing.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If it is not of a case of theirs.
    """
    work.require(Permission.WORK_ON_CASE)
    row, person, office = _mine(work, case)
    found = work.session.scalar(
        select(Task).where(
            Task.id == task,
            Task.case_id == row.id,
            Task.organization_id == office,
            Task.kind.in_(sorted(TASKS)),
        )
    )
    if found is None:
        raise NotFoundError(task=task)
    _tick(work, found, person, is_done=is_done)


def triage(work: Work, case: str, done: frozenset[str]) -> None:
    """Keep which lines of the checklist are clear; ticks that stay keep their day.

    Args:
        work: The transaction.
        case: Its id.
        done: Kinds of all lines that are ticked now.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs.
        NoteRefusedError: If a line is unknown.
    """
    work.require(Permission.WORK_ON_CASE)
    row, person, office = _mine(work, case)
    records = frozenset(record_lines(work.session))
    if not all(is_line(kind, records) for kind in done):
        raise NoteRefusedError(field="triage", wrong="unknown")
    rows = {
        each.kind: each
        for each in work.session.scalars(
            select(Task).where(
                Task.case_id == row.id,
                Task.organization_id == office,
                Task.kind != OWN,
            )
        )
    }
    for kind in sorted(done - rows.keys()):
        rows[kind] = Task(
            id=secrets.token_hex(16),
            case_id=row.id,
            organization_id=office,
            kind=kind,
            made_by=person,
            made_at=work.now,
        )
        work.session.add(rows[kind])
    for kind, each in sorted(rows.items()):
        # A line of a guide that was written anew since stays as it is.
        if is_line(kind, records):
            _tick(work, each, person, is_done=kind in done)
    work.session.flush()


def _tick(work: Work, row: Task, person: int, *, is_done: bool) -> None:
    if is_done == (row.done_at is not None):
        return
    row.done_at = work.now if is_done else None
    row.done_by = person if is_done else None
    work.session.flush()
    event = "task.done" if is_done else "task.reopened"
    log.record(work, event, f"case:{row.case_id}", task=row.id, kind=row.kind)


def _open_tasks(work: Work, case: Case, office: int) -> int:
    return (
        work.session.scalar(
            select(func.count()).where(
                Task.case_id == case.id,
                Task.organization_id == office,
                Task.kind.in_(sorted(TASKS)),
                Task.done_at.is_(None),
            )
        )
        or 0
    )


def _end_of(day: date, now: datetime) -> datetime:
    return datetime.combine(day, ENDS, CHINA).astimezone(now.tzinfo)


def _mine(work: Work, case: str) -> tuple[Case, int, int]:
    """Return a case of the actor's organization, locked, the actor and that."""
    row = held_case(work, case)
    person, office = work.actor.person, work.actor.organization
    if person is None or office is None:
        raise NotFoundError(case=case)
    return row, person, office
