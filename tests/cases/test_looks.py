"""Nobody looks into another's case in secret, for long, or without a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.cases.actions import erasing
from directory.cases.actions.looks import end_look, look_into, written_reference
from directory.cases.model import Look, Move
from directory.cases.queries.looks import (
    looked_into,
    looks,
    looks_of,
    looks_this_week,
)
from directory.cases.rules.looks import LookCode, ReasonTooShortError
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from tests.inquiries.invented import DAUGHTER, MYELOMA
from tests.submissions.people import acting
from tests.web.people import add_organization

WHY = "The daughter complained that nobody answers her."


@pytest.fixture
def admin(people):
    """Return an administrator of the directory's own office."""
    office = add_organization(people.patient.session, OrganizationKind.DIRECTORY)
    people.patient.session.commit()
    return acting(people.patient, Role.ADMIN, organization=office.id)


@pytest.fixture
def look(people, admin):
    found = look_into(
        admin, people.keys, people.row().reference, LookCode.COMPLAINT, WHY
    )
    people.patient.session.commit()
    return found


def shown(people, work, look):
    return looked_into(work.session, people.keys, work.actor, look, now=work.now)


def test_a_look_shows_the_case_for_an_hour(people, admin, look):
    found = shown(people, admin, look)

    assert (found.asker, found.illness) == (DAUGHTER, MYELOMA)
    assert found.reference == people.row().reference
    assert found.lines[0].kind.value == "case.looked-into"
    assert (found.ends_at - admin.now).total_seconds() == 3600
    with pytest.raises(NotFoundError):
        shown(people, replace(admin, now=found.ends_at), look)


def test_the_patient_reads_who_when_and_why(people, admin, look):
    (found,) = looks_of(people.patient.session, people.keys, people.inquiry)

    assert look
    assert (found.role, found.code, found.words) == (
        Role.ADMIN,
        LookCode.COMPLAINT,
        WHY,
    )
    assert found.organization
    assert found.began_at == admin.now


def test_the_reason_stands_nowhere_in_clear(people, look):
    row = people.patient.session.get_one(Look, look)
    move = people.patient.session.query(Move).filter_by(kind="case.looked-into").one()
    entry = (
        people.patient.session.query(Entry).filter_by(event="case.looked-into").one()
    )

    assert WHY.encode() not in row.reason
    assert "complained" not in f"{move.facts} {entry.facts}"
    assert move.facts == {"look": look, "reason": "complaint"}
    assert not move.is_internal
    assert move.organization_id is not None


def test_another_administrator_does_not_read_along(people, admin, look):
    other = acting(people.patient, Role.ADMIN, organization=admin.actor.organization)

    with pytest.raises(NotFoundError):
        shown(people, other, look)
    with pytest.raises(NotFoundError):
        end_look(other, look)
    (row,) = looks(other.session, other.actor, now=other.now)
    assert (row.id, row.is_mine) == (look, False)


def test_a_look_can_be_ended_early(people, admin, look):
    later = replace(admin, now=people.later(minutes=5).patient.now)

    end_look(later, look)
    end_look(later, look)

    with pytest.raises(NotFoundError):
        shown(people, later, look)
    events = people.patient.session.query(Entry).filter_by(event="look.ended").count()
    assert events == 1


@pytest.mark.parametrize("words", ["", "too short", "x" * 19, " " * 40, "y" * 1001])
def test_a_reason_that_says_too_little_is_refused(people, admin, words):
    with pytest.raises(ReasonTooShortError):
        look_into(admin, people.keys, people.row().reference, LookCode.LAW, words)

    assert people.patient.session.query(Look).count() == 0


def test_only_administrators_look(people, look):
    for work in (people.owner, people.east, people.patient, people.program):
        with pytest.raises(RefusedError):
            look_into(work, people.keys, people.row().reference, LookCode.LAW, WHY)
        with pytest.raises(RefusedError):
            shown(people, work, look)
        with pytest.raises(RefusedError):
            looks(work.session, work.actor, now=work.now)
        with pytest.raises(RefusedError):
            end_look(work, look)


def test_there_is_nothing_to_look_into_after_erasing(people, admin, look):
    erasing.erase_as_patient(people.patient, people.inquiry)

    with pytest.raises(NotFoundError):
        shown(people, admin, look)
    with pytest.raises(NotFoundError):
        look_into(admin, people.keys, people.row().reference, LookCode.LAW, WHY)
    with pytest.raises(NotFoundError):
        look_into(admin, people.keys, "ZZZZ-ZZZZ", LookCode.LAW, WHY)


def test_looks_are_counted_by_the_week(people, look):
    session, now = people.patient.session, people.patient.now

    assert look
    assert looks_this_week(session, now=now) == 1
    assert looks_this_week(session, now=people.later(days=8).patient.now) == 0


@pytest.mark.parametrize("typed", ["ABCD-EFGH", "abcdefgh", " abcd efgh "])
def test_a_reference_is_read_however_it_was_typed(typed):
    assert written_reference(typed) == "ABCD-EFGH"
