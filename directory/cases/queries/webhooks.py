"""Looking at addresses of organizations' own programs, and at what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from directory.cases.model import Delivery, Webhook
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission, holds

SHOWN = 50
"""Tries that are shown of an address, the newest first."""


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """An address that is told of news.

    Args:
        failing_since: When it last answered nothing, if it has not since.
    """

    id: str
    url: str
    made_at: datetime
    paused_at: datetime | None
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One try.

    Args:
        status: Of HTTP, if something was answered.
        failure: Code of what stood in the way.
    """

    event_id: str
    kind: str
    attempt: int
    at: datetime
    status: int | None
    failure: str | None
    took_ms: int | None


def webhooks(session: Session, actor: Actor) -> tuple[WebhookRow, ...]:
    """Return the addresses of the organization that the actor manages.

    Raises:
        RefusedError: If they manage none.
    """
    if not holds(actor, Permission.MANAGE_WEBHOOKS):
        raise RefusedError(
            permission=Permission.MANAGE_WEBHOOKS.value, actor=actor.name
        )
    rows = session.scalars(
        select(Webhook)
        .where(Webhook.organization_id == actor.organization)
        .order_by(Webhook.made_at, Webhook.id)
    )
    return tuple(
        WebhookRow(row.id, row.url, row.made_at, row.paused_at, row.failing_since)
        for row in rows
    )


def deliveries(
    session: Session, actor: Actor, webhook: str
) -> tuple[WebhookRow, tuple[DeliveryRow, ...]]:
    """Return an address of the actor's organization and its last tries.

    Raises:
        RefusedError: If they manage none.
        NotFoundError: If it has no such address.
    """
    found = next((w for w in webhooks(session, actor) if w.id == webhook), None)
    if found is None:
        raise NotFoundError(webhook=webhook)
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.webhook_id == webhook)
        .order_by(Delivery.at.desc(), Delivery.id.desc())
        .limit(SHOWN)
    )
    return found, tuple(
        DeliveryRow(
            row.event_id,
            row.kind,
            row.attempt,
            row.at,
            row.status,
            row.failure,
            row.took_ms,
        )
        for row in rows
    )


def webhook_keys_in_use(session: Session) -> Mapping[str, int]:
    """Return how many secrets each key of the ring has wrapped."""
    rows = session.execute(
        select(Webhook.wrapped_by, func.count()).group_by(Webhook.wrapped_by)
    )
    return {name: count for name, count in rows}  # noqa: C416 (rows are no pairs)
