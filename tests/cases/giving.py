"""What an invented hospital gives to an invented case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from directory.cases.actions import letters
from directory.cases.model import Case, Referral
from directory.cases.rules.quotes import Line, LineKind, QuoteBody
from directory.cases.rules.states import ReferralState, State, Step
from tests.cases.people import Cast
from tests.inquiries.invented import CANARY

TEMPLATE = {
    "heading_en": "East Hospital (invented)",
    "heading_zh": "某某医院",
    "address_en": "1 Invented Road, Shanghai",
    "address_zh": "",
    "title_en": "Letter of invitation {number}",
    "title_zh": "邀请函",
    "body_en": "We invite {patient_name}, holder of {passport} on {arrive} for {stay}.",
    "body_zh": "兹邀请{patient_name}（护照{passport}）于{arrive}来院，停留{stay}。",
    "signer_en": "The invented office",
    "signer_zh": "某某办公室",
}  # fmt: skip

VALUES = {
    "patient_name": f"INVENTED {CANARY.upper()}",
    "passport": "N12345678",
    "arrive": "2027-01-11",
    "stay": "90 days",
}

QUOTE = QuoteBody(
    lines=(
        Line(kind=LineKind.PRODUCT, low=Decimal(1166000), note=f"{CANARY} product"),
        Line(
            kind=LineKind.WARD,
            low=Decimal(1200),
            high=Decimal(1800),
            quantity=Decimal(30),
            unit="day",
        ),
        Line(kind=LineKind.LODGING, is_included=False),
    ),
    deposit=Decimal(200000),
    deposit_when="Before collection",
    refund=f"{CANARY}: what was not used is paid back.",
    excluded="Flights.",
)

GOOD_UNTIL = date(2027, 1, 31)

PDF = b"%PDF-1.7 invented"


def accepted(
    people: Cast, step: Step = Step.CONSULTATION, center: str = "east-invented"
) -> Referral:
    """Let a center have accepted the case, which waits for it in a step."""
    row = people.referral(center)
    row.state, row.due_at = ReferralState.ACCEPTED.value, None
    row.answered_at = people.patient.now
    case = people.patient.session.get_one(Case, people.case)
    case.step, case.state = step.value, State.HOSPITAL.value
    people.patient.session.commit()
    return row


def template(people: Cast) -> None:
    """Let the hospital have a letter template."""
    letters.keep_template(people.east, TEMPLATE, 0)
    people.east.session.commit()
