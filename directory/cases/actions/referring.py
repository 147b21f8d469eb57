"""Referring a case to centers: proposing, agreeing, answering, choosing, ending."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.actions.consenting import give_consent
from directory.cases.actions.due import (
    check_open,
    is_in_state,
    is_with_center,
    settle,
    wait,
    wait_at,
)
from directory.cases.actions.offering import (
    end,
    end_shares,
    give_back,
    new_referral,
    offer,
    onward,
    targets,
)
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Referral
from directory.cases.queries.access import (
    CaseChangedError,
    held_case,
    held_patients_case,
    held_referral,
    shared,
)
from directory.cases.rules.machine import (
    AlreadyReferredError,
    AnswerEmptyError,
    CaseRestsError,
    LeadsAlreadyError,
    ReferralOverError,
    TransferMissingError,
    Why,
    check_referral,
)
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import (
    OPEN_REFERRALS,
    SEEN_BY_HOSPITAL,
    Decline,
    Lack,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.consents import Ticked, Wording
from directory.listings.model import Current, Listing
from directory.listings.rules.document import Kind as ListingKind

__all__ = [
    "Answer",
    "accept",
    "agree_to",
    "answer_for",
    "decline",
    "end_referral",
    "end_shares",
    "lead",
    "need_more",
    "open_referral",
    "propose",
    "refuse",
]

TABLE = "referral"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a center answered.

    Args:
        state: Accepted, needs more, or declined.
        lacks: What it needs.
        code: Why it declined.
        words: What it wrote to its answer.
    """

    state: ReferralState
    lacks: Collection[Lack] = ()
    code: Decline | None = None
    words: str = ""

    def check(self) -> None:
        """Refuse an answer that says nothing.

        Raises:
            AnswerEmptyError: Naming what is missing.
        """
        has_words = bool(self.words.strip())
        if self.state is ReferralState.NEEDS_MORE and not (self.lacks or has_words):
            raise AnswerEmptyError(missing="lacks")
        if self.state is ReferralState.DECLINED:
            if self.code is None:
                raise AnswerEmptyError(missing="code")
            if self.code is Decline.OTHER and not has_words:
                raise AnswerEmptyError(missing="words")
        if self.state not in ANSWERS:
            raise AnswerEmptyError(missing="state")


ANSWERS: Mapping[ReferralState, Kind] = {
    ReferralState.ACCEPTED: Kind.ACCEPTED,
    ReferralState.NEEDS_MORE: Kind.NEEDS_MORE,
    ReferralState.DECLINED: Kind.DECLINED,
}
"""What a center can answer, and how the timeline calls it."""


def propose(
    work: Work,
    keys: KeyRing,
    case: str,
    centers: Sequence[str],
    *,
    reasons: Mapping[str, str],
    rules_version: int | None,
    version: int,
) -> list[str]:
    """Refer a case to centers, in this order.

    A center that the patient lets see the case is offered it at once, unless it says
    that it is full; for another the patient is asked first.

    Args:
        work: The transaction.
        keys: To seal the reasons.
        case: Its id.
        centers: Slugs of published centers.
        reasons: Why each is proposed, as JSON, by slug.
        rules_version: Of the rules by which they were proposed.
        version: Of the case, as the page showed it.

    Returns:
        Ids of the referrals, in the same order.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs, or a center is not published.
        CaseChangedError: If it changed since the page was made.
        CaseRestsError: If it was closed.
        CasePausedError: If it rests.
        AlreadyReferredError: If a center has it already.
        LeadsAlreadyError: If a center treats already.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    check_open(row)
    _check_centers(work, row, centers)
    allowed = shared(work.session, row.inquiry_id)
    wished = {
        one.slug: one.place for one in targets(work, row.inquiry_id, ListingKind.CENTER)
    }
    last = work.session.scalar(
        select(func.max(Referral.place)).where(Referral.case_id == row.id)
    )
    place = max([last or 0, *wished.values()])
    key = data_key_of(work.session, keys, row.inquiry_id)
    waited_for_owner = row.state == State.FACILITATOR.value
    row.answered_at = row.answered_at or work.now
    made, asks_patient, is_offered = [], False, False
    for slug in centers:
        if slug not in wished:
            place += 1
        new = new_referral(
            work, row, slug, wished.get(slug, place), rules_version=rules_version
        )
        if slug in reasons:
            new.reasons = seal_words(key, TABLE, "reasons", new.id, reasons[slug])
        if f"center:{slug}" in allowed:
            is_offered |= offer(work, keys, row, new, side=Side.FACILITATOR)
        else:
            asks_patient = True
            wait_at(work, keys, row, new, Side.PATIENT)
            work.session.add(new)
            work.session.flush()
            if waited_for_owner:
                wait(work, keys, row, Side.PATIENT)
            tell(work, row, Kind.PROPOSED, side=Side.FACILITATOR, referral=new)
        made.append(new.id)
    if waited_for_owner and is_offered and not asks_patient:
        wait(work, keys, row, Side.HOSPITAL)
        tell(work, row, Kind.WAITS, side=Side.FACILITATOR, is_news=False)
    return made


def agree_to(
    work: Work, keys: KeyRing, inquiry: str, referral: str, wording: Wording
) -> None:
    """Agree, as the patient, that a center that was proposed sees the case.

    It is offered to the center at once, unless that says that it is full by now.
    Agreeing again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no such referral in their case.
        CaseRestsError: If the case was closed.
        ReferralRefusedError: If the referral is no longer proposed.
        TransferMissingError: If nothing may be sent to China at all.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case, row = _patients(work, inquiry, referral)
    if row.state == ReferralState.OFFERED.value:
        return
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    check_referral(row.state, ReferralState.REFUSED)
    name = f"center:{row.center}"
    give_consent(work, inquiry, Ticked(wording=wording, recipient=name))
    if name not in shared(work.session, inquiry):
        raise TransferMissingError
    row.version += 1
    tell(work, case, Kind.AGREED, side=Side.PATIENT, referral=row)
    offer(work, keys, case, row, side=Side.PATIENT)
    after_patient(work, keys, case)


def refuse(
    work: Work, inquiry: str, referral: str, keys: KeyRing | None = None
) -> None:
    """Say, as the patient, that a center that was proposed is not to see the case.

    Errors are those of :func:`agree_to`. Refusing again changes nothing.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case, row = _patients(work, inquiry, referral)
    if row.state == ReferralState.REFUSED.value:
        return
    check_referral(row.state, ReferralState.REFUSED)
    row.state, row.due_at = ReferralState.REFUSED.value, None
    row.version += 1
    work.session.flush()
    tell(work, case, Kind.REFUSED, side=Side.PATIENT, referral=row)
    after_patient(work, keys, case)


def open_referral(work: Work, referral: str) -> None:
    """Note that a center has opened a case; only the first time counts.

    Raises:
        RefusedError: If the actor may not read referrals.
        NotFoundError: If it is not theirs.
    """
    work.require(Permission.READ_REFERRALS)
    case, row = held_referral(work, referral)
    if row.opened_at is None:
        row.opened_at = work.now
        log.record(work, "referral.opened", f"case:{case.id}", referral=referral)


def accept(
    work: Work, referral: str, version: int, keys: KeyRing | None = None
) -> None:
    """Take a case, as the center; accepting it again changes nothing.

    A case whose records are still collected is reviewed from now on.

    Raises:
        RefusedError: If the actor may not answer referrals.
        NotFoundError: If it is not theirs, or consent has ended.
        ReferralOverError: If it ended meanwhile, e.g. because the time was over.
        CaseChangedError: If it changed since the page was made.
        CaseRestsError: If the case was closed.
    """
    case, row = _answerable(work, referral)
    if row.state == ReferralState.ACCEPTED.value:
        return
    _check_version(row, version)
    _answer(work, keys, case, row, Answer(ReferralState.ACCEPTED), Side.HOSPITAL)


def need_more(
    work: Work,
    keys: KeyRing,
    referral: str,
    lacks: Collection[Lack],
    words: str,
    version: int,
) -> None:
    """Say, as the center, what is missing; the patient is waited for.

    Errors are those of :func:`accept`, and besides:

    Raises:
        AnswerEmptyError: If it does not say what is missing.
    """
    answer = Answer(ReferralState.NEEDS_MORE, lacks=tuple(lacks), words=words)
    case, row = _answerable(work, referral)
    _check_version(row, version)
    _answer(work, keys, case, row, answer, Side.HOSPITAL)


def decline(
    work: Work,
    keys: KeyRing,
    referral: str,
    code: Decline,
    words: str,
    version: int,
) -> None:
    """Say, as the center, that it does not take a case; it is offered onward.

    Errors are those of :func:`accept`, and besides:

    Raises:
        AnswerEmptyError: If the reason is another and was not written.
    """
    answer = Answer(ReferralState.DECLINED, code=code, words=words)
    case, row = _answerable(work, referral)
    _check_version(row, version)
    _answer(work, keys, case, row, answer, Side.HOSPITAL)


def answer_for(
    work: Work,
    keys: KeyRing,
    case: str,
    referral: str,
    answer: Answer,
    version: int,
) -> None:
    """Write down what a center answered that nobody keeps here, as the owner.

    Args:
        work: The transaction.
        keys: To seal its words.
        case: Id of the case.
        referral: Id of the referral.
        answer: What it said, by other means.
        version: Of the case, as the page showed it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs, the center answers itself, or
            consent has ended.
        CaseChangedError: If the case changed since the page was made.
        CaseRestsError: If the case was closed.
        ReferralOverError: If the referral ended.
        AnswerEmptyError: If the answer says nothing.
    """
    work.require(Permission.WORK_ON_CASE)
    held = held_case(work, case, version)
    row = _row(work, held, referral)
    if row.organization_id is not None:
        raise NotFoundError(referral=referral)
    if row.state not in SEEN_BY_HOSPITAL:
        raise ReferralOverError(state=row.state)
    if f"center:{row.center}" not in shared(work.session, held.inquiry_id):
        raise NotFoundError(referral=referral)
    _answer(work, keys, held, row, answer, Side.FACILITATOR)


def lead(
    work: Work, case: str, referral: str, version: int, keys: KeyRing | None = None
) -> None:
    """Choose, as the owner, the center that treats; all others end.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If case or referral are not theirs.
        CaseChangedError: If the case changed since the page was made.
        CaseRestsError: If the case was closed.
        CasePausedError: If it rests.
        ReferralOverError: If the center has not accepted the case.
    """
    work.require(Permission.WORK_ON_CASE)
    held = held_case(work, case, version)
    check_open(held)
    row = _row(work, held, referral)
    if row.state != ReferralState.ACCEPTED.value:
        raise ReferralOverError(state=row.state)
    if row.is_leading:
        return
    for other in _open_rows(work, held):
        if other.id != row.id:
            end(work, held, other, Why.OTHER_LEADS, side=Side.FACILITATOR)
    row.is_leading = True
    row.version += 1
    settle(work, keys, held)
    tell(work, held, Kind.LEADING, side=Side.FACILITATOR, referral=row)


def end_referral(
    work: Work,
    case: str,
    referral: str,
    why: Why = Why.OWNER,
    version: int | None = None,
    keys: KeyRing | None = None,
) -> None:
    """End a referral as the owner; the center reads the case no longer.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If case or referral are not theirs.
        CaseChangedError: If the case changed since the page was made.
        ReferralRefusedError: If it ended before.
    """
    work.require(Permission.WORK_ON_CASE)
    held = held_case(work, case, version)
    row = _row(work, held, referral)
    end(work, held, row, why, side=Side.FACILITATOR)
    if held.state == State.PATIENT.value:
        after_patient(work, keys, held)
    give_back(work, keys, held)


def _answer(
    work: Work,
    keys: KeyRing | None,
    case: Case,
    row: Referral,
    answer: Answer,
    side: Side,
) -> None:
    """Let a center have answered; both rows are locked."""
    answer.check()
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    check_referral(row.state, answer.state)
    words = _sealed(work, keys, case, row, answer.words) if keys is not None else None
    row.state, row.answered_at, row.due_at = answer.state.value, work.now, None
    row.warnings = 0
    row.version += 1
    row.decline = answer.code.value if answer.code else None
    if keys is not None:
        row.words = words
    case.answered_at = case.answered_at or work.now
    rests = case.state == State.PAUSED.value
    starts_review = False
    if answer.state is ReferralState.ACCEPTED:
        starts_review = case.step == Step.INQUIRY.value
        if starts_review:
            case.step, case.step_since = Step.REVIEW.value, work.now
        if not rests:
            wait(work, keys, case, Side.HOSPITAL)
    elif answer.state is ReferralState.NEEDS_MORE:
        row.lacks = sorted({lack.value for lack in answer.lacks})
        # Where the patient's clock hangs is read before the row is whole again.
        with work.session.no_autoflush:
            wait_at(work, keys, case, row, Side.PATIENT)
        if not rests:
            wait(work, keys, case, Side.PATIENT)
    else:
        row.is_leading = False
    work.session.flush()
    tell(
        work,
        case,
        ANSWERS[answer.state],
        side=side,
        referral=row,
        lacks=row.lacks if answer.state is ReferralState.NEEDS_MORE else [],
        code=row.decline,
    )
    if starts_review:
        tell(
            work,
            case,
            Kind.STEPPED,
            side=side,
            before=Step.INQUIRY.value,
            to=Step.REVIEW.value,
        )
    if answer.state is ReferralState.DECLINED and onward(work, keys, case) is None:
        after_patient(work, keys, case)
        give_back(work, keys, case)


def _sealed(
    work: Work, keys: KeyRing, case: Case, row: Referral, words: str
) -> bytes | None:
    if not words.strip():
        return None
    key = data_key_of(work.session, keys, case.inquiry_id)
    return seal_words(key, TABLE, "words", row.id, words.strip())


def _answerable(work: Work, referral: str) -> tuple[Case, Referral]:
    """Return a referral that the actor's center may answer now, and its case."""
    work.require(Permission.ANSWER_REFERRAL)
    try:
        case, row = held_referral(work, referral)
    except NotFoundError:
        own = work.session.scalar(
            select(Referral)
            .where(
                Referral.id == referral,
                Referral.organization_id == work.actor.organization,
                Referral.offered_at.is_not(None),
            )
            .execution_options(populate_existing=True)
        )
        if own is None:
            raise
        raise ReferralOverError(state=own.state) from None
    if f"center:{row.center}" not in shared(work.session, case.inquiry_id):
        raise NotFoundError(referral=referral)
    return case, row


def _check_version(row: Referral, version: int) -> None:
    if row.version != version:
        raise CaseChangedError


def _patients(work: Work, inquiry: str, referral: str) -> tuple[Case, Referral]:
    case = held_patients_case(work, inquiry)
    row = _row(work, case, referral)
    return case, row


def _row(work: Work, case: Case, referral: str) -> Referral:
    """Return a referral of a case, locked.

    Raises:
        NotFoundError: If it is another's.
    """
    row = work.session.scalar(
        select(Referral)
        .where(Referral.id == referral, Referral.case_id == case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(referral=referral)
    return row


def _open_rows(work: Work, case: Case) -> list[Referral]:
    found = work.session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id, Referral.state.in_(sorted(OPEN_REFERRALS)))
        .order_by(Referral.place, Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


def _check_centers(work: Work, case: Case, centers: Sequence[str]) -> None:
    rows = _open_rows(work, case)
    if any(row.is_leading for row in rows):
        raise LeadsAlreadyError
    taken = {row.center for row in rows}
    published = set(
        work.session.scalars(
            select(Listing.slug)
            .join(Current, Current.listing_id == Listing.id)
            .where(Listing.kind == ListingKind.CENTER.value, Listing.slug.in_(centers))
        )
    )
    if not centers:
        raise NotFoundError(center="")
    for place, slug in enumerate(centers):
        if slug not in published:
            raise NotFoundError(center=slug)
        if slug in taken or slug in centers[:place]:
            raise AlreadyReferredError(center=slug)


def after_patient(work: Work, keys: KeyRing | None, case: Case) -> None:
    """Let a case wait for whose turn it is once the patient owes no answer."""
    if case.state != State.PATIENT.value or any(
        is_in_state(work, case, state)
        for state in (ReferralState.PROPOSED, ReferralState.NEEDS_MORE)
    ):
        return
    to = Side.HOSPITAL if is_with_center(work, case) else Side.FACILITATOR
    wait(work, keys, case, to)
    tell(work, case, Kind.WAITS, side=Side.DIRECTORY, is_news=False)
