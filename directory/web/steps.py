"""Words of steps, states, sides and codes of cases."""

from __future__ import annotations

from collections.abc import Mapping

from directory.cases.rules.quotes import LineKind
from directory.cases.rules.states import (
    CallState,
    Closing,
    Decline,
    Lack,
    PauseReason,
    QuoteState,
    ReferralState,
    RuleState,
    Side,
    State,
    Step,
)
from directory.inquiries.rules.documents import DocumentKind, DocumentState
from directory.web.words import _, _p

STEPS: Mapping[Step, str] = {
    Step.INQUIRY: _("First inquiry and sending records"),
    Step.REVIEW: _("Medical review and eligibility"),
    Step.CONSULTATION: _("Video consultation and treatment plan"),
    Step.ESTIMATE: _("Estimate and deposit"),
    Step.TRAVEL: _("Hospital letter, visa, travel"),
    Step.EVALUATION: _("On-site work-up and cell collection"),
    Step.MANUFACTURING: _("Waiting for the cells"),
    Step.INFUSION: _("Lymphodepletion and infusion"),
    Step.FOLLOW_UP: _("Monitoring, discharge and going home"),
}
"""The nine steps, as the guide calls them."""


def step_words(number: int) -> str:
    """Return the title of a step, from 1 to 9."""
    return str(STEPS[Step(number)])


SIDES: Mapping[Side, str] = {
    Side.PATIENT: _p("side", "the patient"),
    Side.FACILITATOR: _p("side", "the facilitator"),
    Side.HOSPITAL: _p("side", "the hospital"),
    Side.DIRECTORY: _p("side", "this directory"),
}
"""Who has a part in a case."""

STATES: Mapping[State, str] = {
    State.PATIENT: _("Waiting for the patient"),
    State.FACILITATOR: _("Waiting for the facilitator"),
    State.HOSPITAL: _("Waiting for the hospital"),
    State.PAUSED: _("Paused"),
    State.CLOSED: _("Closed"),
}
"""Who is waited for; pages of the one who is say so to them themselves."""

TURNS: Mapping[Side, str] = {
    Side.PATIENT: _("It is the patient's turn"),
    Side.FACILITATOR: _("It is the facilitator's turn"),
    Side.HOSPITAL: _("It is the hospital's turn"),
}

YOUR_TURN = _("It is your turn")

DOES: Mapping[Step, Mapping[Side, str]] = {
    Step.INQUIRY: {
        Side.PATIENT: _("Answer questions, and add the records that you have."),
        Side.FACILITATOR: _(
            "Checks whether the records are complete, and finds centers that fit."
        ),
        Side.HOSPITAL: _("Says whether it can look at the case, and what is missing."),
    },
    Step.REVIEW: {
        Side.PATIENT: _("Answer the doctors' questions, and add what they ask for."),
        Side.FACILITATOR: _("Sees to it that what is missing reaches the hospital."),
        Side.HOSPITAL: _(
            "Doctors look at the records and say whether treatment may be possible."
        ),
    },
    Step.CONSULTATION: {
        Side.PATIENT: _("Choose a time, and write down what you want to ask."),
        Side.FACILITATOR: _("Arranges an interpreter and a summary in writing."),
        Side.HOSPITAL: _("Offers times, explains the plan, and writes it down."),
    },
    Step.ESTIMATE: {
        Side.PATIENT: _("Read the estimate and the refund rule before you agree."),
        Side.FACILITATOR: _("Explains the estimate line by line."),
        Side.HOSPITAL: _("Gives an itemized estimate, with what it leaves out."),
    },
    Step.TRAVEL: {
        Side.PATIENT: _("Apply for the visa with the hospital's letter; plan travel."),
        Side.FACILITATOR: _("Checks names and dates, and helps with lodging."),
        Side.HOSPITAL: _("Gives the invitation letter."),
    },
    Step.EVALUATION: {
        Side.PATIENT: _("Come to the tests; ask before anything is collected."),
        Side.FACILITATOR: _("Brings an interpreter, and helps with registration."),
        Side.HOSPITAL: _("Tests again on site, and collects cells if all is well."),
    },
    Step.MANUFACTURING: {
        Side.PATIENT: _("Decide with the team whether to wait nearby or at home."),
        Side.FACILITATOR: _("Watches the days of the visa, and helps with lodging."),
        Side.HOSPITAL: _("Keeps the illness in check, and says how the cells grow."),
    },
    Step.INFUSION: {
        Side.PATIENT: _("Tell the ward about every new symptom at once."),
        Side.FACILITATOR: _("Keeps the family informed; an interpreter is on call."),
        Side.HOSPITAL: _("Gives the preparing treatment, then the cells."),
    },
    Step.FOLLOW_UP: {
        Side.PATIENT: _("Stay near as long as the team asks; come to every check."),
        Side.FACILITATOR: _("Hands over to the doctor at home, papers translated."),
        Side.HOSPITAL: _("Watches, treats what comes up, and plans the checks."),
    },
}
"""What each side does in a step, in a sentence; the patient is spoken to."""

CLOSINGS: Mapping[Closing, str] = {
    Closing.TREATED: _p("closing", "Treated"),
    Closing.NOT_ELIGIBLE: _p("closing", "Treatment does not fit"),
    Closing.NO_CAPACITY: _p("closing", "No center has room"),
    Closing.ELSEWHERE: _p("closing", "The patient chose another place"),
    Closing.COST: _p("closing", "The cost"),
    Closing.VISA: _p("closing", "No visa"),
    Closing.DIED: _p("closing", "The patient died"),
    Closing.WITHDREW: _p("closing", "The patient does not want to go on"),
    Closing.NO_REPLY: _p("closing", "No answer any more"),
    Closing.DUPLICATE: _p("closing", "The same inquiry came twice"),
    Closing.OUT_OF_SCOPE: _p("closing", "Nothing that is done here"),
}
"""Why a case ended."""

CLOSINGS_OF_PATIENTS: Mapping[Closing, str] = {
    Closing.ELSEWHERE: _("Another place was chosen"),
    Closing.COST: _("It costs too much"),
    Closing.VISA: _("There is no visa, or the journey is not possible"),
    Closing.TREATED: _("The treatment is over"),
    Closing.DIED: _("The patient has died"),
    Closing.WITHDREW: _("Another reason, or none that I want to give"),
}
"""The same as a patient, or who asks for one, says it."""

DECLINES: Mapping[Decline, str] = {
    Decline.CAPACITY: _p("decline", "No room"),
    Decline.ELIGIBILITY: _p("decline", "Treatment there does not fit"),
    Decline.NO_PRODUCT: _p("decline", "No suitable product there"),
    Decline.OTHER: _p("decline", "Another reason"),
}
"""Why a center does not take a case."""

LACKS: Mapping[Lack, str] = {
    Lack.PATHOLOGY: _p("lack", "Pathology report"),
    Lack.MARROW: _p("lack", "Bone marrow report"),
    Lack.GENETICS: _p("lack", "Cytogenetics or FISH"),
    Lack.FLOW: _p("lack", "Flow cytometry"),
    Lack.TREATMENT_LINES: _p("lack", "Every line of treatment, with dates"),
    Lack.IMAGING: _p("lack", "Original images, not photographs of them"),
    Lack.BLOOD: _p("lack", "Recent blood results"),
    Lack.INFECTION: _p("lack", "Tests for infections"),
    Lack.HEART_LUNG: _p("lack", "Tests of heart and lungs"),
    Lack.PERFORMANCE: _p("lack", "The doctor's note on daily life (ECOG)"),
    Lack.OTHER: _p("lack", "Something else"),
}
"""What a center asks for before it can answer."""

PAUSES: Mapping[PauseReason, str] = {
    PauseReason.PATIENT_ASKED: _p("pause", "The patient asked for it"),
    PauseReason.MEDICAL: _p("pause", "For a medical reason"),
    PauseReason.WAITING_LIST: _p("pause", "On a waiting list"),
    PauseReason.TRAVEL: _p("pause", "Travel is not possible yet"),
}
"""Why a case rests."""

REFERRAL_STATES: Mapping[ReferralState, str] = {
    ReferralState.PROPOSED: _p("referral", "Proposed; the patient decides"),
    ReferralState.OFFERED: _p("referral", "Asked; no answer yet"),
    ReferralState.ACCEPTED: _p("referral", "Accepted for review"),
    ReferralState.NEEDS_MORE: _p("referral", "Needs more first"),
    ReferralState.DECLINED: _p("referral", "Declined"),
    ReferralState.EXPIRED: _p("referral", "Did not answer in time"),
    ReferralState.REFUSED: _p("referral", "Not asked: the patient did not agree"),
    ReferralState.ENDED: _p("referral", "Ended"),
}
"""What became of a case at one center."""

QUOTE_STATES: Mapping[QuoteState, str] = {
    QuoteState.SENT: _p("estimate", "Open"),
    QuoteState.AGREED: _p("estimate", "Agreed"),
    QuoteState.REPLACED: _p("estimate", "Replaced by a newer one"),
    QuoteState.TAKEN_BACK: _p("estimate", "Taken back"),
}

QUOTE_LINES: Mapping[LineKind, str] = {
    LineKind.PRODUCT: _p("estimate", "The product"),
    LineKind.APHERESIS: _p("estimate", "Collecting cells"),
    LineKind.BRIDGING: _p("estimate", "Treatment while waiting"),
    LineKind.LYMPHODEPLETION: _p("estimate", "Preparing treatment"),
    LineKind.WARD: _p("estimate", "Days on the ward"),
    LineKind.INTENSIVE_CARE: _p("estimate", "Reserve for intensive care"),
    LineKind.TESTS: _p("estimate", "Tests"),
    LineKind.INTERPRETER: _p("estimate", "Interpreter"),
    LineKind.LODGING: _p("estimate", "Lodging"),
    LineKind.OTHER: _p("estimate", "Other"),
}
"""What a line of an estimate is for."""

CALL_STATES: Mapping[CallState, str] = {
    CallState.OFFERED: _p("call", "Times offered"),
    CallState.CHOSEN: _p("call", "Time chosen"),
    CallState.NONE_FITS: _p("call", "None of the times fits"),
    CallState.HELD: _p("call", "Held"),
    CallState.CANCELED: _p("call", "Canceled"),
}

RULE_STATES: Mapping[RuleState, str] = {
    RuleState.DRAFT: _p("rules", "Draft"),
    RuleState.IN_FORCE: _p("rules", "In force"),
    RuleState.RETIRED: _p("rules", "Retired"),
}

DOCUMENT_KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.RECORD: _p("document", "Medical record"),
    DocumentKind.ESTIMATE: _p("document", "Estimate"),
    DocumentKind.LETTER: _p("document", "Letter"),
    DocumentKind.OTHER: _p("document", "Other"),
}

DOCUMENT_STATES: Mapping[DocumentState, str] = {
    DocumentState.ARRIVING: _p("document", "Not all of it has arrived"),
    DocumentState.CHECKING: _p("document", "Being checked"),
    DocumentState.KEPT: _p("document", "Kept"),
    DocumentState.REFUSED: _p("document", "Refused"),
}

TONES: Mapping[str, str] = {
    State.PATIENT: "wait",
    State.FACILITATOR: "wait",
    State.HOSPITAL: "wait",
    State.PAUSED: "plain",
    State.CLOSED: "plain",
    ReferralState.PROPOSED: "wait",
    ReferralState.OFFERED: "wait",
    ReferralState.NEEDS_MORE: "wait",
    ReferralState.ACCEPTED: "good",
    ReferralState.DECLINED: "bad",
    ReferralState.EXPIRED: "bad",
    ReferralState.REFUSED: "plain",
    ReferralState.ENDED: "plain",
}
"""Color of a state's tag; the words beside it say the same."""

WAITED_FOR: Mapping[State, Side] = {
    State.PATIENT: Side.PATIENT,
    State.FACILITATOR: Side.FACILITATOR,
    State.HOSPITAL: Side.HOSPITAL,
}
