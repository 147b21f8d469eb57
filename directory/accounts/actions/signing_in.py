"""Signing in and out, and the sessions that come of it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import delete, select, text, update

from directory.accounts.model import Attempt, Person, SignIn
from directory.accounts.queries.acting import secret_digest
from directory.accounts.rules.guessing import MOST, REMEMBERED, open_at
from directory.accounts.rules.life import SEEN_EVERY
from directory.audit import actions as log
from directory.core.actor import Actor, Role
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue


class TooManyAttemptsError(DirectoryError):
    """There were too many wrong passwords or codes; ``until`` says how long."""

    code = "account.too-many-attempts"


class ChallengeSpentError(DirectoryError):
    """The answer of a passkey was used before."""

    code = "account.challenge-spent"


def count_attempt(work: Work, key: str) -> None:
    """Count an attempt before it is looked at, so that none escapes the count.

    Commit it before looking: whoever tries at once from many sides is counted by
    each. Attempts that succeed are forgotten.

    Args:
        work: The transaction.
        key: Digest of the account and of the browser, 64 characters.

    Raises:
        TooManyAttemptsError: If it has to wait.
    """
    work.require(Permission.SIGN_IN)
    _one_at_a_time(work, key)
    tried = work.session.scalars(
        select(Attempt.at)
        .where(Attempt.key == key, Attempt.at > work.now - REMEMBERED)
        .order_by(Attempt.at.desc())
        .limit(MOST)
    ).all()
    until = open_at(tried, work.now)
    if until is not None:
        raise TooManyAttemptsError(until=until)
    work.session.execute(delete(Attempt).where(Attempt.at <= work.now - REMEMBERED))
    work.session.add(Attempt(key=key, at=work.now))
    work.session.flush()


def forget_attempts(work: Work, keys: Collection[str]) -> None:
    """Forget attempts, because the last of them was right."""
    work.require(Permission.SIGN_IN)
    work.session.execute(delete(Attempt).where(Attempt.key.in_(keys)))


def spend(work: Work, challenge: str) -> None:
    """Use a challenge up, so that its answer works once.

    Args:
        work: The transaction.
        challenge: Its digest, 64 characters.

    Raises:
        ChallengeSpentError: If it was used before.
    """
    work.require(Permission.SIGN_IN)
    _one_at_a_time(work, challenge)
    if work.session.scalar(select(Attempt.id).where(Attempt.key == challenge)):
        raise ChallengeSpentError
    work.session.add(Attempt(key=challenge, at=work.now))
    work.session.flush()


def write_down_failure(work: Work, account: str, reason: str) -> None:
    """Write down that somebody could not sign in.

    Args:
        work: The transaction.
        account: Keyed digest of the address that was typed.
        reason: A code, such as ``password`` or ``code``.
    """
    work.require(Permission.SIGN_IN)
    log.record(work, "sign-in.failed", f"account:{account}", reason=reason)


def begin(
    work: Work,
    public_id: str,
    *,
    browser: str,
    second_factor: bool,
    is_known: bool,
    attempts: Collection[str] = (),
    password: str | None = None,
) -> str:
    """Begin a session for somebody who has proved who they are; return its secret.

    Promises a letter if the browser is new and there were sessions before.

    Args:
        work: The transaction.
        public_id: Of the person.
        browser: Its family and system.
        second_factor: Whether they proved one.
        is_known: Whether they have signed in at this browser before.
        attempts: Keys under which attempts are forgotten now.
        password: The hash that takes the place of one made in a weaker way.

    Raises:
        NotFoundError: If there is no such person, or they may not sign in.
    """
    work.require(Permission.SIGN_IN)
    person = work.session.scalar(
        select(Person).where(Person.public_id == public_id, Person.active)
    )
    if person is None or person.confirmed_at is None:
        raise NotFoundError(person=public_id)
    before = work.session.scalar(
        select(SignIn)
        .where(SignIn.person_id == person.id)
        .order_by(SignIn.id.desc())
        .limit(1)
    )
    if password is not None:
        person.password = password
    secret = secrets.token_urlsafe(32)
    row = SignIn(
        digest=secret_digest(secret),
        person_id=person.id,
        organization_id=before.organization_id if before else None,
        began_at=work.now,
        seen_at=work.now,
        proved_at=work.now,
        second_factor_at=work.now if second_factor else None,
        browser=browser[:100],
    )
    work.session.add(row)
    forget_attempts(work, attempts)
    work.session.flush()
    log.record(
        _as(work, person),
        "sign-in.began",
        f"person:{public_id}",
        session=row.id,
        second_factor=second_factor,
    )
    if before is not None and not is_known:
        queue.promise(work, "mail.new-browser", session=row.id)
    return secret


def renew(work: Work, sign_in: int, *, second_factor: bool = False) -> str:
    """Give a session a new secret after its owner proved who they are anew.

    Args:
        work: The transaction.
        sign_in: Row of the actor's session.
        second_factor: Whether a second factor was proved.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If the session is not theirs, or has ended.
    """
    row = _own(work, sign_in)
    secret = secrets.token_urlsafe(32)
    row.digest = secret_digest(secret)
    row.proved_at = row.seen_at = work.now
    if second_factor:
        row.second_factor_at = work.now
    work.session.flush()
    log.record(
        work,
        "sign-in.renewed",
        work.actor.name,
        session=row.id,
        second_factor=second_factor,
    )
    return secret


def note_seen(work: Work, sign_in: int) -> None:
    """Write down that a session was used, at most once a minute.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    work.session.execute(
        update(SignIn)
        .where(
            SignIn.id == sign_in,
            SignIn.person_id == work.actor.person,
            SignIn.seen_at <= work.now - SEEN_EVERY,
        )
        .values(seen_at=work.now)
    )


def end(work: Work, sign_in: int) -> None:
    """End one of the actor's sessions.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If the session is not theirs, or has ended.
    """
    row = _own(work, sign_in)
    row.ended_at = work.now
    work.session.flush()
    log.record(work, "sign-in.ended", work.actor.name, session=row.id)


def end_everywhere(work: Work) -> None:
    """End all sessions of the actor, and whatever links to the account are out.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If the account is gone.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = work.session.get(Person, work.actor.person)
    if person is None:
        raise NotFoundError
    end_sessions(work, person)


def end_sessions(work: Work, person: Person, *, except_for: int | None = None) -> None:
    """End the sessions of somebody, as whatever changes their keys does.

    Args:
        work: The transaction.
        person: Their row.
        except_for: A session that goes on.

    Raises:
        RefusedError: If the actor may not sign in.
    """
    work.require(Permission.SIGN_IN)
    person.fs_uniquifier = secrets.token_hex(32)
    ended = work.session.scalars(
        update(SignIn)
        .where(
            SignIn.person_id == person.id,
            SignIn.ended_at.is_(None),
            SignIn.id != (except_for or 0),
        )
        .values(ended_at=work.now)
        .returning(SignIn.id)
    ).all()
    work.session.flush()
    log.record(
        work,
        "sign-in.ended-everywhere",
        f"person:{person.public_id}",
        sessions=sorted(ended),
    )


def _own(work: Work, sign_in: int) -> SignIn:
    work.require(Permission.KEEP_ACCOUNT)
    row = work.session.scalar(
        select(SignIn).where(
            SignIn.id == sign_in,
            SignIn.person_id == work.actor.person,
            SignIn.ended_at.is_(None),
        )
    )
    if row is None:
        raise NotFoundError(session=sign_in)
    return row


def _as(work: Work, person: Person) -> Work:
    """Return the same work, done by somebody who has just proved who they are."""
    actor = Actor(
        f"person:{person.public_id}", frozenset({Role.PERSON}), person=person.id
    )
    return replace(work, actor=actor)


def _one_at_a_time(work: Work, key: str) -> None:
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(key[:15], 16)}
        )
