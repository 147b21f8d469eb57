"""The table of moves: from which step to which, by whom; and what referrals become."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.cases.rules.states import Closing, ReferralState, Side, Step
from directory.core.errors import DirectoryError

MOVES: Mapping[Step, tuple[Step, ...]] = {
    Step.INQUIRY: (Step.REVIEW,),
    Step.REVIEW: (Step.CONSULTATION,),
    Step.CONSULTATION: (Step.ESTIMATE,),
    Step.ESTIMATE: (Step.TRAVEL,),
    Step.TRAVEL: (Step.EVALUATION,),
    # What is found on site can ask for another review.
    Step.EVALUATION: (Step.MANUFACTURING, Step.REVIEW),
    # A manufacture can fail; then cells are collected again.
    Step.MANUFACTURING: (Step.INFUSION, Step.EVALUATION),
    Step.INFUSION: (Step.FOLLOW_UP,),
    Step.FOLLOW_UP: (),
}
"""From each step, those that may follow, the usual one first."""

MOVERS: Mapping[Step, frozenset[Side]] = {
    Step.INQUIRY: frozenset({Side.PATIENT, Side.FACILITATOR}),
    Step.REVIEW: frozenset({Side.HOSPITAL}),
    Step.CONSULTATION: frozenset({Side.HOSPITAL}),
    Step.ESTIMATE: frozenset({Side.HOSPITAL, Side.PATIENT}),
    Step.TRAVEL: frozenset({Side.HOSPITAL, Side.FACILITATOR}),
    Step.EVALUATION: frozenset({Side.HOSPITAL}),
    Step.MANUFACTURING: frozenset({Side.HOSPITAL}),
    Step.INFUSION: frozenset({Side.HOSPITAL}),
    Step.FOLLOW_UP: frozenset({Side.HOSPITAL, Side.PATIENT}),
}
"""Who moves a case on from each step."""

REFERRAL_MOVES: Mapping[ReferralState, frozenset[ReferralState]] = {
    ReferralState.PROPOSED: frozenset(
        {
            ReferralState.OFFERED,
            ReferralState.REFUSED,
            ReferralState.EXPIRED,
            ReferralState.ENDED,
            # The center had no room any more when the patient agreed.
            ReferralState.DECLINED,
        }
    ),
    ReferralState.OFFERED: frozenset(
        {
            ReferralState.ACCEPTED,
            ReferralState.NEEDS_MORE,
            ReferralState.DECLINED,
            ReferralState.EXPIRED,
            ReferralState.ENDED,
        }
    ),
    ReferralState.NEEDS_MORE: frozenset(
        {
            ReferralState.OFFERED,
            ReferralState.ACCEPTED,
            ReferralState.NEEDS_MORE,
            ReferralState.DECLINED,
            ReferralState.EXPIRED,
            ReferralState.ENDED,
        }
    ),
    ReferralState.ACCEPTED: frozenset(
        {
            ReferralState.NEEDS_MORE,
            ReferralState.DECLINED,
            ReferralState.ENDED,
        }
    ),
    ReferralState.DECLINED: frozenset(),
    ReferralState.EXPIRED: frozenset(),
    ReferralState.REFUSED: frozenset(),
    ReferralState.ENDED: frozenset(),
}
"""From each state of a referral, those that may follow; the last four are ends."""

PATIENTS_CLOSINGS = frozenset(
    {
        Closing.ELSEWHERE,
        Closing.COST,
        Closing.VISA,
        Closing.TREATED,
        Closing.DIED,
        Closing.WITHDREW,
    }
)
"""Why a patient, or who asks for one, may close a case."""


class Why(StrEnum):
    """Why a referral ended without an answer of the center."""

    CLOSED = "closed"
    OTHER_LEADS = "other-leads"
    CONSENT = "consent"
    OWNER = "owner"


class StepRefusedError(DirectoryError):
    """The table has no such move, or not by this side; ``from_`` and ``to`` say it."""

    code = "case.step-refused"


class WaitRefusedError(DirectoryError):
    """There is nobody on that side who could be waited for."""

    code = "case.wait-refused"


class CaseRestsError(DirectoryError):
    """The case was closed, so nothing more is given to it."""

    code = "case.rests"


class CasePausedError(DirectoryError):
    """The case rests; it has to go on first."""

    code = "case.paused"


class NotPausedError(DirectoryError):
    """The case does not rest."""

    code = "case.not-paused"


class ReopenRefusedError(DirectoryError):
    """The case cannot be opened again; ``reason`` says why."""

    code = "case.reopen-refused"


class ClosingRefusedError(DirectoryError):
    """A patient cannot close a case with this code."""

    code = "case.closing-refused"


class HandOverRefusedError(DirectoryError):
    """The case cannot go to that organization: the patient did not let it."""

    code = "case.hand-over-refused"


class ReferralRefusedError(DirectoryError):
    """A referral cannot become that from what it is; ``from_`` and ``to`` say it."""

    code = "referral.state-refused"


class ReferralOverError(DirectoryError):
    """The center may no longer answer; ``state`` says what became of its referral."""

    code = "referral.over"


class AlreadyReferredError(DirectoryError):
    """The case is at this center already."""

    code = "referral.already"


class LeadsAlreadyError(DirectoryError):
    """A center treats already, so no other is asked."""

    code = "referral.leads-already"


class AnswerEmptyError(DirectoryError):
    """An answer lacks what it needs: what is missing, or why not."""

    code = "referral.answer-empty"


class TransferMissingError(DirectoryError):
    """The patient has not agreed that anything is sent to China."""

    code = "referral.no-transfer"


def moves_of(
    side: Side, step: Step | int, *, in_stead: bool = False
) -> tuple[Step, ...]:
    """Return the steps to which a side may move a case, the usual one first.

    Args:
        side: Who moves.
        step: In which the case is.
        in_stead: Whether it acts for a center that nobody keeps here.
    """
    here = Step(step)
    may = MOVERS[here]
    allowed = side in may or (in_stead and Side.HOSPITAL in may)
    return MOVES[here] if allowed else ()


def hospital_moves(step: Step | int) -> tuple[Step, ...]:
    """Return the steps to which a hospital may move a case that it has accepted."""
    return moves_of(Side.HOSPITAL, step)


def check_move(
    side: Side, step: Step | int, to: Step, *, in_stead: bool = False
) -> None:
    """Refuse a move that the table does not have.

    Raises:
        StepRefusedError: With where it is and where it was to go.
    """
    if to not in moves_of(side, step, in_stead=in_stead):
        raise StepRefusedError(from_=int(step), to=to.value, side=side.value)


def check_referral(state: str, to: ReferralState) -> None:
    """Refuse what a referral cannot become.

    Raises:
        ReferralRefusedError: With what it is and what it was to be.
    """
    if to not in REFERRAL_MOVES[ReferralState(state)]:
        raise ReferralRefusedError(from_=state, to=to.value)
