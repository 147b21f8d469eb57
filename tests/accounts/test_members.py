"""Who belongs to an organization, who says so, and what nobody can do."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from directory.accounts.actions.organizations import (
    found_organization,
    join,
    set_roles,
    switch,
)
from directory.accounts.actions.people import (
    LastAdminError,
    OwnAccountError,
    disable,
    enable,
    reset_factor,
)
from directory.accounts.actions.tokens import make_token
from directory.accounts.model import ApiToken, Membership, Organization, Person, SignIn
from directory.accounts.queries.acting import offices_of
from directory.accounts.queries.organizations import (
    Asked,
    find_organizations,
    members_page,
)
from directory.accounts.rules.life import INVITED_FOR
from directory.accounts.rules.members import (
    LastManagerError,
    RoleNotGivenError,
    SelfRaisedError,
    check_change,
)
from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import Actor, Role
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission
from directory.core.work import Work
from tests.conftest import NOW
from tests.submissions.people import acting
from tests.web.people import add_organization, add_person
from tests.web.people import join as seat

HOSPITAL, OFFICE = OrganizationKind.HOSPITAL, OrganizationKind.DIRECTORY
EDITOR, MANAGER = Role.HOSPITAL_EDITOR, Role.HOSPITAL_MANAGER


MANAGING = frozenset({MANAGER, EDITOR, Role.PERSON})


def roles_in(work, person, organization) -> set[Role]:
    found = work.session.scalars(
        select(Membership.role).where(
            Membership.person_id == person.id,
            Membership.organization_id == organization.id,
        )
    )
    return {Role(each) for each in found}


def last(work):
    return work.session.scalars(select(Entry).order_by(Entry.seq.desc())).first()


@pytest.fixture
def hospital(work):
    return add_organization(work.session, HOSPITAL)


@pytest.fixture
def manager(work, hospital):
    return acting(work, MANAGER, organization=hospital.id)


@pytest.fixture
def editor(work, hospital):
    person = add_person(work.session)
    seat(work.session, person, hospital, EDITOR)
    return person


def test_whoever_decides_claims_founds_and_seats(work):
    moderator = acting(work, Role.MODERATOR)
    person = add_person(work.session)

    row = found_organization(moderator, HOSPITAL, "Invented", ["b.test", "a.test"])
    join(moderator, person.id, row, MANAGER)
    join(moderator, person.id, row, MANAGER)

    office = work.session.get_one(Organization, row)
    assert office.domains == ["a.test", "b.test"]
    assert roles_in(work, person, office) == {MANAGER}
    assert last(work).event == "member.joined"
    assert last(work).facts == {"organization": office.public_id, "role": MANAGER.value}


def test_a_moderator_makes_no_administrators(work):
    moderator = acting(work, Role.MODERATOR)
    me, own = moderator.actor.person, moderator.actor.organization
    assert me is not None
    assert own is not None
    person = add_person(work.session)

    with pytest.raises(RefusedError):
        found_organization(moderator, OFFICE, "Invented office", ())
    with pytest.raises(RefusedError):
        join(moderator, person.id, own, Role.ADMIN)
    with pytest.raises(RefusedError):
        join(moderator, me, own, Role.ADMIN)


@pytest.mark.parametrize("role", [EDITOR, MANAGER, Role.FACILITATOR_MANAGER])
def test_nobody_else_founds_or_seats(work, role):
    somebody = acting(work, role)
    person = add_person(work.session)

    with pytest.raises(RefusedError):
        found_organization(somebody, HOSPITAL, "Invented", ())
    with pytest.raises(RefusedError):
        join(somebody, person.id, somebody.actor.organization or 0, role)


def test_an_organization_gives_its_own_roles_only(work, hospital):
    with pytest.raises(RoleNotGivenError):
        join(work, add_person(work.session).id, hospital.id, Role.MODERATOR)
    with pytest.raises(NotFoundError):
        join(work, 999_999, hospital.id, EDITOR)
    with pytest.raises(NotFoundError):
        join(work, add_person(work.session).id, 999_999, EDITOR)


def test_a_manager_changes_what_somebody_is(work, manager, hospital, editor):
    set_roles(manager, hospital.public_id, editor.public_id, {MANAGER})

    assert roles_in(work, editor, hospital) == {MANAGER}
    assert last(work).event == "member.roles-changed"


def test_what_stays_the_same_is_not_written_down(work, manager, hospital, editor):
    before = last(work)

    set_roles(manager, hospital.public_id, editor.public_id, {EDITOR})

    assert last(work) is before


def test_whoever_is_put_out_loses_tokens_and_rights(work, manager, hospital, editor):
    theirs = acting(work, EDITOR, organization=hospital.id)
    make_token(
        theirs, name="t", scopes=[Permission.RECHECK_LISTING.value], lasts=INVITED_FOR
    )
    person = work.session.get_one(Person, theirs.actor.person)

    set_roles(manager, hospital.public_id, person.public_id, ())

    assert offices_of(work.session, person.id) == ()
    assert work.session.scalars(select(ApiToken.ended_at)).all() == [NOW]
    assert last(work).event == "member.removed"


def test_managers_know_nothing_of_other_organizations(work, manager, editor):
    other = add_organization(work.session, HOSPITAL)
    member = add_person(work.session)
    seat(work.session, member, other, EDITOR)

    with pytest.raises(NotFoundError):
        set_roles(manager, other.public_id, member.public_id, {MANAGER})
    with pytest.raises(NotFoundError):
        members_page(work.session, manager.actor, other.public_id, now=NOW)


def test_nobody_is_changed_who_does_not_belong(work, manager, hospital):
    with pytest.raises(NotFoundError):
        set_roles(
            manager, hospital.public_id, add_person(work.session).public_id, {EDITOR}
        )


def test_editors_manage_nobody(work, hospital, editor):
    with pytest.raises(RefusedError):
        set_roles(
            acting(work, EDITOR, organization=hospital.id),
            hospital.public_id,
            editor.public_id,
            {MANAGER},
        )


def test_the_last_manager_stays_even_for_administrators(work, manager, hospital):
    person = work.session.get_one(Person, manager.actor.person)

    for someone in (manager, acting(work, Role.ADMIN)):
        with pytest.raises(LastManagerError):
            set_roles(someone, hospital.public_id, person.public_id, {EDITOR})


def test_a_manager_whose_account_is_closed_does_not_count(work, manager, hospital):
    closed = add_person(work.session)
    closed.active = False
    seat(work.session, closed, hospital, MANAGER)
    person = work.session.get_one(Person, manager.actor.person)

    with pytest.raises(LastManagerError):
        set_roles(manager, hospital.public_id, person.public_id, ())


@pytest.mark.parametrize(
    ("kind", "had", "wanted", "error"),
    [
        (OFFICE, {Role.ADMIN}, {Role.ADMIN, Role.MODERATOR}, SelfRaisedError),
        (HOSPITAL, {EDITOR}, {MANAGER}, SelfRaisedError),
        (OFFICE, {Role.ADMIN}, {Role.HOSPITAL_EDITOR}, RoleNotGivenError),
        (HOSPITAL, {MANAGER}, {EDITOR}, None),
        (OFFICE, {Role.ADMIN, Role.MODERATOR}, {Role.MODERATOR}, None),
        (HOSPITAL, {MANAGER}, set(), None),
    ],
)
def test_nobody_raises_themselves(kind, had, wanted, error):
    manager = {HOSPITAL: MANAGER, OFFICE: Role.ADMIN}[kind]
    members = {1: frozenset(had), 2: frozenset({manager})}

    def change():
        check_change(kind, members, person=1, roles=frozenset(wanted), by=1)

    if error is None:
        change()
    else:
        with pytest.raises(error):
            change()


def test_two_managers_cannot_put_each_other_out_at_once(engine):
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        office = add_organization(session, HOSPITAL)
        people = [add_person(session) for _ in range(2)]
        for each in people:
            seat(session, each, office, MANAGER)
        office_id, public_id = office.id, office.public_id
        ids = [(each.id, each.public_id) for each in people]
    start, outcomes = threading.Barrier(2), []

    def put_out(me: int, other: str) -> None:
        start.wait()
        try:
            with sessions.begin() as session:
                actor = Actor(
                    "person:test", MANAGING, person=me, organization=office_id
                )
                work = Work(session, actor, NOW)
                set_roles(work, public_id, other, ())
            outcomes.append("done")
        except (LastManagerError, NotFoundError, RefusedError) as error:
            outcomes.append(type(error).__name__)

    threads = [
        threading.Thread(target=put_out, args=(ids[0][0], ids[1][1])),
        threading.Thread(target=put_out, args=(ids[1][0], ids[0][1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sessions() as session:
        left = session.scalars(
            select(Membership.person_id).where(Membership.organization_id == office_id)
        ).all()
    assert outcomes.count("done") == 1
    assert len(left) == 1


def test_one_switches_to_ones_own_only(work, hospital, editor):
    other = add_organization(work.session, HOSPITAL)
    own = acting(work, EDITOR, organization=hospital.id)
    row = SignIn(
        digest="d" * 64,
        person_id=own.actor.person,
        began_at=NOW,
        seen_at=NOW,
        proved_at=NOW,
        browser="",
    )
    work.session.add(row)
    work.session.flush()

    with pytest.raises(NotFoundError):
        switch(own, row.id, other.public_id)
    switch(own, row.id, hospital.public_id)
    assert row.organization_id == hospital.id
    stranger = acting(work, EDITOR, organization=hospital.id)
    with pytest.raises(NotFoundError):
        switch(stranger, row.id, hospital.public_id)


def test_accounts_are_closed_opened_and_freed_of_a_factor(work):
    admin = acting(work, Role.ADMIN)
    person = add_person(work.session)
    person.tf_totp_secret, person.mf_recovery_codes = "x", ["y"]

    disable(admin, person.public_id)
    closed = person.active
    enable(admin, person.public_id)
    assert (closed, person.active) == (False, True)
    reset_factor(admin, person.public_id)
    left = [person.tf_totp_secret, person.mf_recovery_codes]
    assert left == [None, None]


def test_administrators_do_not_lock_themselves_out(work):
    admin = acting(work, Role.ADMIN)
    me = work.session.get_one(Person, admin.actor.person).public_id

    with pytest.raises(OwnAccountError):
        disable(admin, me)
    with pytest.raises(OwnAccountError):
        reset_factor(admin, me)
    with pytest.raises(LastAdminError):
        disable(work, me)


@pytest.mark.parametrize("act", [disable, enable, reset_factor])
@pytest.mark.parametrize("role", [Role.MODERATOR, MANAGER])
def test_only_administrators_look_after_accounts(work, act, role):
    with pytest.raises(RefusedError):
        act(acting(work, role), add_person(work.session).public_id)


def test_organizations_are_counted_with_their_people(work, hospital, editor):
    seat(work.session, editor, hospital, MANAGER)
    seat(work.session, add_person(work.session), hospital, EDITOR)

    found, total = find_organizations(work.session, Asked(text=hospital.name.upper()))

    assert total == 1
    assert found[0].members == 2
