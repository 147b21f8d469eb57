"""What a moderator decides on single fields, and answers to single findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.submissions.model import (
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.cases import (
    case_of,
    field_rows,
    fields_with_evidence,
    proposed_field,
)
from directory.submissions.rules.review import Answer, Case
from directory.submissions.rules.states import Decision


class ReasonMissingError(DirectoryError):
    """What is sent back or rejected needs a reason that the hospital can read."""

    code = "submission.reason-missing"


class NothingToVerifyError(DirectoryError):
    """Without a source or evidence there was nothing to compare a field with."""

    code = "submission.nothing-to-verify"


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What a moderator decides on one field.

    Args:
        field: As differences name it.
        decision: What becomes of it; ``None`` takes an earlier decision back.
        reason: For what is not accepted, in words that the hospital reads.
        verified: Whether they compared it with a primary source.
    """

    field: str
    decision: Decision | None
    reason: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class FindingVerdict:
    """How a moderator answers a finding of the linter.

    Args:
        finding: Its row.
        answer: Whether it stands.
        words: Why it may be dismissed; else if there is anything to say.
    """

    finding: int
    answer: Answer
    words: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a moderator saves at once.

    Args:
        fields: Those that they decided.
        findings: Those that they answered.
        accept_rest: Whether to accept what nobody decided and in which nothing
            was found that is unanswered or stands.
    """

    fields: tuple[FieldVerdict, ...] = ()
    findings: tuple[FindingVerdict, ...] = ()
    accept_rest: bool = False


NOTHING = Verdicts()


def save(work: Work, row: Submission, verdicts: Verdicts) -> Submission:
    """Write decisions and answers down; a change is a revision of its own.

    Args:
        work: The transaction.
        row: Held by it, so that nobody else changes it meanwhile.
        verdicts: What to save; the same again changes nothing.

    Raises:
        RefusedError: If the actor may not review.
        NotFoundError: If there is no such field or finding.
        ReasonMissingError: If a reason is missing, with the field.
        NothingToVerifyError: If a field has nothing to be compared with.
    """
    work.require(Permission.REVIEW_SUBMISSION)
    rows = {one.field: one for one in field_rows(work.session, row.id)}
    evidence = fields_with_evidence(work.session, row.id)
    changed = {
        verdict.field: verdict.decision.value if verdict.decision else None
        for verdict in verdicts.fields
        if _decide_field(work, rows.get(verdict.field), verdict, evidence)
    }
    answered = [
        verdict.finding for verdict in verdicts.findings if _answer(work, row, verdict)
    ]
    if verdicts.accept_rest:
        for one in _acceptable(case_of(work.session, row, work.actor), rows.values()):
            _set(work, one, Decision.ACCEPTED, None, verified=False)
            changed[one.field] = Decision.ACCEPTED.value
    if not changed and not answered:
        return row
    row.revision += 1
    work.session.flush()
    log.record(
        work,
        "submission.reviewed",
        subject_of(row),
        revision=row.revision,
        fields=changed,
        findings=answered,
    )
    return row


def _decide_field(
    work: Work,
    row: SubmissionField | None,
    verdict: FieldVerdict,
    evidence: frozenset[str],
) -> bool:
    """Write one decision down; tell whether it is another than before."""
    if row is None:
        raise NotFoundError(field=verdict.field)
    is_accepted = verdict.decision is Decision.ACCEPTED
    reason = None if is_accepted or not verdict.decision else verdict.reason.strip()
    if reason == "":
        raise ReasonMissingError(field=verdict.field)
    verified = verdict.verified and is_accepted
    if (row.decision, row.reason, row.verified) == (verdict.decision, reason, verified):
        return False
    if verified:
        _check_verifiable(row, evidence)
    _set(work, row, verdict.decision, reason, verified=verified)
    return True


def _check_verifiable(row: SubmissionField, evidence: frozenset[str]) -> None:
    after = proposed_field(row).after
    source = after.get("source") if isinstance(after, dict) else None
    if not source and row.field not in evidence:
        raise NothingToVerifyError(field=row.field)


def _set(
    work: Work,
    row: SubmissionField,
    decision: Decision | None,
    reason: str | None,
    *,
    verified: bool,
) -> None:
    row.decision = decision.value if decision else None
    row.reason, row.verified = reason, verified
    row.decided_at = work.now if decision else None
    row.decided_by = work.actor.person if decision else None
    work.session.flush()


def _answer(work: Work, row: Submission, verdict: FindingVerdict) -> bool:
    found = work.session.get(SubmissionFinding, verdict.finding)
    if found is None or found.submission_id != row.id:
        raise NotFoundError(finding=verdict.finding)
    words = verdict.words.strip()
    if verdict.answer is Answer.DISMISSED and not words:
        raise ReasonMissingError(field=f"finding.{verdict.finding}")
    if (found.answer, found.words or "") == (verdict.answer, words):
        return False
    found.answer, found.words = verdict.answer.value, words or None
    found.answered_at, found.answered_by = work.now, work.actor.person
    work.session.flush()
    return True


def _acceptable(
    case: Case, rows: Iterable[SubmissionField]
) -> Iterable[SubmissionField]:
    doubtful = {
        one.field for one in case.findings if one.answer is not Answer.DISMISSED
    }
    return [one for one in rows if one.decision is None and one.field not in doubtful]


def subject_of(row: Submission) -> str:
    """Return how the log names a submission."""
    return f"submission:{row.public_id}"
