"""Sessions, attempts and factors, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.accounts.actions import factors, registering, signing_in
from directory.accounts.actions.factors import (
    CodeUsedError,
    LastFactorError,
    NewPasskey,
    PasskeyKnownError,
)
from directory.accounts.actions.registering import LinkUsedError, NewAccount
from directory.accounts.actions.signing_in import (
    ChallengeSpentError,
    TooManyAttemptsError,
)
from directory.accounts.model import Attempt, Person, SignIn
from directory.accounts.queries.acting import signed_in_with
from directory.accounts.queries.sign_ins import credentials, open_sessions
from directory.accounts.rules.marks import subject_of
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import VISITOR, Actor, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.text import Language
from tests.web.people import add_organization, add_person, join

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def visit(work):
    """Return the work of somebody who has not signed in."""
    return replace(work, actor=VISITOR)


@pytest.fixture
def person(work):
    return add_person(work.session)


@pytest.fixture
def own(work, person):
    """Return the work of the person."""
    return as_person(work, person)


def as_person(work, person):
    actor = Actor(
        f"person:{person.public_id}", frozenset({Role.PERSON}), person=person.id
    )
    return replace(work, actor=actor)


def begin(work, person, **more):
    given: dict[str, Any] = {
        "browser": "Invented",
        "second_factor": False,
        "is_known": True,
    }
    return signing_in.begin(work, person.public_id, **(given | more))


def passkey(name: str) -> NewPasskey:
    return NewPasskey(name.encode(), b"key", 0, ["internal"], False, "x", name)


def later(work, **time):
    return replace(work, now=work.now + timedelta(**time))


def test_attempts_are_counted_by_key(visit):
    for _ in range(10):
        signing_in.count_attempt(visit, KEY)

    with pytest.raises(TooManyAttemptsError) as refused:
        signing_in.count_attempt(visit, KEY)

    assert refused.value.facts["until"] == visit.now + timedelta(minutes=10)
    signing_in.count_attempt(visit, OTHER)
    signing_in.count_attempt(later(visit, minutes=10), KEY)


def test_attempts_are_forgotten_after_a_day(visit):
    signing_in.count_attempt(visit, KEY)

    signing_in.count_attempt(later(visit, days=1), OTHER)

    assert visit.session.scalars(select(Attempt.key)).all() == [OTHER]


def test_a_challenge_is_spent_once(visit):
    signing_in.spend(visit, KEY)

    with pytest.raises(ChallengeSpentError):
        signing_in.spend(visit, KEY)


def test_beginning_forgets_the_attempts_that_led_to_it(visit, person):
    signing_in.count_attempt(visit, KEY)
    signing_in.count_attempt(visit, OTHER)

    begin(visit, person, attempts=(KEY,))

    assert visit.session.scalars(select(Attempt.key)).all() == [OTHER]


@pytest.mark.parametrize("change", [{"active": False}, {"confirmed_at": None}])
def test_who_may_not_sign_in_does_not(visit, person, change):
    for name, value in change.items():
        setattr(person, name, value)
    visit.session.flush()

    with pytest.raises(NotFoundError):
        begin(visit, person)

    assert visit.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_a_new_secret_ends_the_old_one(visit, own, person):
    old = begin(visit, person)
    row = visit.session.scalars(select(SignIn)).one()

    new = signing_in.renew(own, row.id, second_factor=True)

    assert signed_in_with(own.session, old, own.now) is None
    found = signed_in_with(own.session, new, own.now)
    assert found
    assert found.has_second_factor


def test_the_organization_acted_for_last_is_acted_for_again(visit, person):
    office = add_organization(visit.session, OrganizationKind.HOSPITAL, "Zz")
    first = add_organization(visit.session, OrganizationKind.HOSPITAL, "Aa")
    for each in (office, first):
        join(visit.session, person, each, Role.HOSPITAL_EDITOR)
    begin(visit, person)
    visit.session.scalars(select(SignIn)).one().organization_id = office.id

    secret = begin(visit, person)

    found = signed_in_with(visit.session, secret, visit.now)
    assert found
    assert found.office
    assert found.office.id == office.id


def test_a_lost_role_is_lost_with_the_next_request(visit, person):
    office = add_organization(visit.session, OrganizationKind.DIRECTORY)
    join(visit.session, person, office, Role.ADMIN)
    secret = begin(visit, person, second_factor=True)
    found = signed_in_with(visit.session, secret, visit.now)
    assert found
    assert Role.ADMIN in found.actor.roles
    visit.session.execute(Person.metadata.tables["membership"].delete())

    found = signed_in_with(visit.session, secret, visit.now)

    assert found
    assert found.actor.roles == {Role.PERSON}


def test_sessions_of_others_are_not_found(visit, own, person):
    other = add_person(visit.session)
    begin(visit, other)
    row = visit.session.scalars(select(SignIn)).one()

    for action in (signing_in.end, signing_in.renew):
        with pytest.raises(NotFoundError):
            action(own, row.id)
    signing_in.note_seen(later(own, minutes=5), row.id)

    assert row.ended_at is None
    assert row.seen_at == visit.now


def test_an_ended_session_is_renewed_by_nobody(visit, own, person):
    begin(visit, person)
    row = visit.session.scalars(select(SignIn)).one()
    signing_in.end(own, row.id)

    with pytest.raises(NotFoundError):
        signing_in.renew(own, row.id)


def test_sessions_that_are_over_are_not_listed(visit, own, person):
    begin(visit, person)
    begin(later(visit, minutes=20), person)

    found = open_sessions(own.session, person.id, own.now + timedelta(minutes=31))

    assert len(found) == 1


@pytest.mark.parametrize(
    "action",
    [
        lambda work: signing_in.end(work, 1),
        lambda work: signing_in.renew(work, 1),
        lambda work: signing_in.note_seen(work, 1),
        signing_in.end_everywhere,
        lambda work: registering.change_password(work, 1, "x"),
        lambda work: registering.change_details(work, "x", Language.EN),
        lambda work: registering.ask_for_address(work, "x@example.org"),
        lambda work: factors.set_up_app(work, "x", 1),
        factors.remove_app,
        lambda work: factors.add_passkey(work, passkey("x")),
        lambda work: factors.remove_passkey(work, 1),
        lambda work: factors.set_spare_codes(work, []),
    ],
)
def test_whoever_has_not_signed_in_keeps_no_account(visit, action):
    with pytest.raises(RefusedError):
        action(visit)


def test_a_code_is_used_once_and_none_before_it_after(visit, person):
    factors.use_app_code(visit, person.public_id, 7)

    for step in (7, 6):
        with pytest.raises(CodeUsedError):
            factors.use_app_code(visit, person.public_id, step)
    factors.use_app_code(visit, person.public_id, 8)


def test_a_spare_code_is_used_once(visit, own, person):
    factors.set_spare_codes(own, [KEY, OTHER])
    factors.use_spare_code(visit, person.public_id, KEY)

    with pytest.raises(CodeUsedError):
        factors.use_spare_code(visit, person.public_id, KEY)

    assert person.mf_recovery_codes == [OTHER]


def test_a_passkey_belongs_to_one_account(visit, own, person):
    factors.add_passkey(own, passkey("one"))

    with pytest.raises(PasskeyKnownError):
        factors.add_passkey(as_person(visit, add_person(visit.session)), passkey("one"))


def test_the_last_factor_of_staff_stays(own, person):
    office = add_organization(own.session, OrganizationKind.DIRECTORY)
    join(own.session, person, office, Role.MODERATOR)
    factors.add_passkey(own, passkey("one"))
    factors.add_passkey(own, passkey("two"))
    found = credentials(own.session, person.public_id)
    assert found
    first, second = (key.id for key in found.passkeys)
    factors.remove_passkey(own, first)

    with pytest.raises(LastFactorError):
        factors.remove_passkey(own, second)

    factors.set_up_app(own, "sealed", 1)
    factors.remove_passkey(own, second)
    with pytest.raises(LastFactorError):
        factors.remove_app(own)


def test_passkeys_of_others_are_not_found(visit, own):
    other = as_person(visit, add_person(visit.session))
    factors.add_passkey(other, passkey("theirs"))
    found = credentials(visit.session, other.actor.name.partition(":")[2])
    assert found

    with pytest.raises(NotFoundError):
        factors.remove_passkey(own, found.passkeys[0].id)


def test_a_password_set_by_a_link_uses_the_link_up(visit, person):
    begin(visit, person)
    subject = subject_of(person.public_id, person.fs_uniquifier)

    registering.reset(visit, subject, "hash")

    assert person.password == "hash"
    assert open_sessions(visit.session, person.id, visit.now) == ()
    with pytest.raises(LinkUsedError):
        registering.reset(visit, subject, "other")


def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(visit, own, person):
    registering.ask_for_address(own, "new@example.org")
    subject = subject_of(person.public_id, person.fs_uniquifier, "new@example.org")
    account = NewAccount("Other", "new@example.org", "hash", Language.EN)
    registering.register(visit, account)

    with pytest.raises(LinkUsedError):
        registering.confirm_address(visit, subject)
