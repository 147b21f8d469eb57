"""One case as the people of its owner read it, opened once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import or_, select

from directory.accounts.model import Organization, Person
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.model import Case, Note, Referral, Task
from directory.cases.queries.access import owned, owned_case, shared
from directory.cases.rules.deadlines import CHINA
from directory.cases.rules.duplicates import can_be_parted
from directory.cases.rules.routing import Reason, from_json
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import (
    OPEN_REFERRALS,
    Closing,
    Decline,
    Lack,
    PauseReason,
    ReferralState,
    State,
    Step,
)
from directory.cases.rules.triage import RECORD, TASKS, Line
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.text import Text
from directory.inquiries.model import Target
from directory.inquiries.queries import data_key_of, sent_answers
from directory.inquiries.rules.answers import Illness
from directory.inquiries.rules.answers import Person as Asker
from directory.knowledge.model import GuideRow
from directory.knowledge.rules.guide import GuideDocument

RECORDS = "records"
"""The guide whose sections are the records that a center asks for."""


@dataclass(frozen=True, slots=True)
class OwnersReferral:
    """A case at one center, as the owner reads it.

    Args:
        version: As the page shows it.
        is_kept_here: Whether the hospital answers here itself; else the owner asks
            it by other means.
        is_shared: Whether the patient lets the center see the case now.
        words: What the center wrote to its answer.
        reasons: What the rules said of it when it was proposed.
        rules_version: Of the rules that proposed it; none, if the patient or
            somebody of the owner chose it.
        opened_at: When somebody of the hospital first opened it.
    """

    id: str
    center: str
    version: int
    state: ReferralState
    is_kept_here: bool
    is_shared: bool
    is_leading: bool
    is_late: bool
    made_at: datetime
    offered_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    due_at: datetime | None
    decline: Decline | None
    lacks: tuple[Lack, ...]
    words: str
    reasons: tuple[Reason, ...]
    rules_version: int | None

    @property
    def is_open(self) -> bool:
        """Return whether something may still come of it."""
        return self.state in OPEN_REFERRALS


@dataclass(frozen=True, slots=True)
class NoteView:
    """What one of the owner's people wrote for the others."""

    id: str
    author: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """Something to be done.

    Args:
        kind: ``own``, or what the program asks for.
        words: Of the one who wrote it; empty if the program did.
        due_on: Its day, where the owner is.
        is_late: Whether that is over and it is not done.
        done_by: Name of who did it.
    """

    id: str
    kind: str
    words: str
    assignee: int | None
    assignee_name: str | None
    due_on: date | None
    is_late: bool
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True)
class TriageLine:
    """A line of the checklist.

    Args:
        kind: Of :class:`directory.cases.rules.triage.Line`, or of a record.
        title: Of a section of the guide of records, by language.
        parts: What belongs to it, by language.
        done_at: When it was ticked, if it is.
        done_by: Name of who ticked it.
    """

    kind: str
    title: Text | None
    parts: tuple[Text, ...]
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A case that this one was joined with; one may go there if it is theirs."""

    id: str
    reference: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case, with what was answered.

    Args:
        version: As the page shows it.
        organization: Row of its owner.
        owner: Name of it.
        is_with_directory: Whether that is the directory's own office.
        assignee: Row of who carries it.
        targets: Listings that the patient named, as ``kind:slug``, as wished.
        sharing: Who may see the answers now, likewise.
        into: The case that carries this one on, if it was joined with it.
        joined: Cases that this one carries on.
        can_be_parted: Whether being joined can still be undone.
    """

    id: str
    reference: str
    version: int
    inquiry: str
    organization: int
    owner: str
    is_with_directory: bool
    step: Step
    state: State
    due_at: datetime | None
    is_late: bool
    paused_for: PauseReason | None
    closing: Closing | None
    opened_at: datetime
    closed_at: datetime | None
    answered_at: datetime | None
    assignee: int | None
    assignee_name: str | None
    is_invented: bool
    person: Asker
    illness: Illness
    targets: tuple[str, ...]
    sharing: frozenset[str]
    referrals: tuple[OwnersReferral, ...]
    notes: tuple[NoteView, ...]
    tasks: tuple[TaskView, ...]
    triage: tuple[TriageLine, ...]
    into: Joined | None
    joined: tuple[Joined, ...]
    can_be_parted: bool

    @property
    def is_open(self) -> bool:
        """Return whether it was not closed."""
        return self.state is not State.CLOSED

    @property
    def triaged(self) -> int:
        """Return how many lines of the checklist are ticked."""
        return sum(each.done_at is not None for each in self.triage)


def case_page(
    session: Session, actor: Actor, keys: KeyRing, case: str, *, now: datetime
) -> CasePage:
    """Return a case of the actor's organization, with what was answered.

    That it is read is written down before, see
    :func:`directory.cases.actions.notes.note_read`.

    Args:
        session: Read only here.
        actor: Somebody of the owner.
        keys: To open what is sealed.
        case: Its id.
        now: Against which deadlines are judged.

    Raises:
        NotFoundError: If it is not theirs, or was erased.
        SealBrokenError: If something sealed was changed.
    """
    row = owned_case(session, actor, case)
    person, illness = sent_answers(session, keys, row.inquiry_id)
    key = data_key_of(session, keys, row.inquiry_id)
    names = _names(session, row)
    tasks = list(
        session.scalars(
            select(Task)
            .where(Task.case_id == case, Task.organization_id == actor.organization)
            .order_by(Task.due_at.is_(None), Task.due_at, Task.made_at, Task.id)
        )
    )
    allowed = shared(session, row.inquiry_id)
    owner = session.get_one(Organization, row.organization_id)
    joined = _joined(session, actor, row)
    return CasePage(
        id=row.id,
        reference=row.reference,
        version=row.version,
        inquiry=row.inquiry_id,
        organization=owner.id,
        owner=owner.name,
        is_with_directory=owner.kind == OrganizationKind.DIRECTORY,
        step=Step(row.step),
        state=State(row.state),
        due_at=row.due_at,
        is_late=row.due_at is not None and row.due_at < now,
        paused_for=PauseReason(row.paused_for) if row.paused_for else None,
        closing=Closing(row.closing) if row.closing else None,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        answered_at=row.answered_at,
        assignee=row.assignee_id,
        assignee_name=names.get(row.assignee_id or 0),
        is_invented=row.is_invented,
        person=person,
        illness=illness,
        targets=_targets(session, row.inquiry_id),
        sharing=allowed,
        referrals=_referrals(session, key, row, allowed, now),
        notes=_notes(session, key, row, actor),
        tasks=tuple(
            _task(key, each, names, now) for each in tasks if each.kind in TASKS
        ),
        triage=_triage(session, tasks, names),
        into=next((each for each in joined if each.id == row.duplicate_of), None),
        joined=tuple(each for each in joined if each.id != row.duplicate_of),
        can_be_parted=row.duplicate_of is not None
        and can_be_parted(row.closed_at, now),
    )


def record_lines(session: Session) -> Mapping[str, tuple[Text, tuple[Text, ...]]]:
    """Return the sections of the guide of records: their titles and what is in them.

    Empty while no such guide is there.
    """
    row = session.scalar(select(GuideRow).where(GuideRow.slug == RECORDS))
    if row is None:
        return {}
    document = GuideDocument.model_validate(row.document)
    return {
        section.id: (
            _text(section.titles),
            tuple(_text(point.label) for point in section.points if point.label),
        )
        for section in document.sections
        if any(point.label for point in section.points)
    }


def _text(names: Mapping[Literal["en", "zh", "ru", "ar"], str]) -> Text:
    return {str(tag): words for tag, words in names.items()}


def _names(session: Session, row: Case) -> Mapping[int, str]:
    """Return names of people who have something to do with a case, by row."""
    wanted = (
        select(Task.assignee_id)
        .where(Task.case_id == row.id, Task.assignee_id.is_not(None))
        .union(
            select(Task.done_by).where(
                Task.case_id == row.id, Task.done_by.is_not(None)
            ),
            select(Case.assignee_id).where(
                Case.id == row.id, Case.assignee_id.is_not(None)
            ),
        )
    )
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {each.id: each.name for each in found}


def _targets(session: Session, inquiry: str) -> tuple[str, ...]:
    rows = session.scalars(
        select(Target).where(Target.inquiry_id == inquiry).order_by(Target.place)
    )
    return tuple(f"{row.kind}:{row.slug}" for row in rows)


def _referrals(
    session: Session, key: bytes, case: Case, allowed: frozenset[str], now: datetime
) -> tuple[OwnersReferral, ...]:
    rows = session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id)
        .order_by(Referral.place, Referral.made_at, Referral.id)
    )
    return tuple(
        OwnersReferral(
            id=row.id,
            center=row.center,
            version=row.version,
            state=ReferralState(row.state),
            is_kept_here=row.organization_id is not None,
            is_shared=f"center:{row.center}" in allowed,
            is_leading=row.is_leading,
            is_late=row.due_at is not None and row.due_at < now,
            made_at=row.made_at,
            offered_at=row.offered_at,
            opened_at=row.opened_at,
            answered_at=row.answered_at,
            due_at=row.due_at,
            decline=Decline(row.decline) if row.decline else None,
            lacks=tuple(Lack(each) for each in row.lacks),
            words=_open(key, "referral", "words", row.id, row.words),
            reasons=from_json(_open(key, "referral", "reasons", row.id, row.reasons))
            if row.reasons
            else (),
            rules_version=row.rules_version,
        )
        for row in rows
    )


def _notes(
    session: Session, key: bytes, case: Case, actor: Actor
) -> tuple[NoteView, ...]:
    rows = session.execute(
        select(Note, Person.name)
        .join(Person, Person.id == Note.person_id)
        .where(Note.case_id == case.id, Note.organization_id == actor.organization)
        .order_by(Note.at.desc(), Note.id)
    )
    return tuple(
        NoteView(
            id=row.id,
            author=name,
            at=row.at,
            body=_open(key, "case_note", "body", row.id, row.body),
        )
        for row, name in rows
    )


def _task(key: bytes, row: Task, names: Mapping[int, str], now: datetime) -> TaskView:
    return TaskView(
        id=row.id,
        kind=row.kind,
        words=_open(key, "case_task", "body", row.id, row.body),
        assignee=row.assignee_id,
        assignee_name=names.get(row.assignee_id or 0),
        due_on=row.due_at.astimezone(CHINA).date() if row.due_at else None,
        is_late=row.done_at is None and row.due_at is not None and row.due_at < now,
        done_at=row.done_at,
        done_by=names.get(row.done_by or 0),
    )


def _triage(
    session: Session, tasks: list[Task], names: Mapping[int, str]
) -> tuple[TriageLine, ...]:
    ticked = {row.kind: row for row in tasks if row.kind not in TASKS and row.done_at}
    lines: list[tuple[str, Text | None, tuple[Text, ...]]] = [
        (line.value, None, ()) for line in Line
    ]
    lines += [
        (f"{RECORD}{section}", title, parts)
        for section, (title, parts) in record_lines(session).items()
    ]
    found = []
    for kind, title, parts in lines:
        row = ticked.get(kind)
        found.append(
            TriageLine(
                kind=kind,
                title=title,
                parts=parts,
                done_at=row.done_at if row else None,
                done_by=names.get(row.done_by or 0) if row else None,
            )
        )
    return tuple(found)


def _joined(session: Session, actor: Actor, row: Case) -> list[Joined]:
    """Return cases of the same owner with which this one was joined, either way."""
    rows = session.execute(
        select(Case.id, Case.reference)
        .where(
            owned(actor), or_(Case.duplicate_of == row.id, Case.id == row.duplicate_of)
        )
        .order_by(Case.opened_at, Case.id)
    )
    return [Joined(each.id, each.reference) for each in rows]


def _open(key: bytes, table: str, column: str, row: str, sealed: bytes | None) -> str:
    return "" if sealed is None else open_words(key, table, column, row, sealed)
