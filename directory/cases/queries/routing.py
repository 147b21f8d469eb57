"""Which centers are proposed for a case and why, and the sets of rules there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from directory.cases.model import Case, RuleSet
from directory.cases.queries.access import owned
from directory.cases.queries.routing_facts import (
    case_facts,
    center_facts,
    wider_groups,
)
from directory.cases.rules.routing import Proposal, Ranking, Reason, evaluate
from directory.cases.rules.rule_documents import LAST_VERSION, Rule, RuleSetDocument
from directory.cases.rules.rule_texts import checked
from directory.cases.rules.states import RuleState
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission, holds

__all__ = [
    "Proposal",
    "Proposals",
    "Reason",
    "RuleSetView",
    "case_called",
    "dry_run",
    "in_force",
    "proposals",
    "rule_set",
    "rule_sets",
]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What rules say of a case.

    Args:
        version: Of the set in force; ``None`` if there is none.
        included: Centers in the order of preference.
        excluded: The others, each with why it was left out.
    """

    version: int | None
    included: tuple[Proposal, ...]
    excluded: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class RuleSetView:
    """One set of rules.

    Args:
        version: Its number; never given twice.
        state: Whether it is a draft, in force, or no more.
        document: The rules themselves, with the note.
        digest: Changes whenever a rule does.
        is_brought: Whether the program brought it, and nobody wrote it.
        made_at: When it was written, or changed last.
        began_at: When it was put in force, if it was.
        ended_at: When it was retired or discarded.
    """

    version: int
    state: RuleState
    document: RuleSetDocument
    digest: str
    is_brought: bool
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None


def proposals(session: Session, keys: KeyRing, case: Case, *, today: date) -> Proposals:
    """Return the centers that the rules in force propose for a case.

    Args:
        session: Read only here.
        keys: To open what was answered.
        case: One that the reader may see, see :mod:`directory.cases.queries.access`.
        today: The reader's day.

    Raises:
        NotFoundError: If the inquiry was erased.
    """
    row = _in_force(session)
    rules = _document(row).rules if row else ()
    found = _ranking(session, keys, case, rules, today)
    return Proposals(row.version if row else None, found.included, found.excluded)


def dry_run(
    session: Session, keys: KeyRing, case: Case, rules: Sequence[Rule], *, today: date
) -> Ranking:
    """Return what any rules would propose for a case; see :func:`proposals`."""
    return _ranking(session, keys, case, rules, today)


def case_called(session: Session, actor: Actor, reference: str) -> Case:
    """Return a case of the actor's organization by what staff call it.

    Raises:
        NotFoundError: If it is not theirs, or there is none.
    """
    found = session.scalar(
        select(Case).where(Case.reference == reference, owned(actor))
    )
    if found is None:
        raise NotFoundError(case=reference)
    return found


def in_force(session: Session) -> RuleSetView | None:
    """Return the set of rules that is in force; nothing if none is."""
    row = _in_force(session)
    return _view(row) if row else None


def rule_sets(session: Session, actor: Actor) -> tuple[RuleSetView, ...]:
    """Return every set of rules, the newest first.

    Raises:
        RefusedError: If the actor may not read them.
    """
    _require(actor)
    rows = session.scalars(select(RuleSet).order_by(RuleSet.version.desc()))
    return tuple(map(_view, rows))


def rule_set(session: Session, actor: Actor, version: int) -> RuleSetView:
    """Return one set of rules.

    Raises:
        RefusedError: If the actor may not read it.
        NotFoundError: If there is none of this number.
    """
    _require(actor)
    row = session.get(RuleSet, version) if version <= LAST_VERSION else None
    if row is None:
        raise NotFoundError(rules=version)
    return _view(row)


def _require(actor: Actor) -> None:
    if not holds(actor, Permission.READ_ROUTING):
        raise RefusedError(permission=Permission.READ_ROUTING.value, actor=actor.name)


def _in_force(session: Session) -> RuleSet | None:
    return session.scalar(
        select(RuleSet).where(RuleSet.state == RuleState.IN_FORCE.value)
    )


def _ranking(
    session: Session, keys: KeyRing, case: Case, rules: Sequence[Rule], today: date
) -> Ranking:
    centers = center_facts(session, today=today)
    cities = {center.slug: center.city for center in centers}
    facts = case_facts(session, keys, [case], cities, wider_groups(session))
    if case.id not in facts:
        raise NotFoundError(case=case.id)
    return evaluate(rules, facts[case.id], centers)


def _document(row: RuleSet) -> RuleSetDocument:
    return checked({"format": 1, "note": row.note, "rules": row.rules})


def _view(row: RuleSet) -> RuleSetView:
    return RuleSetView(
        version=row.version,
        state=RuleState(row.state),
        document=_document(row),
        digest=row.digest,
        is_brought=row.made_by is None,
        made_at=row.made_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
    )
