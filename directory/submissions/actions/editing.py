"""What moderators change or bring in themselves, and what nobody may list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.knowledge.rules.digest import canonical
from directory.listings import actions as listings
from directory.listings.actions import LISTING_LOCK
from directory.listings.model import DoNotList, Draft, Listing
from directory.listings.rules.differences import by_field
from directory.listings.rules.document import (
    CenterDocument,
    FacilitatorDocument,
    Kind,
)
from directory.listings.rules.names import folded
from directory.submissions.actions.proposals import (
    Proposal,
    hand_in,
    write_fields,
)
from directory.submissions.model import (
    ListingKeeper,
    Submission,
)
from directory.submissions.queries.cases import published_now
from directory.submissions.rules.merging import NotWholeError, Stand, merged
from directory.submissions.rules.review import (
    OwnSubmissionError,
    Proposed,
    needs_two_people,
    to_decide,
)
from directory.submissions.rules.states import (
    OPEN,
    Decision,
    SubmissionKind,
)


class AlreadyOpenError(DirectoryError):
    """Another submission of this listing is open; it must end first."""

    code = "submission.already-open"


class VersionPassedError(DirectoryError):
    """Another version was published since the page was opened."""

    code = "listing.version-passed"


class FactUnfitError(DirectoryError):
    """The fact does not have the shape that documents ask for."""

    code = "listing.fact-unfit"


class NoChangeError(DirectoryError):
    """What is proposed says what is published already."""

    code = "submission.no-change"


@dataclass(frozen=True, slots=True)
class Edited:
    """What a moderator's change came to.

    Args:
        version: That it was published as; ``None`` if it waits for another one.
        submission: Public id of what waits; ``None`` if it was published.
    """

    version: int | None = None
    submission: str | None = None


def edit_fact(
    work: Work,
    kind: Kind,
    slug: str,
    field: str,
    after: Mapping[str, Any] | None,
    *,
    number: int,
    authority: str = "editors",
) -> Edited:
    """Put one fact right as an editor of the directory.

    Treatments, trials and prices are not changed by one person: these become a
    submission that another moderator decides on.

    Args:
        work: The transaction.
        kind: Center or facilitator.
        slug: Public name of a published listing.
        field: Its place, as differences name it.
        after: The whole fact, as documents have it; ``None`` takes it out.
        number: Version that the page showed.
        authority: On whose word; ``correction:<reference>`` for a reader's.

    Raises:
        RefusedError: If the actor may not edit.
        NotFoundError: If there is no such published listing.
        OwnSubmissionError: If the actor's own organization keeps it.
        VersionPassedError: If another version was published meanwhile.
        FactUnfitError: With what does not fit.
        NoChangeError: If it is so already.
        AlreadyOpenError: If it would be a submission, and one is open.
    """
    work.require(Permission.PROPOSE_AS_EDITOR)
    _lock(work)
    stands = published_now(work.session, kind.value, slug)
    if stands is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    _refuse_own(work, kind, slug)
    current, now = stands
    if current != number:
        raise VersionPassedError(slug=slug, number=current)
    before = by_field(now).get(field)
    if before == after:
        raise NoChangeError(field=field)
    one = Proposed(field, before, after, Decision.ACCEPTED)
    document = _edited(work, kind, one, now)
    if needs_two_people(field):
        return Edited(submission=_propose(work, kind, slug, document, number, now))
    published = listings.publish(work, document, authority=authority)
    log.record(
        work,
        "listing.fact-edited",
        f"{kind.value}:{slug}",
        field=field,
        number=published.number,
    )
    return Edited(version=published.number)


def propose_held(work: Work, kind: Kind, slug: str, digest: str) -> str:
    """Bring a listing that is held back into review; return its public id.

    Whoever brings it in is one of the two moderators that a first listing needs.

    Args:
        work: The transaction.
        kind: Center or facilitator.
        slug: Public name of the draft.
        digest: Of the draft that the page showed.

    Raises:
        RefusedError: If the actor may not edit.
        NotFoundError: If no such listing is held back.
        VersionPassedError: If the draft was changed meanwhile.
        AlreadyOpenError: If it is in review.
    """
    work.require(Permission.PROPOSE_AS_EDITOR)
    held = work.session.scalar(
        select(Draft)
        .join(Listing, Listing.id == Draft.listing_id)
        .where(Listing.kind == kind.value, Listing.slug == slug)
        .with_for_update()
    )
    if held is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    if held.digest != digest:
        raise VersionPassedError(slug=slug)
    whole = {**held.document, "state": "published"}
    shape = CenterDocument if kind is Kind.CENTER else FacilitatorDocument
    return _propose(work, kind, slug, shape.model_validate(whole), None, {})


def keep_from_listing(work: Work, kind: Kind, name: str, reason: str) -> bool:
    """Write down that nothing of a name may be listed; tell whether it is new.

    What is listed already stays, and is withdrawn on its own page.

    Args:
        work: The transaction.
        kind: Center or facilitator.
        name: A name or a slug, however it is written.
        reason: Why; moderators read it.

    Raises:
        RefusedError: If the actor may not keep names from being listed.
        FactUnfitError: If nothing is left of the name.
    """
    work.require(Permission.KEEP_FROM_LISTING)
    _lock(work)
    spelling = folded(name)
    if not spelling:
        raise FactUnfitError(unfit=["name"])
    known = work.session.scalar(
        select(DoNotList.id).where(
            DoNotList.kind == kind.value, DoNotList.spelling == spelling
        )
    )
    if known is not None:
        return False
    row = DoNotList(kind=kind.value, spelling=spelling, reason=reason, since=work.now)
    work.session.add(row)
    work.session.flush()
    log.record(work, "listing.kept-from", f"do-not-list:{row.id}")
    return True


def _lock(work: Work) -> None:
    # Nobody publishes between reading what stands and adding to it.
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LISTING_LOCK}
        )


def _refuse_own(work: Work, kind: Kind, slug: str) -> None:
    keeper = work.session.scalar(
        select(ListingKeeper.organization_id)
        .join(Listing, Listing.id == ListingKeeper.listing_id)
        .where(Listing.kind == kind.value, Listing.slug == slug)
    )
    if keeper in work.actor.organizations:
        raise OwnSubmissionError


def _edited(
    work: Work, kind: Kind, one: Proposed, now: Mapping[str, Any]
) -> CenterDocument | FacilitatorDocument:
    today = work.now.date()
    stand = Stand(keeps_basis=True, office="editors", stated_on=today, today=today)
    try:
        return merged(
            kind, SubmissionKind.CHANGE, (one,), now=now, proposed=now, stand=stand
        )
    except NotWholeError as error:
        raise FactUnfitError(unfit=[one.field]) from error


def _propose(
    work: Work,
    kind: Kind,
    slug: str,
    document: CenterDocument | FacilitatorDocument,
    number: int | None,
    base: Mapping[str, Any],
) -> str:
    _refuse_second(work, kind, slug)
    proposed = canonical(document)
    person, office = work.actor.person, work.actor.organization
    if person is None or office is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    row = hand_in(
        work,
        Proposal(
            organization=office,
            person=person,
            kind=kind,
            slug=slug,
            version=number,
            base=base,
            proposed=proposed,
        ),
    )
    write_fields(work, row, to_decide(base or None, proposed))
    log.record(
        work,
        "submission.proposed-by-editor",
        f"submission:{row.public_id}",
        listing=f"{kind.value}:{slug}",
    )
    return row.public_id


def _refuse_second(work: Work, kind: Kind, slug: str) -> None:
    found = work.session.scalar(
        select(Submission.public_id).where(
            Submission.listing_kind == kind.value,
            Submission.slug == slug,
            Submission.state.in_([state.value for state in OPEN]),
        )
    )
    if found is not None:
        raise AlreadyOpenError(kind=kind.value, slug=slug)
