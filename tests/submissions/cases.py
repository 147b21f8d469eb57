"""Invented submissions, and the people who make and review them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor, Role, system
from directory.core.db import Session
from directory.core.work import Work
from directory.knowledge.rules.digest import canonical
from directory.listings.actions import publish
from directory.listings.rules.document import CenterDocument
from directory.submissions.model import (
    Evidence,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.rules.review import to_decide
from tests.conftest import NOW
from tests.listings.documents import CHECKED, capabilities, center
from tests.web.people import add_organization, add_person, join


def moderator(session: Session, office: Organization | None = None) -> Actor:
    """Return a moderator of the directory's office."""
    return somebody(
        session,
        Role.MODERATOR,
        office or office_of(session, OrganizationKind.DIRECTORY),
    )


def somebody(session: Session, role: Role, office: Organization) -> Actor:
    """Return somebody who acts for an organization."""
    person = add_person(session)
    join(session, person, office, role)
    return Actor(
        f"person:{person.public_id}",
        frozenset({role, Role.PERSON}),
        person=person.id,
        organization=office.id,
        organizations=frozenset({office.id}),
    )


def office_of(session: Session, kind: OrganizationKind) -> Organization:
    """Return the first organization of a kind; a new one if there is none."""
    found = session.scalar(
        select(Organization).where(Organization.kind == kind.value).limit(1)
    )
    return found or add_organization(session, kind)


def as_(work: Work, actor: Actor) -> Work:
    """Return the same transaction, as somebody's."""
    return replace(work, actor=actor)


def changed(slug: str = "willow-hospital", **more: Any) -> CenterDocument:
    """Return a document that a hospital would hand in: four fields changed."""
    fields: dict[str, Any] = {
        "aliases": ["WH", "Willow"],
        "capabilities": capabilities(
            icu={
                "value": "yes",
                "basis": "attested",
                "statement": "Ten beds.",
                "checked_on": CHECKED,
            },
            tocilizumab={"value": "yes", "basis": "unverified", "checked_on": CHECKED},
            neurology={
                "value": "yes",
                "basis": "attested",
                "checked_on": CHECKED,
                "source": {"url": "https://example.org/neurology"},
            },
            pet_ct={"value": "no", "basis": "attested", "checked_on": CHECKED},
        ),
    }
    return center(slug, **(fields | more))


def publish_center(work: Work, **fields: Any) -> CenterDocument:
    """Publish an invented center as the program would."""
    document = center(**fields)
    publish(as_(work, system("seed")), document, authority="seed")
    return document


def submit(
    work: Work,
    base: CenterDocument | None,
    proposed: CenterDocument,
    *,
    by: Actor | None = None,
    findings: tuple[str, ...] = (),
) -> Submission:
    """Hand in what a hospital proposes; findings are fields with one each."""
    session = work.session
    if by is None:
        office = office_of(session, OrganizationKind.HOSPITAL)
        by = somebody(session, Role.HOSPITAL_EDITOR, office)
    before = canonical(base) if base else {}
    after = canonical(proposed)
    row = Submission(
        public_id=secrets.token_hex(16),
        organization_id=by.organization,
        listing_kind="center",
        slug=proposed.slug,
        kind="change" if base else "first",
        state="submitted",
        revision=3,
        base_version=1 if base else None,
        base=before,
        typed={},
        typed_by={},
        proposed=after,
        made_at=NOW,
        made_by=by.person,
        changed_at=NOW,
        changed_by=by.person,
        submitted_at=NOW,
        submitted_by=by.person,
    )
    session.add(row)
    session.flush()
    session.add_all(
        SubmissionField(
            submission_id=row.id,
            field=one.field,
            position=position,
            before=None if one.was is None else {"value": one.was},
            after=None if one.now is None else {"value": one.now},
            verified=False,
        )
        for position, one in enumerate(to_decide(before or None, after))
    )
    session.add_all(
        SubmissionFinding(
            submission_id=row.id,
            rule="superlative",
            field=field,
            excerpt="the best",
            language="en",
        )
        for field in findings
    )
    session.flush()
    return row


def add_link(session: Session, row: Submission, field: str, url: str) -> None:
    """Add a link that bears a field out."""
    session.add(
        Evidence(
            public_id=secrets.token_hex(16),
            submission_id=row.id,
            field=field,
            kind="link",
            url=url,
            state="clean",
            added_at=NOW,
            added_by=row.made_by,
        )
    )
    session.flush()
