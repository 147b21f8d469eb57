"""What proves a person besides the password: codes of an app, passkeys, spare codes."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from directory.accounts.model import Membership, Organization, Passkey, Person
from directory.accounts.rules.roles import SECOND_FACTOR, OrganizationKind, given
from directory.audit import actions as log
from directory.core.actor import Role
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue

MOST_PASSKEYS = 20
"""That one account may have."""

AUTHENTICATOR = "authenticator"
"""What the column of the first method says when there is an app."""


class LastFactorError(DirectoryError):
    """A role needs a second factor, and this is the only one."""

    code = "factor.last"


class PasskeyKnownError(DirectoryError):
    """The passkey is registered already, or there are too many."""

    code = "passkey.known"


class CodeUsedError(DirectoryError):
    """The code was used before, by whoever came a moment earlier."""

    code = "factor.code-used"


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey as its device registered it.

    Args:
        credential_id: Its name for itself.
        public_key: In COSE.
        sign_count: How often it says that it was used.
        transports: How it is reached.
        is_backed_up: Whether it is kept elsewhere too.
        device_type: ``single_device`` or ``multi_device``.
        name: What its owner calls it.
    """

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: list[str]
    is_backed_up: bool
    device_type: str
    name: str = field(repr=False)


def set_up_app(work: Work, secret: str, counter: int) -> None:
    """Let an authenticator app prove the actor from now on.

    Args:
        work: The transaction.
        secret: Sealed.
        counter: Time step of the code that showed that the app works.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    person.tf_primary_method = AUTHENTICATOR
    person.tf_totp_secret, person.tf_totp_counter = secret, counter
    _added(work, person, "app")


def use_app_code(work: Work, public_id: str, counter: int) -> None:
    """Use a code of an app up, so that it works once.

    Args:
        work: The transaction.
        public_id: Of the person.
        counter: Time step of the code.

    Raises:
        CodeUsedError: If it, or a later one, was used before.
    """
    work.require(Permission.SIGN_IN)
    person = _person(work, public_id)
    if (person.tf_totp_counter or 0) >= counter:
        raise CodeUsedError
    person.tf_totp_counter = counter
    work.session.flush()


def remove_app(work: Work) -> None:
    """Take the authenticator app away.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If there is none.
        LastFactorError: If a role needs it.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    if person.tf_totp_secret is None:
        raise NotFoundError
    _keep_one(work, person, remaining=_passkeys(work, person))
    person.tf_primary_method = None
    person.tf_totp_secret = person.tf_totp_counter = None
    _removed(work, person, "app")


def add_passkey(work: Work, passkey: NewPasskey) -> None:
    """Let a passkey prove the actor from now on.

    Raises:
        RefusedError: If nobody is signed in.
        PasskeyKnownError: If it is registered, or there are too many.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    known = work.session.scalar(
        select(Passkey.id).where(Passkey.credential_id == passkey.credential_id)
    )
    if known or _passkeys(work, person) >= MOST_PASSKEYS:
        raise PasskeyKnownError
    work.session.add(
        Passkey(
            person_id=person.id,
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            transports=passkey.transports,
            backup_state=passkey.is_backed_up,
            device_type=passkey.device_type,
            name=passkey.name,
            usage="first",
            added_at=work.now,
            used_at=work.now,
        )
    )
    _added(work, person, "passkey")


def use_passkey(
    work: Work, passkey: int, *, sign_count: int, is_backed_up: bool
) -> None:
    """Write down that a passkey was used.

    Args:
        work: The transaction.
        passkey: Its row.
        sign_count: How often it says that it was used.
        is_backed_up: Whether it is kept elsewhere too.

    Raises:
        NotFoundError: If it was removed meanwhile.
    """
    work.require(Permission.SIGN_IN)
    row = work.session.get(Passkey, passkey)
    if row is None:
        raise NotFoundError(passkey=passkey)
    row.sign_count, row.backup_state, row.used_at = sign_count, is_backed_up, work.now
    work.session.flush()


def remove_passkey(work: Work, passkey: int) -> None:
    """Take a passkey away.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If it is not the actor's.
        LastFactorError: If a role needs it.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    row = work.session.get(Passkey, passkey)
    if row is None or row.person_id != person.id:
        raise NotFoundError(passkey=passkey)
    remaining = _passkeys(work, person) - 1 + bool(person.tf_totp_secret)
    _keep_one(work, person, remaining=remaining)
    work.session.delete(row)
    _removed(work, person, "passkey")


def set_spare_codes(work: Work, digests: Sequence[str]) -> None:
    """Put new spare codes in the place of all older ones.

    Args:
        work: The transaction.
        digests: Keyed digests of the codes.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    person.mf_recovery_codes = list(digests)
    work.session.flush()
    log.record(work, "factor.spare-codes-made", work.actor.name, count=len(digests))


def use_spare_code(work: Work, public_id: str, digest: str) -> None:
    """Use a spare code up.

    Args:
        work: The transaction.
        public_id: Of the person.
        digest: Keyed digest of the code.

    Raises:
        CodeUsedError: If it is none of theirs, or was used before.
    """
    work.require(Permission.SIGN_IN)
    person = _person(work, public_id)
    kept = person.mf_recovery_codes or []
    left = [each for each in kept if not hmac.compare_digest(each, digest)]
    if len(left) == len(kept):
        raise CodeUsedError
    person.mf_recovery_codes = left
    work.session.flush()
    log.record(work, "factor.spare-code-used", f"person:{public_id}", left=len(left))
    _tell(work, person, "spare-code")


def _keep_one(work: Work, person: Person, *, remaining: int) -> None:
    if remaining:
        return
    rows = work.session.execute(
        select(Organization.kind, Membership.role)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.person_id == person.id)
    )
    held = given((OrganizationKind(kind), Role(role)) for kind, role in rows)
    if not held.isdisjoint(SECOND_FACTOR):
        raise LastFactorError
    person.mf_recovery_codes = None


def _passkeys(work: Work, person: Person) -> int:
    counted = select(func.count()).where(Passkey.person_id == person.id)
    return work.session.scalar(counted) or 0


def _added(work: Work, person: Person, what: str) -> None:
    work.session.flush()
    log.record(work, "factor.added", work.actor.name, what=what)
    _tell(work, person, "factor-added")


def _removed(work: Work, person: Person, what: str) -> None:
    work.session.flush()
    log.record(work, "factor.removed", work.actor.name, what=what)
    _tell(work, person, "factor-removed")


def _tell(work: Work, person: Person, what: str) -> None:
    queue.promise(work, "mail.security-changed", person=person.public_id, what=what)


def _person(work: Work, public_id: str) -> Person:
    person = work.session.scalar(
        select(Person)
        .where(Person.public_id == public_id, Person.active)
        .with_for_update()
    )
    if person is None:
        raise NotFoundError(person=public_id)
    return person


def _self(work: Work) -> Person:
    person = work.session.get(Person, work.actor.person, with_for_update=True)
    if person is None:
        raise NotFoundError
    return person
