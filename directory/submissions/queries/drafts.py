"""Drafts and submissions as the hospital that makes them sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization, Person
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.knowledge.queries import therapy_pages
from directory.listings.rules.differences import Difference
from directory.submissions.model import Submission, SubmissionField, SubmissionFinding
from directory.submissions.queries.cases import (
    field_rows,
    fields_with_evidence,
    published_now,
)
from directory.submissions.rules.linter.fields import lint_changes
from directory.submissions.rules.linter.findings import Finding
from directory.submissions.rules.linter.registry import Registry, registry_of
from directory.submissions.rules.review import to_decide
from directory.submissions.rules.states import (
    EDITABLE,
    Decision,
    SubmissionKind,
    SubmissionState,
)
from directory.submissions.rules.typed.filling import section_from, typed_from
from directory.submissions.rules.typed.missing import Missing, missing
from directory.submissions.rules.typed.reading import Reading, as_document, read
from directory.submissions.rules.typed.rebasing import rebased
from directory.submissions.rules.typed.shape import Section, Typed
from directory.submissions.rules.typed.standing import Hand, Known
from directory.vocabulary.queries import labels, terms
from directory.vocabulary.rules import TermKind


@dataclass(frozen=True, slots=True)
class Standing:
    """What a draft says on top of what is published now.

    Args:
        base: Canonical document that is published now; empty if none is.
        number: Its version; ``None`` if none is.
        typed: What was saved, by section.
        moved: Sections that a version since then shows differently.
        kept: Parts that both changed; what the hospital typed stands.
    """

    base: dict[str, Any]
    number: int | None
    typed: dict[str, Typed]
    moved: frozenset[Section] = frozenset()
    kept: tuple[tuple[Section, str], ...] = ()

    def section(self, section: Section) -> Typed:
        """Return one section, whether it was saved or not."""
        found = self.typed.get(section.value)
        return section_from(self.base, section) if found is None else found

    @property
    def whole(self) -> dict[str, Typed]:
        """Return every section."""
        return {section.value: self.section(section) for section in Section}


@dataclass(frozen=True, slots=True)
class Saved:
    """The last change of a section.

    Args:
        revision: That a save must name which was made from it.
        at: When; ``None`` if nobody changed it.
        by: Name of the person; empty for a version that was published meanwhile.
    """

    revision: int
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a submission, and what a moderator decided.

    Args:
        difference: What it changes.
        decision: If one was made.
        reason: In the moderator's own words; empty if there is none.
        verified: Whether it was compared with a primary source.
    """

    difference: Difference
    decision: Decision | None
    reason: str
    verified: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """Words that the linter found, and how a moderator answered.

    Args:
        rule: Key of the rule.
        field: Where they stand.
        excerpt: The words.
        answer: ``upheld``, ``dismissed``, or nothing yet.
        words: The moderator's own words; empty if there are none.
    """

    rule: str
    field: str
    excerpt: str
    answer: str | None
    words: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with all that its pages show.

    Args:
        public_id: How addresses name it.
        slug: Of the listing, or to be.
        kind: First listing or change.
        state: Where it stands.
        revision: Of the whole.
        names: Of the listing, as the draft has them; empty if it has none.
        stands: What it says.
        saved: The last change by section.
        reading: What it means, or what is wrong with it.
        missing: What it does not say yet.
        reason: Why it was sent back as a whole; empty if nobody said.
        sent_back: Fields with a decision that the hospital should look at.
    """

    public_id: str
    slug: str
    kind: SubmissionKind
    state: SubmissionState
    revision: int
    names: Text
    stands: Standing
    saved: Mapping[Section, Saved]
    reading: Reading
    missing: tuple[Missing, ...]
    reason: str
    sent_back: tuple[FieldView, ...]

    @property
    def is_open(self) -> bool:
        """Whether the hospital may change it now."""
        return self.state in EDITABLE

    def missing_in(self, section: Section) -> tuple[Missing, ...]:
        """Return what one section does not say yet."""
        return tuple(one for one in self.missing if one.section is section)


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """A submission after it was handed in.

    Args:
        public_id: How addresses name it.
        slug: Of the listing, or to be.
        kind: First listing or change.
        state: Where it stands.
        names: Of the listing, by language.
        made_at: When it was begun.
        submitted_at: When it was handed in last; ``None`` if never.
        decided_at: When it was decided; ``None`` as long as it is not.
        reason: For the whole of it, in the moderator's own words.
        version: That it became; ``None`` if it became none.
        fields: All that it changes.
        findings: All that the linter found.
    """

    public_id: str
    slug: str
    kind: SubmissionKind
    state: SubmissionState
    names: Text
    made_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    reason: str
    version: int | None
    fields: tuple[FieldView, ...]
    findings: tuple[FindingView, ...]

    @property
    def may_be_taken_back(self) -> bool:
        """Whether nobody has decided anything about it yet."""
        return (
            self.state is SubmissionState.SUBMITTED
            and not any(one.decision for one in self.fields)
            and not any(one.answer for one in self.findings)
        )


def own_row(session: Session, actor: Actor, public_id: str) -> Submission:
    """Return a submission of the actor's own organization.

    Raises:
        NotFoundError: If there is none.
    """
    row = session.scalar(
        select(Submission).where(
            Submission.public_id == public_id,
            Submission.organization_id == actor.organization,
        )
    )
    if row is None or actor.organization is None:
        raise NotFoundError(submission=public_id)
    return row


def draft_page(
    session: Session, actor: Actor, public_id: str, *, today: date
) -> DraftPage:
    """Return a draft of the actor's own organization.

    Args:
        session: Read only here.
        actor: Who asks.
        public_id: Of the draft.
        today: The day of what is said today.

    Raises:
        NotFoundError: If there is no such draft of theirs.
    """
    row = own_row(session, actor, public_id)
    stands = standing(session, row)
    borne_out = fields_with_evidence(session, row.id)
    found = reading(session, row, stands, today)
    return DraftPage(
        public_id=row.public_id,
        slug=row.slug,
        kind=SubmissionKind(row.kind),
        state=SubmissionState(row.state),
        revision=row.revision,
        names=_names(stands),
        stands=stands,
        saved=_saved(session, row),
        reading=found,
        missing=missing(stands.base, stands.whole, borne_out=borne_out),
        reason=row.reason or "",
        sent_back=tuple(
            one
            for one in _fields(session, row)
            if one.decision not in {None, "accepted"}
        ),
    )


def submission_page(session: Session, actor: Actor, public_id: str) -> SubmissionPage:
    """Return a submission of the actor's own organization.

    Raises:
        NotFoundError: If there is no such submission of theirs.
    """
    row = own_row(session, actor, public_id)
    findings = session.scalars(
        select(SubmissionFinding)
        .where(SubmissionFinding.submission_id == row.id)
        .order_by(SubmissionFinding.id)
    )
    return SubmissionPage(
        public_id=row.public_id,
        slug=row.slug,
        kind=SubmissionKind(row.kind),
        state=SubmissionState(row.state),
        names=names_of(row),
        made_at=row.made_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reason=row.reason or "",
        version=row.version,
        fields=_fields(session, row),
        findings=tuple(
            FindingView(one.rule, one.field, one.excerpt, one.answer, one.words or "")
            for one in findings
        ),
    )


def standing(session: Session, row: Submission) -> Standing:
    """Return what a draft says on top of what is published now."""
    typed = row.typed
    if not typed and row.proposed:
        # A sheet proposed it, so nobody typed anything.
        typed = typed_from(row.proposed)
    if SubmissionState(row.state) not in EDITABLE:
        return Standing(row.base, row.base_version, typed)
    now = published_now(session, row.listing_kind, row.slug)
    if now is None or now[0] == row.base_version:
        return Standing(row.base, row.base_version, typed)
    number, document = now
    found = rebased(typed, row.base, document)
    return Standing(document, number, found.typed, found.moved, found.kept)


def reading(
    session: Session, row: Submission, stands: Standing, today: date
) -> Reading:
    """Return what a draft means."""
    office = session.get_one(Organization, row.organization_id)
    hand = Hand(
        slug=row.slug,
        office=office.name,
        today=today,
        domains=tuple(office.domains),
        borne_out=fields_with_evidence(session, row.id),
    )
    return read(stands.base, stands.typed, known(session), hand)


def known(session: Session) -> Known:
    """Return what may be chosen in a draft."""
    keys: dict[str, set[str]] = {}
    for kind, key in labels(session):
        keys.setdefault(kind, set()).add(key)
    return Known(
        cities=frozenset(keys.get(TermKind.CITY.value, ())),
        types=frozenset(keys.get(TermKind.TYPE.value, ())),
        indications=frozenset(keys.get(TermKind.INDICATION.value, ())),
        languages=frozenset(keys.get(TermKind.LANGUAGE.value, ())),
        products={page.slug: page.market_status for page in therapy_pages(session)},
    )


def changes(
    stands: Standing, reading: Reading
) -> tuple[dict[str, Any], tuple[Difference, ...]] | None:
    """Return the document that is proposed and what it changes, if it can be."""
    document = as_document(reading)
    if document is None:
        return None
    return document, to_decide(stands.base or None, document)


def findings(
    session: Session, document: Mapping[str, Any], fields: tuple[Difference, ...]
) -> tuple[Finding, ...]:
    """Return what the linter finds in what is proposed."""
    names = (*document["names"].values(), *document.get("aliases", ()))
    return lint_changes(
        ((one.field, one.now) for one in fields), linter_registry(session), names
    )


def linter_registry(session: Session) -> Registry:
    """Return what the linter knows of products and illnesses."""
    return registry_of(therapy_pages(session), terms(session))


def names_of(row: Submission) -> Text:
    """Return the names of a listing, as its submission has them."""
    document = row.proposed or row.base
    if document:
        return dict(document["names"])
    return _typed_names(row.typed.get(Section.IDENTITY.value, {}))


def _names(stands: Standing) -> Text:
    typed = _typed_names(stands.section(Section.IDENTITY))
    return typed or dict(stands.base.get("names", {}))


def _typed_names(typed: Typed) -> Text:
    return {
        name.removeprefix("name_"): words.strip()
        for name, words in typed.items()
        if name.startswith("name_") and words.strip()
    }


def _saved(session: Session, row: Submission) -> Mapping[Section, Saved]:
    people = {one["person"] for one in row.typed_by.values() if one["person"]}
    names: dict[int, str] = {
        found.id: found.name
        for found in session.execute(
            select(Person.id, Person.name).where(Person.id.in_(people))
        )
    }
    found: dict[Section, Saved] = {}
    for section in Section:
        last = row.typed_by.get(section.value)
        found[section] = (
            Saved(
                last["revision"],
                datetime.fromisoformat(last["at"]),
                names.get(last["person"], ""),
            )
            if last
            else Saved(1)
        )
    return found


def _fields(session: Session, row: Submission) -> tuple[FieldView, ...]:
    decided = {one.field: one for one in field_rows(session, row.id)}
    if not decided or row.proposed is None:
        return ()
    return tuple(
        _field(one, decided[one.field])
        for one in to_decide(row.base or None, row.proposed)
        if one.field in decided
    )


def _field(difference: Difference, row: SubmissionField) -> FieldView:
    return FieldView(
        difference,
        Decision(row.decision) if row.decision else None,
        row.reason or "",
        row.verified,
    )
