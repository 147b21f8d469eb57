"""What routing rules may know of cases and centers, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from directory.cases.model import Case, Referral
from directory.cases.rules.rule_checks import CaseFacts, CenterFacts
from directory.cases.rules.states import OPEN_REFERRALS
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.rules.answers import (
    OTHER_DIAGNOSIS,
    UNSURE_DIAGNOSIS,
    Person,
)
from directory.inquiries.rules.consents import Purpose
from directory.inquiries.rules.parts import Column, Told, data_key, opened
from directory.listings.model import Listing
from directory.listings.queries import CenterPage, center_pages
from directory.listings.rules.document import Kind, Value
from directory.submissions.model import Capacity
from directory.submissions.rules.states import CapacityState
from directory.vocabulary.model import TermRow

NAMELESS = frozenset({OTHER_DIAGNOSIS, UNSURE_DIAGNOSIS})
"""Answers that name no illness of the vocabulary."""


def center_facts(session: Session, *, today: date) -> tuple[CenterFacts, ...]:
    """Return what is known of each published center, by slug.

    Args:
        session: Read only here.
        today: What centers said of their capacity counts on this day, or no more.
    """
    capacities = _capacities(session, today)
    loads = _loads(session)
    return tuple(
        _center(page, capacities.get(page.slug), loads.get(page.slug, 0))
        for page in center_pages(session, today=today)
    )


def case_facts(
    session: Session,
    keys: KeyRing,
    cases: Sequence[Case],
    cities: Mapping[str, str],
    groups: Mapping[str, frozenset[str]],
) -> dict[str, CaseFacts]:
    """Return what rules may know of cases, by id; erased ones are left out.

    Three statements, however many cases there are.

    Args:
        session: Read only here.
        keys: To open what was answered.
        cases: Of which the reader may know so much.
        cities: City of each center, by slug.
        groups: Of :func:`wider_groups`.

    Raises:
        SealBrokenError: If answers were changed, or moved from elsewhere.
    """
    wanted = [case.inquiry_id for case in cases]
    rows = {
        row.id: row
        for row in session.execute(
            select(
                Inquiry.id, Inquiry.wrapped_key, Inquiry.person, Inquiry.illness
            ).where(Inquiry.id.in_(wanted), Inquiry.wrapped_key.is_not(None))
        )
    }
    named: dict[str, set[str]] = defaultdict(set)
    for inquiry, slug in session.execute(
        select(Target.inquiry_id, Target.slug).where(
            Target.inquiry_id.in_(wanted), Target.kind == Kind.CENTER.value
        )
    ):
        named[inquiry].add(slug)
    consents = _consents(session, wanted)
    tried: dict[str, set[str]] = defaultdict(set)
    for case_id, slug in session.execute(
        select(Referral.case_id, Referral.center).where(
            Referral.case_id.in_([case.id for case in cases])
        )
    ):
        tried[case_id].add(slug)
    found = {}
    for case in cases:
        row = rows.get(case.inquiry_id)
        if row is None or row.person is None or row.illness is None:
            continue
        key = data_key(keys, row.id, row.wrapped_key)
        person = Person.model_validate_json(
            opened(key, row.id, Column.PERSON, row.person) or b""
        )
        illness = Told.model_validate_json(
            opened(key, row.id, Column.ILLNESS, row.illness) or b""
        ).answers
        asked = frozenset(named[row.id])
        known = illness.diagnosis not in NAMELESS
        found[case.id] = CaseFacts(
            cities=frozenset(cities[slug] for slug in asked if slug in cities),
            named=asked,
            diagnosis=illness.diagnosis if known else None,
            wider=groups.get(illness.diagnosis, frozenset()) if known else frozenset(),
            age=person.age,
            wanted=frozenset(illness.wanted),
            travel=illness.travel,
            language=person.language,
            interpreter=person.interpreter,
            consents=consents[row.id],
            tried=frozenset(tried[case.id]),
        )
    return found


def wider_groups(session: Session) -> Mapping[str, frozenset[str]]:
    """Return for each illness the groups that it belongs to, near and far."""
    above = {
        key: tuple(broader)
        for key, broader in session.execute(
            select(TermRow.key, TermRow.broader).where(TermRow.kind == "indication")
        )
    }
    found = {}
    for key, near in above.items():
        seen: set[str] = set()
        waiting = list(near)
        while waiting:
            group = waiting.pop()
            if group not in seen:
                seen.add(group)
                waiting.extend(above.get(group, ()))
        found[key] = frozenset(seen)
    return found


def _consents(
    session: Session, inquiries: Sequence[str]
) -> Mapping[str, frozenset[str]]:
    """Return which centers may see each inquiry's answers; none without transfer."""
    purposes: dict[str, set[str]] = defaultdict(set)
    shared: dict[str, set[str]] = defaultdict(set)
    for inquiry, purpose, recipient in session.execute(
        select(Consent.inquiry_id, Consent.purpose, Consent.recipient).where(
            Consent.inquiry_id.in_(inquiries), Consent.withdrawn_at.is_(None)
        )
    ):
        purposes[inquiry].add(purpose)
        kind, _, slug = (recipient or "").partition(":")
        if purpose == Purpose.SHARE.value and kind == Kind.CENTER.value:
            shared[inquiry].add(slug)
    return defaultdict(
        frozenset,
        {
            inquiry: frozenset(slugs)
            for inquiry, slugs in shared.items()
            if Purpose.TRANSFER.value in purposes[inquiry]
        },
    )


def _capacities(session: Session, today: date) -> Mapping[str, CapacityState]:
    rows = session.execute(
        select(Listing.slug, Capacity.state)
        .join(Capacity, Capacity.listing_id == Listing.id)
        .where(Listing.kind == Kind.CENTER.value, Capacity.expires_on > today)
    )
    return {slug: CapacityState(state) for slug, state in rows}


def _loads(session: Session) -> Mapping[str, int]:
    rows = session.execute(
        select(Referral.center, func.count())
        .where(Referral.state.in_(sorted(OPEN_REFERRALS)))
        .group_by(Referral.center)
    )
    return {row[0]: row[1] for row in rows}


def _center(page: CenterPage, capacity: CapacityState | None, load: int) -> CenterFacts:
    return CenterFacts(
        slug=page.slug,
        names=page.names,
        city=page.city,
        adult=page.adult,
        pediatric=page.pediatric,
        indications=frozenset(page.indications),
        routes=tuple(
            (treatment.route, frozenset(treatment.indications))
            for treatment in page.treatments
        ),
        capabilities={
            fact.key: fact.value or Value.NOT_STATED for fact in page.capabilities
        },
        languages=frozenset(
            key for fact in page.capabilities for key in fact.languages
        ),
        capacity=capacity,
        load=load,
    )
