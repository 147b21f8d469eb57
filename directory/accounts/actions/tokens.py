"""Tokens for the API: making one, ending one, noting its use."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from directory.accounts.model import ApiToken, Organization
from directory.accounts.rules.life import SEEN_EVERY, TOKEN_LASTS
from directory.accounts.rules.tokens import (
    SHOWN,
    NewToken,
    new_secret,
    scopes_for,
    token_digest,
)
from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError, RefusedError
from directory.core.permissions import Permission, holds
from directory.core.work import Work


class ScopeNotHeldError(DirectoryError):
    """The token would be good for more than its maker, or for nothing."""

    code = "token.scope-not-held"


class TokenLastsError(DirectoryError):
    """The token would work for too long, or not at all."""

    code = "token.lasts"


def make_token(
    work: Work, *, name: str, scopes: Collection[str], lasts: timedelta
) -> NewToken:
    """Make a token for the organization for which the actor acts.

    Args:
        work: The transaction.
        name: What it is for, in the words of its maker.
        scopes: Permissions by their value, of those that the actor holds.
        lasts: After which it ends by itself; a year at most.

    Raises:
        RefusedError: If nobody is signed in at a browser, or they act for nobody.
        ScopeNotHeldError: If it would be good for nothing, or for more than they.
        TokenLastsError: If it would work for longer than a year.
    """
    work.require(Permission.MAKE_TOKENS)
    actor = work.actor
    if actor.person is None or actor.organization is None or actor.scopes is not None:
        raise RefusedError(permission=Permission.MAKE_TOKENS.value, actor=actor.name)
    held = scopes_for(actor.roles)
    if not scopes or not set(scopes) <= set(held):
        raise ScopeNotHeldError(held=list(held))
    if not timedelta(0) < lasts <= TOKEN_LASTS:
        raise TokenLastsError(most_days=TOKEN_LASTS.days)
    secret = new_secret()
    row = ApiToken(
        public_id=secrets.token_hex(16),
        digest=token_digest(secret),
        beginning=secret[:SHOWN],
        person_id=actor.person,
        organization_id=actor.organization,
        name=name,
        scopes=sorted(set(scopes)),
        made_at=work.now,
        expires_at=work.now + lasts,
    )
    work.session.add(row)
    work.session.flush()
    office = work.session.get_one(Organization, actor.organization)
    log.record(
        work,
        "token.made",
        f"token:{row.public_id}",
        organization=office.public_id,
        scopes=row.scopes,
        until=row.expires_at.isoformat(),
    )
    return NewToken(row.public_id, secret)


def end_token(work: Work, public_id: str) -> None:
    """Let a token open nothing any more; nothing if it has ended.

    One's own, or as a manager any of the organization for which one acts.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If there is no such token for them.
    """
    work.require(Permission.MAKE_TOKENS)
    actor = work.actor
    row = work.session.scalar(
        select(ApiToken).where(ApiToken.public_id == public_id).with_for_update()
    )
    is_theirs = row is not None and row.organization_id == actor.organization
    if (
        row is None
        or not is_theirs
        or (
            row.person_id != actor.person and not holds(actor, Permission.MANAGE_TOKENS)
        )
    ):
        raise NotFoundError(token=public_id)
    if row.ended_at is None:
        row.ended_at = work.now
        log.record(work, "token.ended", f"token:{public_id}")


def note_use(work: Work, token: int) -> None:
    """Write down that a token was used, once a minute at most.

    Args:
        work: The transaction, of who the token stands for.
        token: Its row.

    Raises:
        RefusedError: If the actor could not have made it.
    """
    work.require(Permission.USE_TOKENS)
    before: datetime = work.now - SEEN_EVERY
    work.session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token,
            or_(ApiToken.used_at.is_(None), ApiToken.used_at < before),
        )
        .values(used_at=work.now)
    )
