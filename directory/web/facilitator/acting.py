"""What a facilitator does with a case: carry it, refer it, move it, end it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.queries.people import colleagues
from directory.cases.actions import assigning, merging, moving, referring
from directory.cases.queries.access import owned_case
from directory.cases.queries.case_page import CasePage, OwnersReferral, case_page
from directory.cases.queries.handing import possible_owners
from directory.cases.queries.routing import case_called, proposals
from directory.cases.rules.routing import as_json
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    ReferralState,
    Side,
    Step,
)
from directory.core.actor import Role
from directory.core.errors import DirectoryError, NotFoundError
from directory.web import context
from directory.web.facilitator.blueprint import bp
from directory.web.facilitator.case import ID, Forms, show
from directory.web.facilitator.forms import (
    AnswerForm,
    AssignForm,
    CloseForm,
    HandOverForm,
    MergeForm,
    MoveForm,
    PauseForm,
    ProposeForm,
    SeenForm,
    TakeForm,
    WaitForm,
)
from directory.web.proof import ProvenForm
from directory.web.words import _

CHANGED = _(
    "Somebody changed this case since you opened the page. Below it stands as it is"
    " now; what you typed is still here. Look, and press again if it still fits"
)

REFUSED: Mapping[str, str] = {
    "case.changed": CHANGED,
    "case.rests": _("The case was closed, so nothing more can be done to it"),
    "case.step-refused": _("The case cannot go there from the step it is in now"),
    "case.wait-refused": _("No center has the case, so none can be waited for"),
    "case.paused": _("The case rests. Let it go on first"),
    "case.not-paused": _("The case does not rest"),
    "case.pause-refused": _("Choose a day after today, at most 180 days ahead"),
    "case.reopen-refused": _(
        "The case cannot be opened again: more than 14 days have passed, it is open,"
        " or the patient took the inquiry back"
    ),
    "case.hand-over-refused": _("The patient has not agreed that they see the case"),
    "case.cannot-merge": _(
        "These cases cannot be joined or parted: one of them is closed, they are the"
        " same, or more than 14 days have passed"
    ),
    "referral.already": _("One of these centers has the case already"),
    "referral.leads-already": _("A center treats already, so no other is asked"),
    "referral.no-transfer": _("The patient has not agreed that anything goes to China"),
    "referral.over": _("The center no longer has the case"),
    "referral.state-refused": _("The center's answer stands otherwise by now"),
    "referral.not-accepted": _("The center has not accepted the case"),
}
"""Why something was not done, above its form."""


@bp.post(f"/cases/<{ID}:case>/take")
def take(case: str) -> ResponseReturnValue:
    """Carry a case oneself."""
    form = TakeForm()
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: assigning.assign(
            context.work(), case, context.actor().person, _version(form)
        ),
        gettext("You carry this case now."),
    )


@bp.post(f"/cases/<{ID}:case>/assign")
def assign(case: str) -> ResponseReturnValue:
    """Let somebody of the office carry a case."""
    form = AssignForm()
    form.person.validate_choice = False
    forms = Forms(assign=form, refused=form)
    return attempt(
        case,
        forms,
        form,
        lambda: assigning.assign(
            context.work(), case, person_row(form.person.data), _version(form)
        ),
        gettext("Assigned."),
    )


@bp.post(f"/cases/<{ID}:case>/refer")
def refer(case: str) -> ResponseReturnValue:
    """Refer a case to centers that were ticked; carry it oneself, if that was."""
    form = ProposeForm()
    form.centers.validate_choice = False
    forms = Forms(propose=form, refused=form)

    def act() -> None:
        work, keys, version = context.work(), context.keys(), _version(form)
        row = owned_case(work.session, work.actor, case)
        if form.take.data and row.assignee_id != work.actor.person:
            assigning.assign(work, case, work.actor.person, version)
            version = row.version
        found = proposals(work.session, keys, row, today=context.today())
        reasons = {
            each.center: as_json(each.reasons)
            for each in (*found.included, *found.excluded)
        }
        chosen = [slug for slug in reasons if slug in set(form.centers.data or ())]
        if len(chosen) < len(set(form.centers.data or ())):
            raise NotFoundError(center="")
        referring.propose(
            work,
            keys,
            case,
            chosen,
            reasons=reasons,
            rules_version=found.version,
            version=version,
        )

    said = gettext(
        "Referred. Centers that may see the case have it now; for the others the"
        " patient is asked first."
    )
    return attempt(case, forms, form, act, said, anchor="referrals")


@bp.post(f"/cases/<{ID}:case>/move")
def move(case: str) -> ResponseReturnValue:
    """Move a case to another step."""
    form = MoveForm()
    form.to.validate_choice = False
    return attempt(
        case,
        Forms(move=form, refused=form),
        form,
        lambda: moving.move_step(
            context.work(),
            case,
            Step(form.to.data),
            waits_for=Side(form.waits_for.data),
            version=_version(form),
        ),
        gettext("The case was moved. Everybody reads the same of it."),
    )


@bp.post(f"/cases/<{ID}:case>/wait")
def wait(case: str) -> ResponseReturnValue:
    """Say whose turn it is."""
    form = WaitForm()
    return attempt(
        case,
        Forms(wait=form, refused=form),
        form,
        lambda: moving.wait_for(
            context.work(), case, Side(form.side.data), _version(form)
        ),
        gettext("Everybody reads now whose turn it is."),
    )


@bp.post(f"/cases/<{ID}:case>/pause")
def pause(case: str) -> ResponseReturnValue:
    """Let a case rest until a day."""
    form = PauseForm()

    def act() -> None:
        if form.until.data is not None:
            moving.pause(
                context.work(),
                case,
                PauseReason(form.reason.data),
                form.until.data,
                _version(form),
            )

    return attempt(
        case, Forms(pause=form, refused=form), form, act, gettext("The case rests.")
    )


@bp.post(f"/cases/<{ID}:case>/resume")
def resume(case: str) -> ResponseReturnValue:
    """Let a case that rests go on."""
    form = TakeForm()
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: moving.resume(context.work(), case, _version(form), context.keys()),
        gettext("The case goes on."),
    )


@bp.post(f"/cases/<{ID}:case>/close")
def close(case: str) -> ResponseReturnValue:
    """Close a case for a reason."""
    form = CloseForm()
    return attempt(
        case,
        Forms(close=form, refused=form),
        form,
        lambda: moving.close(
            context.work(), case, Closing(form.code.data), _version(form)
        ),
        gettext("Closed. It can be opened again for 14 days."),
    )


@bp.post(f"/cases/<{ID}:case>/reopen")
def reopen(case: str) -> ResponseReturnValue:
    """Open a case again that was closed, or part it from the one that it joined."""
    form = TakeForm()

    def act() -> None:
        work = context.work()
        row = owned_case(work.session, work.actor, case)
        if row.duplicate_of is not None:
            merging.part(work, case, _version(form))
        else:
            moving.reopen(work, case, _version(form), context.keys())

    said = gettext("Opened again. Centers do not have it back: refer it anew.")
    return attempt(case, Forms(refused=form), form, act, said)


@bp.post(f"/cases/<{ID}:case>/merge")
def merge(case: str) -> ResponseReturnValue:
    """Join a case with the one that goes on."""
    form = MergeForm()

    def act() -> None:
        work = context.work()
        typed = (form.into.data or "").strip().upper()[:20]
        try:
            into = case_called(work.session, work.actor, typed)
        except NotFoundError:
            form.into.errors = [gettext("Your organization has no case of this number")]
            return
        merging.merge(work, case, into.id, _version(form))

    said = gettext("Joined. The case is closed, and says where it is carried on.")
    return attempt(case, Forms(merge=form, refused=form), form, act, said)


@bp.post(f"/cases/<{ID}:case>/hand-over")
def hand_over(case: str) -> ResponseReturnValue:
    """Hand a case to another office; one's own reads it no longer."""
    form = HandOverForm()
    form.office.validate_choice = False
    forms = Forms(hand_over=form, refused=form)
    if form.validate():
        work = context.work()
        offices = possible_owners(work.session, work.actor, case)
        chosen = {each.public_id: each.row for each in offices}
        row = chosen.get(form.office.data or "")
        if row is None:
            form.office.errors = [str(REFUSED["case.hand-over-refused"])]
            return show(case, forms)
        try:
            assigning.hand_over(work, case, row, _version(form), context.keys())
        except DirectoryError as error:
            hang(form, error)
            return show(case, forms)
        flash(gettext("Handed over. Your office no longer sees the case."))
        return redirect(url_for("facilitator.inbox"), code=303)
    return show(case, forms)


@bp.post(f"/cases/<{ID}:case>/referrals/<{ID}:referral>/lead")
def lead(case: str, referral: str) -> ResponseReturnValue:
    """Choose the center that treats."""
    form = TakeForm()
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: referring.lead(
            context.work(), case, referral, _version(form), context.keys()
        ),
        gettext("This center treats. The others no longer have the case."),
        anchor="referrals",
    )


@bp.post(f"/cases/<{ID}:case>/referrals/<{ID}:referral>/end")
def end(case: str, referral: str) -> ResponseReturnValue:
    """End a referral; the center reads the case no longer."""
    form = TakeForm()
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: referring.end_referral(
            context.work(),
            case,
            referral,
            version=_version(form),
            keys=context.keys(),
        ),
        gettext("Ended. The center no longer sees the case."),
        anchor="referrals",
    )


@bp.route(
    f"/cases/<{ID}:case>/referrals/<{ID}:referral>/answer", methods=["GET", "POST"]
)
def answer(case: str, referral: str) -> ResponseReturnValue:
    """Write down what a center answered that nobody keeps here."""
    form = AnswerForm()
    page, row = _unkept(case, referral)
    if form.validate_on_submit() and _answered(form, case, referral):
        flash(gettext("Written down. The patient reads the answer."))
        return redirect(
            url_for("facilitator.case", case=case, _anchor="referrals"), code=303
        )
    if form.errors:
        context.finish(succeeded=False)
        page, row = _unkept(case, referral)
    shown = render_template(
        "facilitator/answer.html", form=form, page=page, referral=row
    )
    return shown, form.status if request.method == "POST" else 200


def _unkept(case: str, referral: str) -> tuple[CasePage, OwnersReferral]:
    """Return a case and a referral of it to a center that nobody keeps here."""
    page = case_page(
        context.session(),
        context.actor(),
        context.keys(),
        case,
        now=context.tools().clock(),
    )
    for each in page.referrals:
        if each.id == referral and not each.is_kept_here:
            return page, each
    raise NotFoundError(referral=referral)


def _answered(form: AnswerForm, case: str, referral: str) -> bool:
    """Write an answer down; hang a refusal on the field that it belongs to."""
    try:
        referring.answer_for(
            context.work(),
            context.keys(),
            case,
            referral,
            referring.Answer(
                state=ReferralState(form.state.data),
                lacks=[Lack(code) for code in form.lacks.data or ()],
                code=Decline(form.code.data) if form.code.data else None,
                words=form.said.data or "",
            ),
            _version(form),
        )
    except DirectoryError as error:
        if error.code == "referral.answer-empty":
            missing = str(error.facts.get("missing"))
            wrong = {"code": form.code, "words": form.said}.get(missing, form.lacks)
            wrong.errors = [gettext("Say what is missing, or why")]
        else:
            hang(form, error)
        return False
    return True


def attempt(
    case: str,
    forms: Forms,
    form: ProvenForm,
    act: Callable[[], object],
    said: str,
    *,
    anchor: str | None = None,
) -> Response:
    """Do something if its form is sound; else show the case with what was typed."""
    if form.validate():
        try:
            act()
        except DirectoryError as error:
            hang(form, error)
        else:
            if not form.errors:
                flash(said)
                return back(case, anchor)
    return show(case, forms)


def hang(form: ProvenForm, error: DirectoryError) -> None:
    """Say above a form why nothing was done.

    Raises:
        DirectoryError: The same, if no form has words for it.
    """
    words = REFUSED.get(error.code)
    if words is None:
        raise error
    form.form_errors.append(str(words))


def back(case: str, anchor: str | None = None) -> Response:
    """Return the way back to a case, to the part where something was pressed."""
    to = url_for("facilitator.case", case=case, _anchor=anchor or "top")
    return redirect(to, code=303)  # type: ignore[return-value]


def person_row(public_id: str | None) -> int | None:
    """Return the row of one of the office's people; nothing if nobody is named.

    Raises:
        NotFoundError: If they are not one of them.
    """
    if not public_id:
        return None
    office = context.actor().organization or 0
    found = colleagues(context.session(), office, Role.FACILITATOR)
    for one in found:
        if one.public_id == public_id:
            return one.id
    raise NotFoundError(person=public_id)


def _version(form: SeenForm) -> int:
    return form.version.data or 0
