"""A referred case: what the hospital reads of it, and its one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from directory.cases.actions.reading import read_referral
from directory.cases.actions.talking import mark_read_as_hospital
from directory.cases.queries.care import Care, hospitals_care
from directory.cases.queries.documents import DocumentView, documents_of_referral
from directory.cases.queries.referrals import ReferralPage, referral_page
from directory.cases.queries.talking import Thread, hospitals_thread
from directory.cases.rules.machine import hospital_moves
from directory.cases.rules.states import Side, Step
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.inquiries.rules.answers import Illness, Person
from directory.web import context, illness, pathway
from directory.web.proof import ProvenForm
from directory.web.referrals.blueprint import bp
from directory.web.referrals.forms import (
    DeclineForm,
    MessageForm,
    MoveForm,
    NeedForm,
    SeenForm,
)
from directory.web.zones import CHINA, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ID = "string(length=32)"


def keys() -> KeyRing:
    """Return the ring.

    Raises:
        NotFoundError: Where the process serves the public directory only.
    """
    ring = context.tools().keys
    if ring is None:
        raise NotFoundError
    return ring


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as the hospital opened it.

    Args:
        page: How it stands.
        person: Who asks, without anything to reach them by.
        illness: What was said of it.
        care: What the hospital gave.
        thread: Its conversation.
        documents: Files that it may see.
        theirs: Where the patient's clock hangs.
        today: The day where the hospital is.
    """

    page: ReferralPage
    person: Person
    illness: Illness
    care: Care
    thread: Thread
    documents: tuple[DocumentView, ...]
    theirs: ZoneInfo
    today: date

    @property
    def ours(self) -> ZoneInfo:
        """Return where the hospital's clock hangs."""
        return CHINA


def opened(referral: str) -> Opened:
    """Return a case, after it was written down that it is read.

    What was written to the hospital counts as read then. The transaction is kept at
    once, so that the entry stays whatever becomes of the page.

    Raises:
        NotFoundError: If it is not theirs, or consent has ended.
    """
    work, ring = context.work(), keys()
    person, said = read_referral(work, ring, referral)
    actor, session = work.actor, work.session
    found = Opened(
        page=referral_page(session, actor, ring, referral, now=work.now),
        person=person,
        illness=said,
        care=hospitals_care(session, actor, ring, referral, now=work.now),
        thread=hospitals_thread(session, actor, ring, referral),
        documents=documents_of_referral(session, ring, actor, referral),
        theirs=zone_of(person.time_zone, person.country),
        today=work.now.astimezone(CHINA).date(),
    )
    mark_read_as_hospital(work, referral)
    context.keep()
    return found


@dataclass
class Forms:
    """The forms of the page; the one that was refused stands for itself."""

    accept: SeenForm = field(default_factory=lambda: SeenForm(formdata=None))
    need: NeedForm = field(default_factory=lambda: NeedForm(formdata=None))
    decline: DeclineForm = field(default_factory=lambda: DeclineForm(formdata=None))
    message: MessageForm = field(default_factory=lambda: MessageForm(formdata=None))
    move: MoveForm = field(default_factory=lambda: MoveForm(formdata=None))
    refused: ProvenForm | None = None


@bp.get(f"/<{ID}:referral>")
def case(referral: str) -> ResponseReturnValue:
    """Show a case, after it was written down that it is read."""
    return show(referral, Forms())


def show(referral: str, forms: Forms) -> Response:
    """Show a case with its forms, as they were refused if one was."""
    context.finish(succeeded=False)
    found = opened(referral)
    forms.move.offer(moves(found.page))
    names: Mapping[str, object] = {
        "found": found,
        "forms": forms,
        "next": pathway.what_next(
            found.page.step, found.page.case_state, Side.HOSPITAL
        ),
        "illness": illness.illness_rows(found.illness),
        "person": illness.person_rows(found.person),
        "zones": (found.ours, found.theirs),
    }
    page = render_template("referrals/case.html", **names)
    refused = forms.refused
    return make_response(page, 200 if refused is None else refused.status or 422)


def moves(page: ReferralPage) -> tuple[Step, ...]:
    """Return the steps to which the hospital may move the case now."""
    return hospital_moves(page.step)
