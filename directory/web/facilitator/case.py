"""One case as its owner's people read it: everything of it on one page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.queries.people import Colleague, colleagues
from directory.cases.actions.notes import note_read
from directory.cases.queries.access import owned_case
from directory.cases.queries.care import Care, owners_care
from directory.cases.queries.case_page import CasePage, case_page
from directory.cases.queries.documents import DocumentView, documents_of_case
from directory.cases.queries.duplicates import Duplicate, duplicates
from directory.cases.queries.handing import Office, possible_owners
from directory.cases.queries.routing import Proposals, proposals
from directory.cases.queries.talking import Thread, owners_threads
from directory.cases.queries.templates import TemplateView, message_templates
from directory.cases.queries.timeline import Line, timeline
from directory.cases.rules.machine import moves_of
from directory.cases.rules.quotes import side_by_side
from directory.cases.rules.states import ReferralState, Side
from directory.cases.rules.templates import filled
from directory.core.actor import Role
from directory.core.text import Language
from directory.inquiries.queries import ConsentView, inquiry_page
from directory.submissions.rules.states import CapacityState
from directory.web import context, filters, illness, pathway, routing
from directory.web.facilitator import forms as typed
from directory.web.facilitator.blueprint import bp
from directory.web.facilitator.words import DUPLICATES, TRIAGE
from directory.web.fields import choices
from directory.web.proof import ProvenForm
from directory.web.words import _
from directory.web.zones import CHINA, clock, zone_of

ID = "string(length=32)"

PRESELECTED = 3
"""Centers that are ticked when the page opens: as many as an inquiry may name."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as its page shows it.

    Args:
        page: How it stands, with what was answered.
        threads: Conversations, that with the patient first.
        care: What each center gave.
        documents: Files that the owner may see.
        lines: What happened, the newest first.
        consents: What the patient agreed to.
        proposed: What the rules say of centers; nothing of a closed case.
        duplicates: Cases that may be about the same patient.
        people: Who may carry it.
        offices: To whom it may be handed.
        templates: Words that are written again and again.
        theirs: Where the patient's clock hangs.
        today: The day where the owner is.
    """

    page: CasePage
    threads: tuple[Thread, ...]
    care: tuple[Care, ...]
    documents: tuple[DocumentView, ...]
    lines: tuple[Line, ...]
    consents: tuple[ConsentView, ...]
    proposed: Proposals | None
    duplicates: tuple[Duplicate, ...]
    people: tuple[Colleague, ...]
    offices: tuple[Office, ...]
    templates: tuple[TemplateView, ...]
    theirs: ZoneInfo
    today: date

    @property
    def ours(self) -> ZoneInfo:
        """Return where the owner's clock hangs."""
        return CHINA

    @property
    def in_stead(self) -> bool:
        """Return whether the owner acts for a center that nobody keeps here."""
        return any(
            each.state is ReferralState.ACCEPTED and not each.is_kept_here
            for each in self.page.referrals
        )

    @property
    def fits(self) -> tuple[str, ...]:
        """Return slugs of centers that may be asked now, in the order proposed."""
        if self.proposed is None:
            return ()
        asked = {each.center for each in self.page.referrals if each.is_open}
        every = (*self.proposed.included, *self.proposed.excluded)
        return tuple(each.center for each in every if each.center not in asked)

    @property
    def ticked(self) -> tuple[str, ...]:
        """Return those that are ticked when the page opens; none once one is asked."""
        if self.proposed is None or any(each.is_open for each in self.page.referrals):
            return ()
        found = [
            each.center
            for each in self.proposed.included
            if each.capacity is not CapacityState.FULL
        ]
        return tuple(found[:PRESELECTED])


def opened(case: str) -> Opened:
    """Return a case, after it was written down that it is read.

    The transaction is kept at once, so that the entry stays whatever becomes of the
    page.

    Raises:
        NotFoundError: If it is not theirs, or was erased.
    """
    work, keys = context.work(), context.keys()
    note_read(work, case)
    actor, session, now = work.actor, work.session, work.now
    page = case_page(session, actor, keys, case, now=now)
    office = actor.organization or 0
    found = Opened(
        page=page,
        threads=owners_threads(session, actor, keys, case),
        care=owners_care(session, actor, keys, case, now=now),
        documents=documents_of_case(session, keys, actor, case),
        lines=timeline(session, case, with_internal=True),
        consents=inquiry_page(session, page.inquiry, now=now).consents,
        proposed=proposals(
            session, keys, owned_case(session, actor, case), today=context.today()
        )
        if page.is_open
        else None,
        duplicates=duplicates(session, actor, keys, case) if page.is_open else (),
        people=tuple(colleagues(session, office, Role.FACILITATOR)),
        offices=possible_owners(session, actor, case) if page.is_open else (),
        templates=message_templates(session, actor),
        theirs=zone_of(page.person.time_zone, page.person.country),
        today=now.astimezone(CHINA).date(),
    )
    context.keep()
    return found


@dataclass
class Forms:
    """The forms of the page; the one that was refused stands for itself."""

    assign: typed.AssignForm = field(
        default_factory=lambda: typed.AssignForm(formdata=None)
    )
    move: typed.MoveForm = field(default_factory=lambda: typed.MoveForm(formdata=None))
    wait: typed.WaitForm = field(default_factory=lambda: typed.WaitForm(formdata=None))
    pause: typed.PauseForm = field(
        default_factory=lambda: typed.PauseForm(formdata=None)
    )
    close: typed.CloseForm = field(
        default_factory=lambda: typed.CloseForm(formdata=None)
    )
    merge: typed.MergeForm = field(
        default_factory=lambda: typed.MergeForm(formdata=None)
    )
    hand_over: typed.HandOverForm = field(
        default_factory=lambda: typed.HandOverForm(formdata=None)
    )
    propose: typed.ProposeForm = field(
        default_factory=lambda: typed.ProposeForm(formdata=None)
    )
    message: typed.MessageForm = field(
        default_factory=lambda: typed.MessageForm(formdata=None)
    )
    note: typed.NoteForm = field(default_factory=lambda: typed.NoteForm(formdata=None))
    task: typed.TaskForm = field(default_factory=lambda: typed.TaskForm(formdata=None))
    refused: ProvenForm | None = None


@bp.get(f"/cases/<{ID}:case>")
def case(case: str) -> ResponseReturnValue:
    """Show a case, after it was written down that it is read."""
    return show(case, Forms())


def show(case: str, forms: Forms) -> Response:
    """Show a case with its forms, as they were refused if one was."""
    # What a refused press began is undone; the page shows what is now true.
    context.finish(succeeded=False)
    found = opened(case)
    offer(forms, found)
    inserted = _insert(forms, found)
    quotes = [care.quote for care in found.care if care.quote]
    page = render_template(
        "facilitator/case.html",
        found=found,
        page=found.page,
        forms=forms,
        inserted=inserted,
        me=context.actor().person,
        next=pathway.what_next(found.page.step, found.page.state, Side.FACILITATOR),
        illness=illness.illness_rows(found.page.illness),
        person=illness.person_rows(found.page.person),
        quotes=quotes,
        table=side_by_side([quote.body for quote in quotes]) if quotes else (),
        zones=(found.ours, found.theirs),
        say=routing.WORDS,
        triage_words=TRIAGE,
        same_words=DUPLICATES,
        new_key=secrets.token_hex(16),
        task_key=secrets.token_hex(16),
        moves=moves_of(Side.FACILITATOR, found.page.step, in_stead=found.in_stead),
    )
    refused = forms.refused
    return make_response(page, 200 if refused is None else refused.status or 422)


def offer(forms: Forms, found: Opened) -> None:
    """Let forms offer what can be chosen for a case."""
    people = [(one.public_id, one.name) for one in found.people]
    forms.assign.person.choices = choices([("", _("Nobody")), *people])
    forms.task.assignee.choices = choices([("", _("Anybody")), *people])
    forms.hand_over.office.choices = choices(
        (each.public_id, each.name) for each in found.offices
    )
    forms.move.offer(found.page.step, in_stead=found.in_stead)
    forms.propose.centers.choices = choices(
        (slug, filters.term(slug, "center")) for slug in found.fits
    )
    if forms.refused is not forms.propose:
        forms.propose.centers.data = list(found.ticked)
    if forms.refused is not forms.assign:
        carrying = {one.id: one.public_id for one in found.people}
        forms.assign.person.data = carrying.get(found.page.assignee or 0, "")
    forms.message.whom.choices = choices(
        [
            ("", _("The patient alone")),
            *(
                (
                    each.referral or "",
                    gettext(
                        "The patient and %(center)s",
                        center=filters.term(each.center or "", "center"),
                    ),
                )
                for each in found.threads
                if each.referral and each.can_write
            ),
        ]
    )
    if forms.refused is not forms.message:
        # Changes with every message of any conversation, and is alike in two tabs.
        seen = ":".join(each.sent_key for each in found.threads)
        forms.message.sent_key.data = sha256(seen.encode()).hexdigest()[:32]
        spoken = found.page.person.language
        known = {each.value for each in Language}
        forms.message.language.data = (
            spoken if spoken in known else context.language().value
        )


def _insert(forms: Forms, found: Opened) -> TemplateView | None:
    """Put the template that the address names into the message form; send nothing."""
    name = request.args.get("template", "")
    chosen = next((each for each in found.templates if each.id == name), None)
    if chosen is None or forms.refused is forms.message or request.method != "GET":
        return None
    said, language = chosen.template.words_in(found.page.person.language)
    page = found.page
    leading = [each.center for each in page.referrals if each.is_open]
    values = {
        "reference": page.reference,
        "step": str(pathway.STEPS[page.step]),
        "due": clock(page.due_at, found.theirs) if page.due_at else "",
        "organization": page.owner,
        "center": filters.term(leading[0], "center") if leading else "",
    }
    forms.message.body.data = filled(said, values)
    forms.message.language.data = language
    return chosen
