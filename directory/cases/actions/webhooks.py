"""Addresses of organizations' own programs: adding, pausing, removing, calling."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from directory.accounts.model import Organization
from directory.audit import actions as log
from directory.cases.model import Case, Delivery, Move, Webhook
from directory.cases.rules.webhooks import (
    AT_MOST,
    PAUSED_AFTER,
    REMEMBERED,
    SECRET_BYTES,
    body,
    shown,
)
from directory.core.calls import check_url
from directory.core.crypto import KeyRing, Place
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work


class WebhookRepeatedError(DirectoryError):
    """The organization has this address already."""

    code = "webhook.repeated"


class TooManyWebhooksError(DirectoryError):
    """The organization has as many addresses as it may have, ``most``."""

    code = "webhook.too-many"


@dataclass(frozen=True, slots=True)
class ToCall:
    """One thing to be sent to one address.

    Args:
        url: Where.
        secret: It is signed with.
        event: Its id, the same for each try.
        kind: What happened.
        body: What is sent.
    """

    url: str
    secret: bytes = field(repr=False)
    event: str
    kind: str
    body: bytes


def add_webhook(work: Work, keys: KeyRing, url: str) -> tuple[str, str]:
    """Add an address; it is told of news from now on.

    Returns:
        Its id, and the secret that its deliveries are signed with, shown only now.

    Raises:
        RefusedError: If the actor does not manage the organization they act for.
        AddressRefusedError: If the address may not be called.
        WebhookRepeatedError: If the organization has it already.
        TooManyWebhooksError: If it has as many as it may.
    """
    office, person = _manager(work)
    check_url(url)
    found = work.session.scalars(
        select(Webhook.url).where(Webhook.organization_id == office)
    ).all()
    if url in found:
        raise WebhookRepeatedError
    if len(found) >= AT_MOST:
        raise TooManyWebhooksError(most=AT_MOST)
    row, secret = secrets.token_hex(16), secrets.token_bytes(SECRET_BYTES)
    work.session.add(
        Webhook(
            id=row,
            organization_id=office,
            url=url,
            wrapped_secret=keys.wrap(secret, secret_place(row)),
            wrapped_by=keys.current,
            made_by=person,
            made_at=work.now,
        )
    )
    work.session.flush()
    log.record(work, "webhook.added", f"webhook:{row}")
    return row, shown(secret)


def remove_webhook(work: Work, webhook: str) -> None:
    """Take an address away, with the list of its tries.

    Raises:
        RefusedError: If the actor does not manage the organization they act for.
        NotFoundError: If it has no such address.
    """
    row = _held(work, webhook)
    work.session.execute(delete(Delivery).where(Delivery.webhook_id == row.id))
    work.session.delete(row)
    work.session.flush()
    log.record(work, "webhook.removed", f"webhook:{webhook}")


def pause_webhook(work: Work, webhook: str, *, paused: bool) -> None:
    """Call an address no more, or again; what came meanwhile is not sent later.

    Raises:
        RefusedError: If the actor does not manage the organization they act for.
        NotFoundError: If it has no such address.
    """
    row = _held(work, webhook)
    if (row.paused_at is not None) is paused:
        return
    row.paused_at = work.now if paused else None
    row.failing_since = None
    work.session.flush()
    event = "webhook.paused" if paused else "webhook.resumed"
    log.record(work, event, f"webhook:{webhook}")


def to_call(work: Work, keys: KeyRing, webhook: str, move: int) -> ToCall | None:
    """Return what is to be sent where; nothing if it is not to be sent any more.

    Raises:
        RefusedError: If the actor may not tell news.
        SealBrokenError: If the secret was changed.
        KeyMissingError: If the ring lacks the key that wrapped it.
    """
    work.require(Permission.TELL_NEWS)
    hook = work.session.get(Webhook, webhook)
    line = work.session.get(Move, move)
    if hook is None or line is None or hook.paused_at is not None:
        return None
    case = work.session.get_one(Case, line.case_id)
    return ToCall(
        url=hook.url,
        secret=keys.unwrap(hook.wrapped_secret, secret_place(hook.id)),
        event=f"move-{line.id}-{hook.id[:8]}",
        kind=line.kind,
        body=body(
            line.kind,
            at=line.at,
            case=case.id,
            reference=case.reference,
            referral=line.referral_id,
        ),
    )


def note_try(
    work: Work,
    webhook: str,
    *,
    event: str,
    kind: str,
    attempt: int,
    status: int | None,
    failure: str | None,
    took_ms: int | None,
) -> None:
    """Write down what came of one try; pause what failed for days.

    Raises:
        RefusedError: If the actor may not tell news.
    """
    work.require(Permission.TELL_NEWS)
    hook = work.session.get(Webhook, webhook, with_for_update=True)
    if hook is None:
        return
    work.session.add(
        Delivery(
            webhook_id=webhook,
            event_id=event,
            kind=kind,
            attempt=attempt,
            at=work.now,
            status=status,
            failure=failure,
            took_ms=took_ms,
        )
    )
    work.session.execute(
        delete(Delivery).where(
            Delivery.webhook_id == webhook, Delivery.at < work.now - REMEMBERED
        )
    )
    if failure is None:
        hook.failing_since = None
    else:
        hook.failing_since = hook.failing_since or work.now
        if work.now - hook.failing_since >= PAUSED_AFTER and hook.paused_at is None:
            hook.paused_at = work.now
            log.record(work, "webhook.paused", f"webhook:{webhook}", reason="silent")
    work.session.flush()


def rewrap_webhooks(work: Work, keys: KeyRing, *, at_most: int = 500) -> int:
    """Wrap secrets of older keys of the ring with the current one.

    Returns:
        How many were wrapped; none means that nothing is left.

    Raises:
        RefusedError: If the actor may not rotate keys.
        KeyMissingError: If the ring lacks a key that is in use.
        SealBrokenError: If a secret was changed or moved.
    """
    work.require(Permission.ROTATE_KEYS)
    rows = work.session.scalars(
        select(Webhook)
        .where(Webhook.wrapped_by != keys.current)
        .order_by(Webhook.id)
        .limit(at_most)
        .with_for_update()
    ).all()
    for row in rows:
        row.wrapped_secret = keys.rewrap(row.wrapped_secret, secret_place(row.id))
        row.wrapped_by = keys.current
    if rows:
        log.record(work, "keys.rotated", f"key:{keys.current}", count=len(rows))
    work.session.flush()
    return len(rows)


def secret_place(webhook: str) -> Place:
    """Return where the wrapped secret of an address belongs."""
    return Place("webhook", "wrapped_secret", webhook)


def _manager(work: Work) -> tuple[int, int]:
    work.require(Permission.MANAGE_WEBHOOKS)
    office, person = work.actor.organization, work.actor.person
    if office is None or person is None:
        raise NotFoundError
    # Two additions at once must not be one too many.
    work.session.execute(
        select(Organization.id).where(Organization.id == office).with_for_update()
    )
    return office, person


def _held(work: Work, webhook: str) -> Webhook:
    office, _person = _manager(work)
    row = work.session.scalar(
        select(Webhook)
        .where(Webhook.id == webhook, Webhook.organization_id == office)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(webhook=webhook)
    return row
