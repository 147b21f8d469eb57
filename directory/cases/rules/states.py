"""The words of cases: steps, states, sides, codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class Step(IntEnum):
    """The nine steps, in the order in which they are walked."""

    INQUIRY = 1
    REVIEW = 2
    CONSULTATION = 3
    ESTIMATE = 4
    TRAVEL = 5
    EVALUATION = 6
    MANUFACTURING = 7
    INFUSION = 8
    FOLLOW_UP = 9


class Side(StrEnum):
    """Who has a part in a case."""

    PATIENT = "patient"
    FACILITATOR = "facilitator"
    HOSPITAL = "hospital"
    DIRECTORY = "directory"
    """The program itself, e.g. when a deadline has passed."""


class State(StrEnum):
    """Who is waited for, or that nobody is."""

    PATIENT = "waiting-for-patient"
    FACILITATOR = "waiting-for-facilitator"
    HOSPITAL = "waiting-for-hospital"
    PAUSED = "paused"
    CLOSED = "closed"


WAITING: Mapping[Side, State] = {
    Side.PATIENT: State.PATIENT,
    Side.FACILITATOR: State.FACILITATOR,
    Side.HOSPITAL: State.HOSPITAL,
}
"""The state in which each side is waited for."""


class Closing(StrEnum):
    """Why a case ended."""

    TREATED = "treated"
    NOT_ELIGIBLE = "not-eligible"
    NO_CAPACITY = "no-capacity"
    ELSEWHERE = "patient-chose-elsewhere"
    COST = "cost"
    VISA = "visa"
    DIED = "died"
    WITHDREW = "withdrew"
    NO_REPLY = "no-reply"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out-of-scope"


class PauseReason(StrEnum):
    """Why a case rests until a day."""

    PATIENT_ASKED = "patient-asked"
    MEDICAL = "medical"
    WAITING_LIST = "waiting-list"
    TRAVEL = "travel"


class ReferralState(StrEnum):
    """What became of a case at one center."""

    PROPOSED = "proposed"
    """The patient has not yet agreed that this center sees it."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    NEEDS_MORE = "needs-more"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"
    """The patient did not agree."""
    ENDED = "ended"
    """Consent was taken back, another center treats, or the case was closed."""


OPEN_REFERRALS = frozenset(
    {
        ReferralState.PROPOSED,
        ReferralState.OFFERED,
        ReferralState.ACCEPTED,
        ReferralState.NEEDS_MORE,
    }
)
"""States in which something may still come of a referral."""

SEEN_BY_HOSPITAL = frozenset(
    {ReferralState.OFFERED, ReferralState.ACCEPTED, ReferralState.NEEDS_MORE}
)
"""States in which the hospital may read the case."""


class Decline(StrEnum):
    """Why a center does not take a case."""

    CAPACITY = "capacity"
    ELIGIBILITY = "eligibility"
    NO_PRODUCT = "no-product"
    OTHER = "other"


class Lack(StrEnum):
    """What a center asks for before it can answer."""

    PATHOLOGY = "pathology"
    MARROW = "marrow"
    GENETICS = "genetics"
    FLOW = "flow-cytometry"
    TREATMENT_LINES = "treatment-lines"
    IMAGING = "imaging"
    BLOOD = "blood-results"
    INFECTION = "infection-screening"
    HEART_LUNG = "heart-and-lungs"
    PERFORMANCE = "performance-status"
    OTHER = "other"


class QuoteState(StrEnum):
    """What became of an estimate."""

    SENT = "sent"
    AGREED = "agreed"
    REPLACED = "replaced"
    TAKEN_BACK = "taken-back"


class CallState(StrEnum):
    """What became of times offered for a remote consultation."""

    OFFERED = "offered"
    CHOSEN = "chosen"
    NONE_FITS = "none-fits"
    HELD = "held"
    CANCELED = "canceled"


class RuleState(StrEnum):
    """What a set of routing rules is for."""

    DRAFT = "draft"
    IN_FORCE = "in-force"
    RETIRED = "retired"
