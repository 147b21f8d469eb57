"""What another set of rules would have proposed for cases of the last days.

Each set begins with nobody referred: its own first choices are the load that it sees,
each for so long as a referral usually waits. Answers, listings and capacities are
those of now, since what they said then is not kept.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, tuple_

from directory.cases.model import Case
from directory.cases.queries.routing_facts import (
    case_facts,
    center_facts,
    wider_groups,
)
from directory.cases.rules.routing import Ranking, evaluate
from directory.cases.rules.rule_checks import CaseFacts, CenterFacts
from directory.cases.rules.rule_documents import Rule
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import RefusedError
from directory.core.permissions import Permission, holds

BATCH = 100
"""Cases that are held in memory at a time."""

LOAD_LASTS = timedelta(days=14)
"""How long a first choice counts as an open referral."""

FURTHEST_DAYS = 730
"""Days back that can be replayed; older cases are erased."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case under two sets of rules; nothing of what was answered.

    Args:
        reference: What staff call the case.
        before: First choice of the one set, by slug; ``None`` if no center is left.
        after: Of the other.
        kept: Centers left under the first set.
        keeps: Centers left under the second.
        entered: Centers that only the second leaves in, by slug.
        left: Centers that only the first leaves in.
    """

    reference: str
    before: str | None
    after: str | None
    kept: int
    keeps: int
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything is different."""
        return self.before != self.after or bool(self.entered or self.left)


@dataclass(slots=True)
class Side:
    """What one set of rules came to over all cases.

    Args:
        rules: The set.
        without: Cases for which no center was left.
        chosen: How often each center was the first choice.
        fired: How often each rule changed anything: left a center out, or moved it.
    """

    rules: tuple[Rule, ...]
    without: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    _load: Counter[str] = field(default_factory=Counter)
    _until: deque[tuple[datetime, str]] = field(default_factory=deque)

    @property
    def silent(self) -> tuple[str, ...]:
        """Rules that never changed anything, in their order."""
        return tuple(rule.name for rule in self.rules if not self.fired[rule.name])

    def propose(
        self, case: CaseFacts, centers: Sequence[CenterFacts], at: datetime
    ) -> Ranking:
        """Return what the set proposes, and count it."""
        while self._until and self._until[0][0] <= at:
            self._load[self._until.popleft()[1]] -= 1
        loaded = [replace(center, load=self._load[center.slug]) for center in centers]
        found = evaluate(self.rules, case, loaded)
        for proposal in (*found.included, *found.excluded):
            self.fired.update(
                reason.rule
                for reason in proposal.reasons
                if reason.leaves_out or reason.score
            )
        if found.included:
            first = found.included[0].center
            self.chosen[first] += 1
            self._load[first] += 1
            self._until.append((at + LOAD_LASTS, first))
        else:
            self.without += 1
        return found


@dataclass(slots=True)
class Replay:
    """Two sets of rules over the same cases; sums grow while lines are read.

    Args:
        before: The set in force, or whatever is compared with.
        after: The other.
        cases: That were replayed so far.
        erased: That cannot be read any more.
        first_changed: Cases with another first choice.
        changed: Cases of which anything is different.
    """

    before: Side
    after: Side
    cases: int = 0
    erased: int = 0
    first_changed: int = 0
    changed: int = 0

    def note(self, line: Line) -> None:
        """Count a line."""
        self.cases += 1
        self.first_changed += line.before != line.after
        self.changed += line.is_changed

    @property
    def centers(self) -> tuple[str, ...]:
        """Every center that was a first choice, the most frequent first."""
        both = self.before.chosen + self.after.chosen
        return tuple(slug for slug, _ in sorted(both.items(), key=_most))


def _most(entry: tuple[str, int]) -> tuple[int, str]:
    return (-entry[1], entry[0])


def replay(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    *,
    before: Sequence[Rule],
    after: Sequence[Rule],
    days: int,
    now: datetime,
    today: date,
) -> tuple[Replay, Iterator[Line]]:
    """Return the sums and the lines of a replay; read the lines to fill the sums.

    However many cases there are, only :data:`BATCH` of them are held at a time.

    Args:
        session: Read only here.
        keys: To open what was answered.
        actor: Who asks.
        before: Rules to compare with.
        after: Rules in question.
        days: How far back cases were opened, at most :data:`FURTHEST_DAYS`.
        now: The moment up to which.
        today: The day on which capacities must count.

    Raises:
        RefusedError: If the actor may not try rules out.
    """
    if not holds(actor, Permission.EDIT_ROUTING):
        raise RefusedError(permission=Permission.EDIT_ROUTING.value, actor=actor.name)
    since = now - timedelta(days=min(days, FURTHEST_DAYS))
    found = Replay(Side(tuple(before)), Side(tuple(after)))
    return found, _lines(session, keys, found, since, today)


def _lines(
    session: Session, keys: KeyRing, found: Replay, since: datetime, today: date
) -> Iterator[Line]:
    centers = center_facts(session, today=today)
    cities = {center.slug: center.city for center in centers}
    groups = wider_groups(session)
    for cases in _batches(session, since):
        facts = case_facts(session, keys, cases, cities, groups)
        for case in cases:
            known = facts.get(case.id)
            if known is None:
                found.erased += 1
                continue
            line = _line(found, case, replace(known, tried=frozenset()), centers)
            found.note(line)
            yield line


def _batches(session: Session, since: datetime) -> Iterator[list[Case]]:
    place: tuple[datetime, str] | None = None
    while True:
        asked = (
            select(Case)
            .where(Case.opened_at >= since)
            .order_by(Case.opened_at, Case.id)
            .limit(BATCH)
        )
        if place is not None:
            asked = asked.where(tuple_(Case.opened_at, Case.id) > place)
        cases = list(session.scalars(asked))
        if not cases:
            return
        place = (cases[-1].opened_at, cases[-1].id)
        yield cases
        for case in cases:
            session.expunge(case)


def _line(
    found: Replay, case: Case, facts: CaseFacts, centers: Sequence[CenterFacts]
) -> Line:
    before = found.before.propose(facts, centers, case.opened_at).included
    after = found.after.propose(facts, centers, case.opened_at).included
    kept = {proposal.center for proposal in before}
    keeps = {proposal.center for proposal in after}
    return Line(
        reference=case.reference,
        before=before[0].center if before else None,
        after=after[0].center if after else None,
        kept=len(kept),
        keeps=len(keeps),
        entered=tuple(sorted(keeps - kept)),
        left=tuple(sorted(kept - keeps)),
    )
