"""A hospital's draft: beginning it, saving it, throwing it away."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.text import Text
from directory.core.work import Work
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.submissions.actions.editing import AlreadyOpenError
from directory.submissions.actions.evidence_checks import forget_object
from directory.submissions.model import Evidence, Submission
from directory.submissions.queries.cases import published_now
from directory.submissions.queries.drafts import standing
from directory.submissions.queries.keeping import kept_listing
from directory.submissions.queries.office import unused_claims
from directory.submissions.rules.states import (
    EDITABLE,
    OPEN,
    SubmissionKind,
    SubmissionState,
)
from directory.submissions.rules.typed.filling import section_from
from directory.submissions.rules.typed.shape import Section, cleaned

QUIET = timedelta(hours=1)
"""Saves of one section by one person within this time are one entry of the log: a
draft is saved every few seconds while somebody types."""

LONGEST_SLUG = 80


class DraftClosedError(DirectoryError):
    """The submission is not a draft now: it was handed in, decided or discarded."""

    code = "draft.closed"


class SectionMovedOnError(DirectoryError):
    """Somebody else changed the same section; ``revision`` is the one it has now."""

    code = "draft.section-moved-on"


def begin(work: Work, kind: Kind, slug: str) -> str:
    """Begin a draft for a listing that the organization keeps; return its public id.

    A listing has one open submission: whoever comes second gets the same draft.

    Args:
        work: The transaction.
        kind: Of the listing; only centers have drafts.
        slug: Its public name.

    Raises:
        RefusedError: If the actor may not draft.
        NotFoundError: If their organization keeps no such center.
        AlreadyOpenError: If the directory's own office has a submission open.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    kept = kept_listing(work.session, work.actor, slug)
    if kept.kind is not kind or kind is not Kind.CENTER:
        raise NotFoundError(kind=kind.value, slug=slug)
    found = _open(work, slug)
    if found is None:
        now = published_now(work.session, kind.value, slug)
        if now is None:
            raise NotFoundError(kind=kind.value, slug=slug)
        row = _new(work, slug, SubmissionKind.CHANGE, base_version=now[0], base=now[1])
        found = _add(work, row)
    if found.organization_id != work.actor.organization:
        raise AlreadyOpenError(kind=kind.value, slug=slug)
    return found.public_id


def begin_first(work: Work, names: Text, city: str) -> str:
    """Begin a draft for a hospital that is not listed yet; return its public id.

    Args:
        work: The transaction.
        names: By language, as far as they are known.
        city: Vocabulary key.

    Raises:
        RefusedError: If the actor may not draft.
        NotFoundError: If no claim of their organization is approved that was not
            used yet.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    if not unused_claims(work.session, work.actor.organization):
        raise NotFoundError(organization=work.actor.organization)
    row = _new(work, _free_slug(work, names), SubmissionKind.FIRST)
    typed = {f"name_{code}": words for code, words in names.items()}
    section = Section.IDENTITY
    shown = section_from({}, section)
    row.typed = {section.value: cleaned(section, {**shown, **typed, "city": city})}
    return _add(work, row).public_id


def save_section(
    work: Work,
    public_id: str,
    section: Section,
    typed: Mapping[str, Any],
    revision: int,
) -> int:
    """Keep a section as it was typed, also what is wrong; return its new revision.

    If the listing was published anew meanwhile, what the hospital did not touch
    takes the new value.

    Args:
        work: The transaction.
        public_id: Of the draft.
        section: Of the form.
        typed: All of it.
        revision: Of the section, that it was typed over.

    Raises:
        RefusedError: If the actor may not draft.
        NotFoundError: If there is no such draft of their organization.
        DraftClosedError: If it is not a draft now.
        SectionMovedOnError: If somebody else changed this section meanwhile, to
            something else.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    row = hold(work, public_id)
    check_editable(row)
    stands = standing(work.session, row)
    last = row.typed_by.get(section.value)
    now = last["revision"] if last else 1
    mine = cleaned(section, typed)
    if mine == stands.section(section) and section not in stands.moved:
        return now
    if revision != now:
        raise SectionMovedOnError(
            submission=public_id, section=section.value, revision=now
        )
    row.typed = {**row.typed, section.value: mine}
    rebase(work, row)
    is_news = _is_news(row, section, work)
    row.revision += 1
    _mark(work, row, section, work.actor.person)
    row.changed_at, row.changed_by = work.now, work.actor.person or row.changed_by
    work.session.flush()
    if is_news:
        log.record(
            work,
            "draft.saved",
            f"submission:{public_id}",
            section=section.value,
            revision=row.revision,
        )
    return row.revision


def discard(work: Work, public_id: str) -> None:
    """Throw a draft away, with the files and links that were added to it.

    Raises:
        RefusedError: If the actor may not draft.
        NotFoundError: If there is no such draft of their organization.
        DraftClosedError: If it is not a draft now.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    row = hold(work, public_id)
    check_editable(row)
    pieces = work.session.scalars(
        select(Evidence).where(
            Evidence.submission_id == row.id, Evidence.removed_at.is_(None)
        )
    ).all()
    for piece in pieces:
        piece.removed_at = work.now
        forget_object(work, piece)
    row.state = SubmissionState.DISCARDED.value
    row.revision += 1
    row.changed_at, row.changed_by = work.now, work.actor.person or row.changed_by
    work.session.flush()
    log.record(
        work, "submission.discarded", f"submission:{public_id}", pieces=len(pieces)
    )


def hold(work: Work, public_id: str) -> Submission:
    """Return a submission of the actor's organization that nobody else can change.

    Raises:
        RefusedError: If the actor may not draft.
        NotFoundError: If there is none.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    mine = (
        Submission.public_id == public_id,
        Submission.organization_id == work.actor.organization,
    )
    # A write, so that SQLite too lets nobody else in until the transaction ends.
    work.session.execute(
        update(Submission)
        .where(*mine)
        .values(revision=Submission.revision)
        .execution_options(synchronize_session=False)
    )
    row = work.session.scalar(
        select(Submission).where(*mine).execution_options(populate_existing=True)
    )
    if row is None or work.actor.organization is None:
        raise NotFoundError(submission=public_id)
    return row


def check_editable(row: Submission) -> None:
    """Refuse to change what is not a draft.

    Raises:
        DraftClosedError: If it was handed in, decided or discarded.
    """
    if SubmissionState(row.state) not in EDITABLE:
        raise DraftClosedError(submission=row.public_id, state=row.state)


def rebase(work: Work, row: Submission) -> None:
    """Put a draft on top of what is published now.

    Sections that show something else by that are as if somebody had changed them:
    whoever has them open must look again.
    """
    work.require(Permission.DRAFT_SUBMISSION)
    stands = standing(work.session, row)
    if stands.number == row.base_version:
        return
    row.base, row.base_version = stands.base, stands.number
    row.typed = stands.typed
    row.revision += 1
    for section in sorted(stands.moved):
        _mark(work, row, section, None)
    work.session.flush()
    log.record(
        work,
        "draft.rebased",
        f"submission:{row.public_id}",
        version=stands.number,
        kept=[f"{section.value}:{part}" for section, part in stands.kept],
    )


def _mark(work: Work, row: Submission, section: Section, person: int | None) -> None:
    last = {
        "revision": row.revision,
        "person": person,
        "at": work.now.isoformat(),
    }
    row.typed_by = {**row.typed_by, section.value: last}


def _is_news(row: Submission, section: Section, work: Work) -> bool:
    last = row.typed_by.get(section.value)
    if last is None or last["person"] != work.actor.person:
        return True
    return work.now - datetime.fromisoformat(last["at"]) >= QUIET


def _open(work: Work, slug: str) -> Submission | None:
    return work.session.scalar(
        select(Submission).where(
            Submission.listing_kind == Kind.CENTER.value,
            Submission.slug == slug,
            Submission.state.in_([state.value for state in OPEN]),
        )
    )


def _new(
    work: Work,
    slug: str,
    kind: SubmissionKind,
    *,
    base_version: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> Submission:
    if work.actor.person is None or work.actor.organization is None:
        raise NotFoundError(slug=slug)
    return Submission(
        public_id=secrets.token_hex(16),
        organization_id=work.actor.organization,
        listing_kind=Kind.CENTER.value,
        slug=slug,
        kind=kind.value,
        state=SubmissionState.DRAFT.value,
        revision=1,
        base_version=base_version,
        base=dict(base or {}),
        typed={},
        typed_by={},
        made_at=work.now,
        made_by=work.actor.person,
        changed_at=work.now,
        changed_by=work.actor.person,
    )


def _add(work: Work, row: Submission) -> Submission:
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:
        # Somebody began one between looking and adding.
        found = _open(work, row.slug)
        if found is None:
            raise AlreadyOpenError(kind=row.listing_kind, slug=row.slug) from error
        return found
    log.record(
        work,
        "submission.begun",
        f"submission:{row.public_id}",
        listing=f"{row.listing_kind}:{row.slug}",
        kind=row.kind,
    )
    return row


def _free_slug(work: Work, names: Text) -> str:
    """Return a public name that no listing and no open submission has."""
    plain = unicodedata.normalize("NFKD", names.get("en", ""))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    stem = "-".join(words)[:LONGEST_SLUG].strip("-")
    if not stem:
        stem = f"hospital-{secrets.token_hex(4)}"
    taken = {
        *work.session.scalars(
            select(Listing.slug).where(Listing.slug.like(f"{stem}%"))
        ),
        *work.session.scalars(
            select(Submission.slug).where(Submission.slug.like(f"{stem}%"))
        ),
    }
    number = 1
    found = stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found
