"""Keeping the words that an organization writes again and again."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.model import MessageTemplate
from directory.cases.rules.templates import Template, TemplateRefusedError, check
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work

AT_MOST = 200
"""Templates of one organization; more are not found again."""


def keep_template(work: Work, template: Template, *, name: str | None = None) -> str:
    """Write a template, or write it anew; return its id.

    Args:
        work: The transaction.
        template: Its words.
        name: Id of the one that is written anew.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If it is not theirs.
        TemplateRefusedError: If it cannot be kept; ``taken`` at its name, if
            another one has it, ``many`` if there are too many.
    """
    work.require(Permission.WORK_ON_CASE)
    check(template)
    office, person = work.actor.organization, work.actor.person
    if office is None or person is None:
        raise NotFoundError(template=name)
    row = _held(work, name) if name else None
    title = template.name.strip()
    same = work.session.scalar(
        select(MessageTemplate.id).where(
            MessageTemplate.organization_id == office, MessageTemplate.name == title
        )
    )
    if same is not None and same != name:
        raise TemplateRefusedError(problems=[("name", "taken")])
    if row is None:
        count = work.session.scalar(
            select(func.count()).where(MessageTemplate.organization_id == office)
        )
        if (count or 0) >= AT_MOST:
            raise TemplateRefusedError(problems=[("name", "many")])
        row = MessageTemplate(id=secrets.token_hex(16), organization_id=office)
        work.session.add(row)
    other = template.other_language
    row.name = title
    row.language = template.language.value
    row.body = template.body.replace("\r\n", "\n").strip()
    row.other_language = other.value if other else None
    row.other_body = (
        template.other_body.replace("\r\n", "\n").strip() if other else None
    )
    row.changed_by, row.changed_at = person, work.now
    work.session.flush()
    log.record(work, "template.kept", f"template:{row.id}")
    return row.id


def remove_template(work: Work, template: str) -> None:
    """Take a template away; messages that were written with it stay.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If it is not theirs, or there is none.
    """
    work.require(Permission.WORK_ON_CASE)
    row = _held(work, template)
    work.session.delete(row)
    work.session.flush()
    log.record(work, "template.removed", f"template:{template}")


def _held(work: Work, template: str) -> MessageTemplate:
    row = work.session.scalar(
        select(MessageTemplate)
        .where(
            MessageTemplate.id == template,
            MessageTemplate.organization_id == work.actor.organization,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(template=template)
    return row
