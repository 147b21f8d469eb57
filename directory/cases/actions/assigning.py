"""Who carries a case: one of the owner's people, or another owner."""

from __future__ import annotations

from collections.abc import Mapping

from directory.accounts.model import Organization
from directory.accounts.queries.people import colleagues
from directory.cases.actions.offering import give_to, may_own
from directory.cases.actions.telling import tell
from directory.cases.model import Case
from directory.cases.queries.access import held_case
from directory.cases.rules.machine import CaseRestsError, HandOverRefusedError
from directory.cases.rules.states import Side, State
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work


def assign(work: Work, case: str, person: int | None, version: int) -> None:
    """Let one of the owner's people carry a case; nothing if they do already.

    Args:
        work: The transaction.
        case: Its id.
        person: Row of who carries it; nobody, if it is to be all of theirs again.
        version: As the page showed it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs, or the person is not one of them.
        CaseChangedError: If it changed since the page was made.
        CaseRestsError: If it was closed.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    _check_person(work, person)
    if row.state == State.CLOSED.value:
        raise CaseRestsError
    _assign(work, row, person)


def assign_many(
    work: Work, cases: Mapping[str, int], person: int | None
) -> tuple[str, ...]:
    """Let one of the owner's people carry several cases.

    Args:
        work: The transaction.
        cases: The version of each, as the page showed it, by its id.
        person: As for :func:`assign`.

    Returns:
        Ids of those that had changed, or were closed, and were left as they are.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If one is not theirs, or the person is not one of them.
    """
    work.require(Permission.WORK_ON_CASE)
    _check_person(work, person)
    changed = []
    # In one order everywhere, so that two people cannot wait for each other.
    for name in sorted(cases):
        row = held_case(work, name)
        if row.version != cases[name] or row.state == State.CLOSED.value:
            changed.append(name)
        else:
            _assign(work, row, person)
    return tuple(changed)


def hand_over(
    work: Work,
    case: str,
    organization: int,
    version: int,
    keys: KeyRing | None = None,
) -> None:
    """Give a case to the directory's office, or to a facilitator that may see it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs, or there is no such organization.
        CaseChangedError: If it changed since the page was made.
        CaseRestsError: If it was closed.
        HandOverRefusedError: If the patient has not agreed that it sees the case, or
            it has the case already.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    if row.state == State.CLOSED.value:
        raise CaseRestsError
    if work.session.get(Organization, organization) is None:
        raise NotFoundError(organization=organization)
    if organization == row.organization_id or not may_own(
        work, row.inquiry_id, organization
    ):
        raise HandOverRefusedError
    give_to(work, keys, row, organization, side=Side.FACILITATOR)


def _assign(work: Work, case: Case, person: int | None) -> None:
    if case.assignee_id == person:
        return
    before, case.assignee_id = case.assignee_id, person
    tell(
        work,
        case,
        Kind.ASSIGNED,
        side=Side.FACILITATOR,
        is_news=person is not None,
        before=before,
        to=person,
    )


def _check_person(work: Work, person: int | None) -> None:
    """Refuse people who do not work on cases for the actor's organization."""
    if person is None:
        return
    people = colleagues(work.session, work.actor.organization or 0, Role.FACILITATOR)
    if person not in {one.id for one in people}:
        raise NotFoundError(person=person)
