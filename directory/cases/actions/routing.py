"""Writing routing rules, and putting a set of them in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.model import RuleSet
from directory.cases.rules.rule_documents import LAST_VERSION, RuleSetDocument
from directory.cases.rules.rule_texts import digest
from directory.cases.rules.states import RuleState
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work


class RulesChangedError(DirectoryError):
    """Somebody changed the draft after the page was made that is being sent."""

    code = "routing.rules-changed"


class NoDraftError(DirectoryError):
    """The set is in force, or was: what it said stays as it is."""

    code = "routing.no-draft"


def draft_rules(work: Work, document: RuleSetDocument) -> int:
    """Keep a new set of rules as a draft; return its version.

    Raises:
        RefusedError: If the actor may not write rules.
    """
    work.require(Permission.EDIT_ROUTING)
    row = _added(work, document, RuleState.DRAFT)
    log.record(work, "rules.drafted", _subject(row), digest=row.digest)
    return row.version


def change_rules(
    work: Work, version: int, document: RuleSetDocument, *, seen: str
) -> None:
    """Write a draft anew; the same again changes nothing.

    Args:
        work: The transaction.
        version: Of the draft.
        document: As it shall be.
        seen: Digest of the draft that was changed.

    Raises:
        RefusedError: If the actor may not write rules.
        NotFoundError: If there is no such set.
        NoDraftError: If it is no draft any more.
        RulesChangedError: If somebody else changed it meanwhile.
    """
    work.require(Permission.EDIT_ROUTING)
    row = _held_draft(work, version, seen)
    if row.digest == digest(document) and row.note == document.note:
        return
    row.rules, row.digest = _plain(document), digest(document)
    row.note = document.note
    row.made_by, row.made_at = work.actor.person, work.now
    work.session.flush()
    log.record(work, "rules.changed", _subject(row), before=seen, after=row.digest)


def put_in_force(work: Work, version: int, *, seen: str) -> None:
    """Let a draft decide from now on; the set that did so is retired.

    Args:
        work: The transaction.
        version: Of the draft.
        seen: Its digest, as it was looked at.

    Raises:
        RefusedError: If the actor may not write rules.
        NotFoundError: If there is no such set.
        NoDraftError: If it is no draft any more.
        RulesChangedError: If somebody changed it meanwhile.
    """
    work.require(Permission.EDIT_ROUTING)
    before = _held_in_force(work)
    row = _held_draft(work, version, seen)
    if before is not None:
        before.state, before.ended_at = RuleState.RETIRED.value, work.now
        # Only one row may be in force at any moment.
        work.session.flush()
    row.state, row.began_at = RuleState.IN_FORCE.value, work.now
    work.session.flush()
    log.record(
        work,
        "rules.put-in-force",
        _subject(row),
        digest=row.digest,
        before=before.version if before else None,
    )


def discard_rules(work: Work, version: int, *, seen: str) -> None:
    """Give a draft up; its number is never given again.

    Raises:
        RefusedError: If the actor may not write rules.
        NotFoundError: If there is no such set.
        NoDraftError: If it is no draft any more.
        RulesChangedError: If somebody changed it meanwhile.
    """
    work.require(Permission.EDIT_ROUTING)
    row = _held_draft(work, version, seen)
    row.state, row.ended_at = RuleState.RETIRED.value, work.now
    work.session.flush()
    log.record(work, "rules.discarded", _subject(row), digest=row.digest)


def bring_rules(work: Work, document: RuleSetDocument) -> bool:
    """Put the set that comes with the program in force, where there never was one.

    Returns:
        Whether there was none; else nothing changes, since people decide.

    Raises:
        RefusedError: If the actor may not write rules.
    """
    work.require(Permission.EDIT_ROUTING)
    if work.session.scalar(select(RuleSet.version).limit(1)) is not None:
        return False
    row = _added(work, document, RuleState.IN_FORCE)
    log.record(
        work, "rules.put-in-force", _subject(row), digest=row.digest, before=None
    )
    return True


def _added(work: Work, document: RuleSetDocument, state: RuleState) -> RuleSet:
    _held_in_force(work)  # whoever counts on from the last version waits here
    last = work.session.scalar(select(func.max(RuleSet.version))) or 0
    row = RuleSet(
        version=last + 1,
        state=state.value,
        rules=_plain(document),
        digest=digest(document),
        note=document.note,
        made_by=work.actor.person,
        made_at=work.now,
        began_at=work.now if state is RuleState.IN_FORCE else None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _held_in_force(work: Work) -> RuleSet | None:
    return work.session.scalar(
        select(RuleSet)
        .where(RuleSet.state == RuleState.IN_FORCE.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _held_draft(work: Work, version: int, seen: str) -> RuleSet:
    if version > LAST_VERSION:
        raise NotFoundError(rules=version)
    row = work.session.get(
        RuleSet, version, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFoundError(rules=version)
    if row.state != RuleState.DRAFT.value:
        raise NoDraftError(rules=version)
    if row.digest != seen:
        raise RulesChangedError(rules=version)
    return row


def _plain(document: RuleSetDocument) -> list[dict[str, Any]]:
    return [
        rule.model_dump(mode="json", exclude_defaults=True) for rule in document.rules
    ]


def _subject(row: RuleSet) -> str:
    return f"rules:{row.version}"
