"""The one sentence for each thing that happens to a case, the same for all readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.days import written
from directory.web import context, steps
from directory.web.words import _
from directory.web.zones import clock, day_at


class Told(Protocol):
    """A line of a timeline, as sentences need it."""

    @property
    def kind(self) -> Kind:
        """Return what happened."""

    @property
    def side(self) -> Side:
        """Return who did it."""

    @property
    def organization(self) -> str | None:
        """Return the name of the organization of who did it."""

    @property
    def owner(self) -> str | None:
        """Return the name of the organization that looks after the case from then."""

    @property
    def center(self) -> str | None:
        """Return the slug of the center that it concerns."""

    @property
    def step(self) -> Step:
        """Return the step after it."""

    @property
    def state(self) -> State:
        """Return the state after it."""

    @property
    def due_at(self) -> datetime | None:
        """Return by when somebody must act after it."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return its codes and days."""


SENTENCES: Mapping[Kind, str] = {
    Kind.OPENED: _("The inquiry was received."),
    Kind.LET_IN: _("Very many inquiries came at once; this one was let in."),
    Kind.ASSIGNED: _("Somebody at %(organization)s looks after the case by name now."),
    Kind.HANDED_OVER: _("The case was handed over; %(owner)s looks after it now."),
    Kind.STEPPED: _("The case is at step %(number)s of 9 now: %(step)s."),
    Kind.WAITS: _("It was settled whose turn it is."),
    Kind.PAUSED: _("The case rests until %(day)s. The reason: %(code)s."),
    Kind.RESUMED: _("The case goes on."),
    Kind.CLOSED: _("The case was closed. The reason: %(code)s."),
    Kind.REOPENED: _("The case was opened again."),
    Kind.MERGED: _("The case was joined with another inquiry about the same patient."),
    Kind.REMINDED: _("A reminder was sent: something is due by %(day)s."),
    Kind.ESCALATED: _("Something is overdue; those in charge were told."),
    Kind.SILENT: _(
        "Nothing was heard from the patient for long; it can be decided to close the"
        " case."
    ),
    Kind.PROPOSED: _(
        "%(center)s was proposed; the patient decides whether it may see the case."
    ),
    Kind.AGREED: _("The patient agreed that %(center)s sees the case."),
    Kind.REFUSED: _("The patient did not agree that %(center)s sees the case."),
    Kind.OFFERED: _("%(center)s was asked to look at the case."),
    Kind.NOT_OFFERED: _(
        "%(center)s says that it has no room at present, so it was not asked."
    ),
    Kind.ACCEPTED: _("%(center)s accepted the case for review."),
    Kind.NEEDS_MORE: _("%(center)s needs more before it can answer: %(lacks)s."),
    Kind.DECLINED: _("%(center)s does not take the case. The reason: %(code)s."),
    Kind.EXPIRED: _("No answer about %(center)s came in time."),
    Kind.REFERRAL_ENDED: _(
        "%(center)s no longer takes part, and reads the case no longer."
    ),
    Kind.LEADING: _("%(center)s is the center that treats."),
    Kind.MESSAGE: _("A message was written."),
    Kind.NOTE: _("A note was written."),
    Kind.DOCUMENT: _("A document was added."),
    Kind.DOCUMENT_REMOVED: _("A document was removed."),
    Kind.TIMES_OFFERED: _("%(center)s offered times for a video consultation."),
    Kind.TIME_CHOSEN: _("The video consultation with %(center)s is on %(moment)s."),
    Kind.NO_TIME_FITS: _("None of the times that %(center)s offered fits."),
    Kind.CALL_HELD: _("The video consultation with %(center)s took place."),
    Kind.CALL_CANCELED: _("The video consultation with %(center)s was canceled."),
    Kind.CALL_EXPLAINED: _("%(center)s said how to join the video consultation."),
    Kind.QUOTED: _("%(center)s gave an estimate."),
    Kind.QUOTE_AGREED: _("The patient agreed to the estimate of %(center)s."),
    Kind.QUOTE_TAKEN_BACK: _("%(center)s took its estimate back."),
    Kind.LETTER_GIVEN: _("%(center)s gave an invitation letter."),
    Kind.LETTER_TAKEN_BACK: _("%(center)s took its invitation letter back."),
    Kind.FOLLOW_UP_PLANNED: _("%(center)s planned the checks after treatment."),
    Kind.FOLLOW_UP_REMINDED: _("A check after treatment is due on %(day)s."),
    Kind.FOLLOW_UP_DONE: _("A check after treatment was done."),
    Kind.CONSENT_GIVEN: _("The patient gave a consent."),
    Kind.CONSENT_WITHDRAWN: _("The patient took a consent back."),
    Kind.LOOKED_INTO: _(
        "Somebody at %(organization)s, who does not look after the case, looked into"
        " it and wrote down why."
    ),
    Kind.ERASED: _("What the case held about the patient was erased."),
}
"""What happened, told so that it is true for whoever reads it."""

TURNS: Mapping[State, str] = {
    State.PATIENT: _("It is the patient's turn now, until %(day)s."),
    State.FACILITATOR: _("It is the turn of %(owner)s now, until %(day)s."),
    State.HOSPITAL: _("It is the hospital's turn now, until %(day)s."),
}

WROTE: Mapping[Side, str] = {
    Side.PATIENT: _("The patient wrote a message."),
    Side.FACILITATOR: _("%(organization)s wrote a message."),
    Side.HOSPITAL: _("%(center)s wrote a message."),
}

ADDED: Mapping[Side, str] = {
    Side.PATIENT: _("The patient added a document."),
    Side.FACILITATOR: _("%(organization)s added a document."),
    Side.HOSPITAL: _("%(center)s added a document."),
}

SPECIAL: Mapping[str, str] = {
    "unassigned": _("Nobody looks after the case by name; all of %(organization)s do."),
    "closed-by-patient": _("The patient closed the case. The reason: %(code)s."),
    "onward": _(
        "Since no other center took the case so far, %(center)s was asked to look at"
        " it."
    ),
    "joined": _(
        "The case was closed, since it is carried on as case %(reference)s about the"
        " same patient."
    ),
    "needs-more": _("%(center)s needs more before it can answer."),
    "more-sent": _("%(center)s was asked again, with what it had asked for."),
    "ended-closed": _(
        "Since the case was closed, %(center)s no longer takes part and reads it no"
        " longer."
    ),
    "ended-other-leads": _(
        "Since another center treats, %(center)s no longer takes part and reads the"
        " case no longer."
    ),
    "ended-consent": _(
        "Since the consent was taken back, %(center)s no longer takes part and reads"
        " the case no longer."
    ),
    "time": _("A time for the video consultation with %(center)s was chosen."),
    "check": _("A check after treatment is due soon."),
    "given-center": _("The patient gave consent that %(center)s sees the case."),
    "given-transfer": _("The patient gave consent that the case is sent to China."),
    "taken-center": _("The patient took back the consent that %(center)s sees it."),
    "taken-transfer": _(
        "The patient took back the consent that the case is sent to China."
    ),
    "taken-share": _("The patient took back the consent that the facilitator sees it."),
}
"""The same where the facts say more, or less."""

NOBODY = _("this directory")
A_CENTER = _("A center")


def sentence(line: Told, zone: ZoneInfo, name: Callable[[str], str]) -> Markup:
    """Return what happened in one sentence, in the page's language.

    Args:
        line: What happened.
        zone: Whose clock its days and hours are told by.
        name: Returns the name of a center by its slug.
    """
    words = str(_words(line))
    values: Mapping[str, object] = {
        "center": _bdi(name(line.center) if line.center else str(A_CENTER)),
        "organization": _bdi(line.organization or str(NOBODY)),
        "owner": _bdi(line.owner or str(NOBODY)),
        "number": line.step.value,
        "step": str(steps.STEPS[line.step]),
        "code": _code(line),
        "lacks": _lacks(line),
        "reference": _bdi(str(line.facts.get("reference", ""))),
        "day": _day(line, zone),
        "moment": _moment(line, zone),
    }
    told = escape(words) % values
    # A Russian day ends with a point of its own.
    return told[:-1] if told.endswith("..") else told


def plain_sentence(line: Told, zone: ZoneInfo, name: Callable[[str], str]) -> str:
    """Return the same without markup."""
    return sentence(line, zone, name).striptags()


def _words(line: Told) -> str:
    """Return the sentence that a line's side and facts ask for."""
    choose = CHOICES.get(line.kind)
    return (choose(line) if choose else None) or SENTENCES[line.kind]


def _consent(verb: str) -> Callable[[Told], str | None]:
    def choose(line: Told) -> str | None:
        about = "center" if line.center else line.facts.get("purpose")
        return SPECIAL.get(f"{verb}-{about}")

    return choose


def _offered(line: Told) -> str | None:
    if line.facts.get("again"):
        return SPECIAL["more-sent"]
    return SPECIAL["onward"] if line.side is Side.DIRECTORY else None


def _closed(line: Told) -> str | None:
    return SPECIAL["closed-by-patient"] if line.side is Side.PATIENT else None


def _assigned(line: Told) -> str | None:
    to_nobody = "to" in line.facts and line.facts["to"] is None
    return SPECIAL["unassigned"] if to_nobody else None


CHOICES: Mapping[Kind, Callable[[Told], str | None]] = {
    Kind.ASSIGNED: _assigned,
    Kind.WAITS: lambda line: TURNS.get(line.state) if line.due_at else None,
    Kind.CLOSED: _closed,
    Kind.MERGED: lambda line: (
        SPECIAL["joined"] if line.facts.get("reference") else None
    ),
    Kind.OFFERED: _offered,
    Kind.NEEDS_MORE: lambda line: None if _lacks(line) else SPECIAL["needs-more"],
    Kind.REFERRAL_ENDED: lambda line: SPECIAL.get(f"ended-{line.facts.get('why')}"),
    Kind.MESSAGE: lambda line: WROTE.get(line.side),
    Kind.DOCUMENT: lambda line: ADDED.get(line.side),
    Kind.TIME_CHOSEN: lambda line: (
        None if _instant(line.facts.get("at")) else SPECIAL["time"]
    ),
    Kind.FOLLOW_UP_REMINDED: lambda line: (
        None if _date(line.facts.get("due_on")) else SPECIAL["check"]
    ),
    Kind.CONSENT_GIVEN: _consent("given"),
    Kind.CONSENT_WITHDRAWN: _consent("taken"),
}
"""Kinds of which one sentence is not enough; nothing means the usual one."""

CODES: Mapping[Kind, tuple[type[StrEnum], Mapping[Any, str]]] = {
    Kind.PAUSED: (PauseReason, steps.PAUSES),
    Kind.CLOSED: (Closing, steps.CLOSINGS),
    Kind.DECLINED: (Decline, steps.DECLINES),
}
"""What the fact ``code`` of each kind is one of."""


def _code(line: Told) -> str:
    if line.kind not in CODES:
        return ""
    kind, words = CODES[line.kind]
    code = line.facts.get("code") or line.facts.get("reason")
    return str(words[kind(code)]) if code in set(kind) else str(_("not stated"))


def _lacks(line: Told) -> str:
    found = line.facts.get("lacks") or []
    return ", ".join(
        str(steps.LACKS[Lack(each)]) for each in found if each in set(Lack)
    )


def _day(line: Told, zone: ZoneInfo) -> str:
    for fact in ("until", "due_on"):
        day = _date(line.facts.get(fact))
        if day:
            return written(day, context.language())
    due = _instant(line.facts.get("due_at")) or line.due_at
    return day_at(due, zone) if due else str(_("not stated"))


def _moment(line: Told, zone: ZoneInfo) -> str:
    at = _instant(line.facts.get("at"))
    return clock(at, zone) if at else ""


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None


def _bdi(words: str) -> Markup:
    return Markup("<bdi>%s</bdi>") % words
