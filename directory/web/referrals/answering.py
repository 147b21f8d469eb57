"""Answering a referred case: taking it, asking for more, declining, writing, moving."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.actions import moving, referring
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.consulting import CallChangedError
from directory.cases.actions.talking import say_as_hospital
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.machine import (
    AnswerEmptyError,
    CasePausedError,
    ReferralRefusedError,
    StepRefusedError,
    WaitRefusedError,
)
from directory.cases.rules.messages import MessageRefusedError
from directory.cases.rules.states import Decline, Lack, Side, Step
from directory.core.errors import DirectoryError
from directory.web import context
from directory.web.proof import ProvenForm
from directory.web.referrals.blueprint import bp
from directory.web.referrals.case import ID, Forms, keys, show
from directory.web.referrals.forms import (
    DeclineForm,
    MessageForm,
    MoveForm,
    NeedForm,
    SeenForm,
)
from directory.web.words import _

CHANGED = _(
    "This case changed since you opened the page. Look at it as it is now; what you"
    " typed is still here"
)

STANDS = (
    CaseChangedError,
    CasePausedError,
    CaseRestsError,
    NotAcceptedError,
    ReferralRefusedError,
)
"""What refuses a form because of how the case stands now."""

PAUSED = _("The case rests. Who looks after it lets it go on first")

RESTS = _("The case was closed, so nothing more can be done to it")


@bp.post(f"/<{ID}:referral>/accept")
def accept(referral: str) -> ResponseReturnValue:
    """Take a case."""
    form = SeenForm()
    said = gettext("Accepted. The patient and who looks after the case are told.")
    return _try(
        referral,
        Forms(accept=form, refused=form),
        form,
        lambda: referring.accept(
            context.work(), referral, form.version.data or 0, keys()
        ),
        said,
    )


@bp.post(f"/<{ID}:referral>/need-more")
def need_more(referral: str) -> ResponseReturnValue:
    """Say what is missing."""
    form = NeedForm()
    said = gettext("The patient and who looks after the case are told what you need.")
    try:
        return _try(
            referral,
            Forms(need=form, refused=form),
            form,
            lambda: referring.need_more(
                context.work(),
                keys(),
                referral,
                [Lack(code) for code in form.lacks.data or ()],
                form.need_words.data or "",
                form.version.data or 0,
            ),
            said,
        )
    except AnswerEmptyError:
        form.need_words.errors = [_("Say in words what you need")]
    return show(referral, Forms(need=form, refused=form))


@bp.post(f"/<{ID}:referral>/decline")
def decline(referral: str) -> ResponseReturnValue:
    """Say that the hospital does not take the case, and why."""
    form = DeclineForm()
    if form.validate():
        try:
            referring.decline(
                context.work(),
                keys(),
                referral,
                Decline(form.code.data),
                form.decline_words.data or "",
                form.version.data or 0,
            )
        except AnswerEmptyError:
            form.decline_words.errors = [_("Say in words why not")]
        except STANDS as error:
            hang(form, error)
        else:
            flash(gettext("Declined. You no longer see the case; the others are told."))
            return redirect(url_for("referrals.home"), code=303)
    return show(referral, Forms(decline=form, refused=form))


@bp.post(f"/<{ID}:referral>/messages")
def write(referral: str) -> ResponseReturnValue:
    """Write to the patient and to who looks after the case."""
    form = MessageForm()
    forms = Forms(message=form, refused=form)
    if not form.validate():
        return show(referral, forms)
    try:
        say_as_hospital(
            context.work(),
            keys(),
            referral,
            form.body.data or "",
            form.sent_key.data or "",
            context.language().value,
        )
    except MessageRefusedError as error:
        wrong = error.facts["wrong"]
        form.body.errors = [
            _("Write a message") if wrong != "long" else _("This is too long")
        ]
        return show(referral, forms)
    except CaseRestsError as error:
        hang(form, error)
        return show(referral, forms)
    flash(gettext("Your message was sent."))
    return _back(referral, "messages")


@bp.post(f"/<{ID}:referral>/move")
def move(referral: str) -> ResponseReturnValue:
    """Move the case to another step."""
    form = MoveForm()
    form.offer(tuple(Step))
    try:
        return _try(
            referral,
            Forms(move=form, refused=form),
            form,
            lambda: moving.move_step_as_hospital(
                context.work(),
                referral,
                Step(form.to.data),
                waits_for=Side(form.waits_for.data),
                version=form.version.data or 0,
            ),
            gettext("The case was moved. Everybody reads the same of it."),
        )
    except StepRefusedError:
        form.to.errors = [_("The case cannot go there from the step it is in now")]
    except WaitRefusedError:
        form.waits_for.errors = [_("There is nobody on that side to wait for")]
    return show(referral, Forms(move=form, refused=form))


def _try(
    referral: str,
    forms: Forms,
    form: ProvenForm,
    act: Callable[[], object],
    said: str,
) -> ResponseReturnValue:
    """Do something if its form is sound; else show the case with what was typed."""
    if form.validate():
        try:
            act()
        except STANDS as error:
            hang(form, error)
        else:
            flash(said)
            return _back(referral)
    return show(referral, forms)


def hang(form: ProvenForm, error: DirectoryError) -> None:
    """Say above a form that the case stands otherwise now.

    Sent once more, it is of the case as the page shows it then.
    """
    if isinstance(error, CallChangedError) and error.facts.get("state") == "ahead":
        form.form_errors.append(_("The consultation has not been held yet"))
        return
    said = {CaseRestsError.code: RESTS, CasePausedError.code: PAUSED}
    form.form_errors.append(said.get(error.code, CHANGED))
    if isinstance(form, SeenForm):
        form.version.data = None


def _back(referral: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(
        url_for("referrals.case", referral=referral, _anchor=anchor), code=303
    )
