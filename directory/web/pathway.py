"""Words of cases that pages of patients, facilitators and hospitals share.

What a step asks of each side at length, its papers, durations and risks, with
sources, stands in the guide :data:`GUIDE`; :func:`details` finds it by step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory.cases.rules.states import Side, State, Step
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.knowledge.queries import guide_page
from directory.knowledge.rules.guide import Step as GuideStep
from directory.web.sentences import Told, plain_sentence, sentence
from directory.web.steps import (
    CALL_STATES,
    CLOSINGS,
    CLOSINGS_OF_PATIENTS,
    DECLINES,
    DOCUMENT_KINDS,
    DOCUMENT_STATES,
    DOES,
    LACKS,
    PAUSES,
    QUOTE_LINES,
    QUOTE_STATES,
    REFERRAL_STATES,
    RULE_STATES,
    SIDES,
    STATES,
    STEPS,
    TONES,
    TURNS,
    WAITED_FOR,
    YOUR_TURN,
)
from directory.web.zones import clock, day_at, zone_of

__all__ = [
    "CALL_STATES",
    "CLOSINGS",
    "CLOSINGS_OF_PATIENTS",
    "DECLINES",
    "DOCUMENT_KINDS",
    "DOCUMENT_STATES",
    "DOES",
    "GUIDE",
    "LACKS",
    "PAUSES",
    "QUOTE_LINES",
    "QUOTE_STATES",
    "REFERRAL_STATES",
    "RULE_STATES",
    "SIDES",
    "STATES",
    "STEPS",
    "TONES",
    "TURNS",
    "WAITED_FOR",
    "YOUR_TURN",
    "Next",
    "Told",
    "clock",
    "day_at",
    "details",
    "plain_sentence",
    "sentence",
    "what_next",
    "zone_of",
]

GUIDE = "process"
"""The guide whose sections are the nine steps."""


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next in a case.

    Args:
        whose: Whose turn it is, in words.
        what: What they do now; nothing of a case that rests or ended.
        is_yours: Whether the reader is waited for.
    """

    whose: str
    what: str | None
    is_yours: bool


def what_next(step: int, state: str, reader: Side = Side.PATIENT) -> Next:
    """Return what happens next, as one side reads it.

    Args:
        step: From 1 to 9.
        state: Of the case.
        reader: Whose page it stands on.
    """
    side = WAITED_FOR.get(State(state))
    if side is None:
        return Next(whose=str(STATES[State(state)]), what=None, is_yours=False)
    is_yours = side is reader
    return Next(
        whose=str(YOUR_TURN if is_yours else TURNS[side]),
        what=str(DOES[Step(step)][side]),
        is_yours=is_yours,
    )


def details(session: Session) -> Mapping[int, GuideStep]:
    """Return what the guide says of each step, by its number; sourced, in English.

    Nothing is made up if a directory has no such guide: then there are no details.
    """
    try:
        guide = guide_page(session, GUIDE)
    except NotFoundError:
        return {}
    return {step.number: step for part in guide.sections for step in part.steps}
