"""Moderators at their browsers, and what hospitals hand in for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Role, system
from directory.core.db import Session
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.rules.document import CenterDocument
from directory.submissions.model import Submission, SubmissionFinding
from tests.browser import Browser
from tests.conftest import NOW
from tests.listings.documents import center
from tests.submissions.cases import add_link, changed, office_of, submit
from tests.web.desk import Desk

SLUG = "willow-hospital"


def moderator(desk: Desk) -> Browser:
    """Return the browser of a moderator; all are of one office."""
    with desk.tools.sessions.begin() as session:
        office = session.scalar(
            select(Organization.id).where(Organization.kind == "directory")
        )
        if office is None:
            office = office_of(session, OrganizationKind.DIRECTORY).id
    return desk.sit(Role.MODERATOR, organization=office)


def handed_in(desk: Desk, *, first: bool = False, **more: Any) -> str:
    """Publish an invented center unless it is new, and hand in a change of it."""
    with desk.tools.sessions.begin() as session:
        work = Work(session, system("seed"), NOW)
        base: CenterDocument | None = None
        if not first:
            base = center(SLUG)
            publish(work, base, authority="seed")
        row = submit(work, base, changed(SLUG), **more)
        add_link(session, row, "capability.icu", "https://example.org/icu")
        return row.public_id


def submission(session: Session, public_id: str) -> Submission:
    """Return the row of a submission."""
    return session.scalars(
        select(Submission).where(Submission.public_id == public_id)
    ).one()


def finding_of(desk: Desk) -> int:
    """Return the row of the only finding."""
    with desk.session() as session:
        return session.scalars(select(SubmissionFinding.id)).one()
