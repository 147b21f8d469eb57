"""Invitations are accepted once, by whom they went to, while they hold."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory.accounts.actions.invitations import (
    AlreadyInvitedError,
    AlreadyMemberError,
    HasAccountError,
    InvitationOverError,
    OtherAddressError,
    accept,
    accept_as_new,
    invite,
    invite_first_admin,
    withdraw_invitation,
)
from directory.accounts.model import Invitation, Membership, Organization, Person
from directory.accounts.queries.organizations import invitation_page, members_page
from directory.accounts.rules.invitations import InvitationState
from directory.accounts.rules.life import INVITED_FOR
from directory.audit.model import Entry
from directory.core.actor import VISITOR, Role
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError, RefusedError
from directory.core.links import Links, Purpose
from directory.core.text import Language
from directory.core.work import Work
from directory.jobs.letters.letter import Asked
from directory.jobs.letters.organizations import invitation as write
from directory.outbox.model import Promise
from tests.conftest import NOW
from tests.submissions.people import acting
from tests.web.people import add_person

EDITOR, MANAGER = Role.HOSPITAL_EDITOR, Role.HOSPITAL_MANAGER
EMAIL = "invited@example.org"
LINKS = Links("invented" * 8, "https://directory.example.org")


@pytest.fixture
def manager(work):
    return acting(work, MANAGER)


@pytest.fixture
def office(work, manager):
    return work.session.get_one(Organization, manager.actor.organization)


@pytest.fixture
def made(manager, office):
    return invite(manager, office.public_id, f" {EMAIL.upper()} ", EDITOR, Language.RU)


@pytest.fixture
def visit(work):
    return replace(work, actor=VISITOR)


def take(visit, made, name="Invented Newcomer"):
    return accept_as_new(visit, made, name=name, password="hash")


def test_an_invitation_promises_one_letter_and_tells_no_address(work, made):
    row = work.session.scalars(select(Invitation)).one()
    promise = work.session.scalars(select(Promise)).one()
    entry = work.session.scalars(select(Entry).order_by(Entry.seq.desc())).first()

    assert (row.email, row.language) == (EMAIL, "ru")
    assert row.expires_at == NOW + INVITED_FOR
    assert promise.payload == {"invitation": made}
    assert EMAIL not in str((entry.subject, entry.facts))


def test_somebody_new_becomes_a_person_with_a_proved_address(work, visit, made, office):
    person, organization = take(visit, made)

    row = work.session.get_one(Person, person)
    assert organization == office.id
    assert (row.email, row.confirmed_at, row.language) == (EMAIL, NOW, "ru")
    entries = work.session.scalars(select(Entry).order_by(Entry.seq)).all()[-3:]
    assert [each.event for each in entries] == [
        "person.joined-by-invitation",
        "invitation.accepted",
        "member.joined",
    ]
    assert {each.actor for each in entries} == {f"person:{row.public_id}"}


def test_it_is_accepted_once(visit, made):
    take(visit, made)

    with pytest.raises(InvitationOverError):
        take(visit, made)


def test_it_runs_out(work, visit, made):
    late = replace(visit, now=NOW + INVITED_FOR)

    with pytest.raises(InvitationOverError):
        take(late, made)
    page = invitation_page(work.session, made, now=late.now)
    assert page.state is InvitationState.EXPIRED


def test_it_can_be_withdrawn(visit, manager, made, office):
    withdraw_invitation(manager, office.public_id, made)

    with pytest.raises(InvitationOverError):
        take(visit, made)
    with pytest.raises(InvitationOverError):
        withdraw_invitation(manager, office.public_id, made)
    page = members_page(manager.session, manager.actor, office.public_id, now=NOW)
    assert page.invitations == ()


def test_only_its_address_accepts_it(work, made):
    other = acting(work)
    right = acting(work, email=EMAIL)

    with pytest.raises(OtherAddressError):
        accept(other, made)
    accept(right, made)
    held = work.session.scalars(
        select(Membership.role).where(Membership.person_id == right.actor.person)
    ).all()
    assert held == [EDITOR.value]


def test_a_visitor_without_an_account_does_not_accept_as_somebody(visit, made):
    with pytest.raises(NotFoundError):
        accept(visit, made)


def test_an_account_is_never_taken_over(work, visit, made):
    add_person(work.session, email=EMAIL)

    with pytest.raises(HasAccountError):
        take(visit, made)
    assert invitation_page(work.session, made, now=NOW).has_account


def test_an_account_that_nobody_proved_does_not_keep_its_password(work, visit, made):
    laid = add_person(work.session, name="Somebody Else", email=EMAIL)
    laid.confirmed_at, laid.password, before = None, "laid", laid.fs_uniquifier

    person, _office = take(visit, made)

    assert person == laid.id
    assert (laid.name, laid.password) == ("Invented Newcomer", "hash")
    assert laid.fs_uniquifier != before


def test_a_closed_account_is_not_opened_by_it(work, visit, made):
    closed = add_person(work.session, email=EMAIL)
    closed.active, closed.confirmed_at = False, None

    with pytest.raises(HasAccountError):
        take(visit, made)


def test_one_address_is_invited_once_at_a_time(work, manager, office, made):
    with pytest.raises(AlreadyInvitedError):
        invite(manager, office.public_id, EMAIL, MANAGER, Language.EN)

    later = replace(manager, now=NOW + INVITED_FOR + timedelta(seconds=1))
    assert invite(later, office.public_id, EMAIL, EDITOR, Language.EN) != made


def test_whoever_has_the_role_is_not_invited_to_it(work, manager, office):
    me = work.session.get_one(Person, manager.actor.person)

    with pytest.raises(AlreadyMemberError):
        invite(manager, office.public_id, me.email, MANAGER, Language.EN)


@pytest.mark.parametrize("role", [EDITOR, Role.MODERATOR, Role.FACILITATOR])
def test_who_manages_nobody_invites_nobody(work, role):
    somebody = acting(work, role)
    office = work.session.get_one(Organization, somebody.actor.organization)

    with pytest.raises(RefusedError):
        invite(somebody, office.public_id, EMAIL, role, Language.EN)


def test_managers_invite_into_their_own_organization_only(work, manager):
    other = acting(work, MANAGER)
    office = work.session.get_one(Organization, other.actor.organization)

    with pytest.raises(NotFoundError):
        invite(manager, office.public_id, EMAIL, EDITOR, Language.EN)


def test_the_first_administrator_is_invited_while_there_is_none(work):
    made = invite_first_admin(work, EMAIL, Language.EN)

    assert invite_first_admin(work, EMAIL, Language.EN) is None
    take(replace(work, actor=VISITOR), made)
    assert invite_first_admin(work, "other@example.org", Language.EN) is None
    assert work.session.scalar(select(func.count()).select_from(Organization)) == 1


def test_nobody_but_the_program_invites_the_first_administrator(work, manager):
    for somebody in (manager, acting(work, Role.MODERATOR), acting(work, Role.ADMIN)):
        with pytest.raises(RefusedError):
            invite_first_admin(somebody, EMAIL, Language.EN)


def test_a_link_pressed_twice_at_once_makes_one_account(engine):
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        work = acting(Work(session, VISITOR, NOW), MANAGER)
        office = session.get_one(Organization, work.actor.organization)
        made = invite(work, office.public_id, EMAIL, EDITOR, Language.EN)
    start, outcomes = threading.Barrier(4), []

    def press() -> None:
        start.wait()
        try:
            with sessions.begin() as session:
                take(Work(session, VISITOR, NOW), made)
            outcomes.append("done")
        except InvitationOverError:
            outcomes.append("over")

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(outcomes) == ["done", "over", "over", "over"]
    with sessions() as session:
        found = session.scalars(select(Person).where(Person.email == EMAIL)).all()
    assert len(found) == 1


def test_the_letter_carries_a_link_that_opens_it(work, made, office):
    letter = write(Asked(work.session, {"invitation": made}, LINKS, NOW))

    assert letter.to == EMAIL
    token = letter.link.rpartition("/")[2]
    assert LINKS.read(Purpose.ACCEPT_INVITATION, token, NOW) == made
    assert letter.link.startswith("https://directory.example.org/ru/account/invit")
    assert letter.facts["office"] == office.name


@pytest.mark.parametrize("why", ["late", "accepted", "withdrawn", "unknown"])
def test_no_letter_leaves_that_is_not_needed(work, visit, manager, made, office, why):
    now = NOW
    if why == "late":
        now += INVITED_FOR
    elif why == "accepted":
        take(visit, made)
    elif why == "withdrawn":
        withdraw_invitation(manager, office.public_id, made)
    else:
        made = "0" * 32

    assert write(Asked(work.session, {"invitation": made}, LINKS, now)) is None
