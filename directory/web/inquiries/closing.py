"""What the patient decides while a case is under way, beyond single offers."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from directory.cases.actions import consenting, referring
from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.consenting import take_back_consent
from directory.cases.actions.moving import close_as_patient
from directory.cases.rules.machine import (
    PATIENTS_CLOSINGS,
    ReferralRefusedError,
    TransferMissingError,
)
from directory.cases.rules.states import Closing
from directory.core.errors import NotFoundError
from directory.inquiries.rules.consents import Purpose
from directory.web import pathway
from directory.web.context import work
from directory.web.fields import choices as options
from directory.web.inquiries import wordings
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.deciding import CHANGED
from directory.web.inquiries.ending import consents_page
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.tracking import case_of, overview
from directory.web.inquiries.words import _
from directory.web.proof import ProvenForm


class ClosingForm(ProvenForm):
    """Why the patient does not go on."""

    code = RadioField(
        _("Why do you close it?"),
        [InputRequired(_("Choose one; the last one gives no reason"))],
        choices=options(
            (code.value, words)
            for code, words in pathway.CLOSINGS_OF_PATIENTS.items()
            if code in PATIENTS_CLOSINGS
        ),
    )


@bp.post("/mine/consents/<int:place>")
def withdraw_consent(place: int) -> ResponseReturnValue:
    """Take one consent back."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return consents_page(form)
    take_back_consent(work(), keys(), opened.inquiry, place)
    return redirect("consents_given")


@bp.route("/mine/end", methods=["GET", "POST"])
def end() -> ResponseReturnValue:
    """Ask why, then close the case."""
    opened, page = open_inquiry()
    case = case_of(page)
    if case is None:
        raise NotFoundError(inquiry=opened.inquiry)
    form = ClosingForm()
    if form.validate_on_submit():
        close_as_patient(work(), opened.inquiry, Closing(form.code.data))
        return redirect("mine")
    words = render_template("inquiries/end.html", form=form, case=case)
    return make_response(words, form.status)


@bp.post("/mine/centers/<referral>/agree")
def agree(referral: str) -> ResponseReturnValue:
    """Agree that a center that was proposed sees the case."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    share = wordings.wording(Purpose.SHARE, "center")
    try:
        referring.agree_to(work(), keys(), opened.inquiry, referral, share)
    except TransferMissingError:
        form.form_errors.append(
            _(
                "Nothing of your inquiry may be sent to China yet, and the center is"
                " there. Agree to that first, on the page “What you agreed to”."
            )
        )
        return overview(form)
    except (ReferralRefusedError, CaseRestsError):
        form.form_errors.append(CHANGED)
        return overview(form)
    return redirect("mine")


@bp.post("/mine/centers/<referral>/refuse")
def refuse(referral: str) -> ResponseReturnValue:
    """Do not agree that a center that was proposed sees the case."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    try:
        referring.refuse(work(), opened.inquiry, referral, keys())
    except (ReferralRefusedError, CaseRestsError):
        form.form_errors.append(CHANGED)
        return overview(form)
    return redirect("mine")


@bp.post("/mine/consents/transfer")
def allow_transfer() -> ResponseReturnValue:
    """Agree that the inquiry is sent to China."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return consents_page(form)
    consenting.allow_transfer(
        work(), opened.inquiry, wordings.wording(Purpose.TRANSFER)
    )
    return redirect("consents_given")
