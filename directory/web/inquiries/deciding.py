"""Answer what centers offer: times, estimates, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from directory.cases.actions import consulting, following_up, quoting, talking
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.consulting import CallChangedError
from directory.cases.actions.quoting import QuoteChangedError, QuoteOverError
from directory.cases.queries.care import CallView, Care
from directory.cases.rules.calls import SlotError
from directory.cases.rules.quotes import side_by_side
from directory.cases.rules.states import CallState, QuoteState
from directory.core.errors import NotFoundError
from directory.exports import calendar
from directory.web import downloads, filters
from directory.web.context import work
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.tracking import care_of, case_of, clock_of, overview
from directory.web.inquiries.words import _
from directory.web.proof import ProvenForm
from directory.web.zones import clock

NONE_FITS = "none"
"""What stands for no time of those offered."""


class TimeForm(ProvenForm):
    """One of the times that were offered, or none of them."""

    slot = RadioField(
        _("Which time fits you?"), [InputRequired(_("Choose a time, or none"))]
    )


@bp.route("/mine/calls/<call>", methods=["GET", "POST"])
def times(call: str) -> ResponseReturnValue:
    """Choose a time for a video consultation, or say that none fits."""
    opened, page = open_inquiry()
    found = _call(care_of(page), call)
    zone = clock_of(case_of(page))
    form = TimeForm()
    form.slot.choices = [
        (slot.isoformat(), clock(slot, zone)) for slot in found.ahead
    ] + [(NONE_FITS, _("None of these fits me"))]
    if found.state is CallState.OFFERED and form.validate_on_submit():
        try:
            if form.slot.data == NONE_FITS:
                consulting.no_time_fits(work(), keys(), opened.inquiry, call)
            else:
                slot = datetime.fromisoformat(form.slot.data)
                consulting.choose_time(work(), keys(), opened.inquiry, call, slot)
        except SlotError as error:
            form.slot.errors = [_SLOTS.get(str(error.facts["wrong"]), CHANGED)]
        except (CallChangedError, NotAcceptedError, CaseRestsError):
            form.form_errors.append(CHANGED)
        else:
            return redirect("times", call=call)
    words = render_template("inquiries/times.html", form=form, call=found, zone=zone)
    return make_response(words, form.status)


@bp.get("/mine/calls/<call>.ics")
def call_file(call: str) -> ResponseReturnValue:
    """Return a consultation for the patient's own calendar."""
    _opened, page = open_inquiry()
    found = _call(care_of(page), call)
    if found.chosen_at is None or found.ends_at is None:
        raise NotFoundError(call=call)
    body = calendar.event(
        uid=f"{found.id}@inquiries",
        begins=found.chosen_at,
        ends=found.ends_at,
        title=str(_("Video call")),
        url=filters.absolute(url_for("inquiries.track")),
        note=str(_("Open your inquiry with your receipt code to see how to join.")),
        zone=clock_of(case_of(page)),
        stamp=found.changed_at,
    )
    response = Response(body, content_type=calendar.MEDIA_TYPE)
    response.headers["Content-Disposition"] = downloads.disposition("call.ics")
    return response


@bp.get("/mine/estimates")
def estimates() -> ResponseReturnValue:
    """Show the estimates that stand, side by side, in the order of centers."""
    return _estimates(ButtonForm())


@bp.post("/mine/estimates/<quote>")
def agree_to_estimate(quote: str) -> ResponseReturnValue:
    """Agree to an estimate."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return _estimates(form)
    try:
        quoting.agree_to_quote(work(), keys(), opened.inquiry, quote)
    except QuoteOverError:
        form.form_errors.append(
            _("Its last day has passed. Ask the center for a new estimate.")
        )
        return _estimates(form)
    except (QuoteChangedError, NotAcceptedError, CaseRestsError):
        form.form_errors.append(CHANGED)
        return _estimates(form)
    return redirect("estimates")


@bp.post("/mine/centers/<referral>/sent")
def more_sent(referral: str) -> ResponseReturnValue:
    """Say that what a center asked for is there."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    try:
        talking.more_sent(work(), keys(), opened.inquiry, referral)
    except (talking.NotAskedError, CaseRestsError):
        form.form_errors.append(CHANGED)
        return overview(form)
    return redirect("mine")


@bp.post("/mine/checks/<line>/done")
def check_done(line: str) -> ResponseReturnValue:
    """Say that a check after treatment was done."""
    opened, _page = open_inquiry()
    form = ButtonForm()
    if not form.validate():
        return overview(form)
    try:
        following_up.done_as_patient(work(), opened.inquiry, line)
    except (NotAcceptedError, CaseRestsError):
        form.form_errors.append(CHANGED)
        return overview(form)
    return redirect("mine")


def _estimates(form: ButtonForm) -> Response:
    _opened, page = open_inquiry()
    care = care_of(page)
    shown = [each.quote for each in care if each.quote is not None]
    past = [
        quote
        for each in care
        for quote in each.quotes
        if quote.state in {QuoteState.REPLACED, QuoteState.TAKEN_BACK}
    ]
    words = render_template(
        "inquiries/estimates.html",
        form=form,
        quotes=shown,
        table=side_by_side([quote.body for quote in shown]),
        past=past,
        zone=clock_of(case_of(page)),
    )
    return make_response(words, form.status)


def _call(care: tuple[Care, ...], call: str) -> CallView:
    """Return one consultation of a case.

    Raises:
        NotFoundError: If it is another's.
    """
    for each in care:
        for found in each.calls:
            if found.id == call:
                return found
    raise NotFoundError(call=call)


CHANGED = _(
    "This is no longer possible: something changed since you opened the page. Below"
    " is how it stands now."
)

_SLOTS: Mapping[str, str] = {
    "past": _("This time has passed. Choose another one"),
    "overlaps": _("You have another call at this time. Choose another one"),
}
"""Why a time cannot be chosen."""
