"""Message templates of one's organization."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.cases.model import MessageTemplate
from directory.cases.rules.templates import Template
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Language


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as it is kept.

    Args:
        template: Its words.
        changed_at: When it was last written.
    """

    id: str
    template: Template
    changed_at: datetime


def message_templates(session: Session, actor: Actor) -> tuple[TemplateView, ...]:
    """Return the templates of the actor's organization, by name."""
    rows = session.scalars(
        select(MessageTemplate)
        .where(MessageTemplate.organization_id == actor.organization)
        .order_by(MessageTemplate.name, MessageTemplate.id)
    )
    return tuple(map(_view, rows))


def message_template(session: Session, actor: Actor, template: str) -> TemplateView:
    """Return one of them.

    Raises:
        NotFoundError: If it is not theirs, or there is none.
    """
    row = session.scalar(
        select(MessageTemplate).where(
            MessageTemplate.id == template,
            MessageTemplate.organization_id == actor.organization,
        )
    )
    if row is None:
        raise NotFoundError(template=template)
    return _view(row)


def _view(row: MessageTemplate) -> TemplateView:
    other = row.other_language
    return TemplateView(
        id=row.id,
        template=Template(
            name=row.name,
            language=Language(row.language),
            body=row.body,
            other_language=Language(other) if other else None,
            other_body=row.other_body or "",
        ),
        changed_at=row.changed_at,
    )
