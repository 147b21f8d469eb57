"""Times for a remote consultation: offering, explaining, canceling, writing down."""

from __future__ import annotations

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.actions import consulting
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.consulting import CallChangedError, CallWordsError
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import CallView
from directory.cases.rules.calls import SlotError, moment_in
from directory.core.errors import NotFoundError
from directory.exports import calendar
from directory.web import context
from directory.web.downloads import disposition
from directory.web.referrals.answering import hang
from directory.web.referrals.blueprint import bp
from directory.web.referrals.case import ID, Opened, keys, opened
from directory.web.referrals.forms import HeldForm, HowForm, SeenForm, TimesForm
from directory.web.words import _
from directory.web.zones import CHINA

WRONG = {
    "missing": _("Offer at least one time"),
    "skipped": _("On that day the clocks are put forward, and this time is left out"),
    "twice": _("On that day the clocks are put back, and this time comes twice"),
    "past": _("This time has passed. Offer one that is still ahead"),
    "far": _("This is more than a year ahead"),
    "overlaps": _("This time overlaps with one above"),
}
"""What is wrong with a time, and what to do."""

REFUSED = (CaseChangedError, CallChangedError, NotAcceptedError, CaseRestsError)
"""What refuses a form because of how the case stands now."""


class CancelForm(SeenForm):
    """The button that cancels a consultation."""


@bp.route(f"/<{ID}:referral>/times", methods=["GET", "POST"])
def times(referral: str) -> ResponseReturnValue:
    """Offer times."""
    form = TimesForm()
    if form.validate_on_submit() and _offer(referral, form):
        flash(gettext("The patient can choose one of these times now."))
        return _back(referral)
    return _show("referrals/times.html", referral, form)


@bp.route(f"/<{ID}:referral>/calls/<{ID}:call>/how", methods=["GET", "POST"])
def how(referral: str, call: str) -> ResponseReturnValue:
    """Say how to join."""
    form = HowForm()
    if form.validate_on_submit():
        try:
            consulting.say_how(
                context.work(),
                keys(),
                referral,
                call,
                form.how.data or "",
                version=form.version.data or 0,
            )
        except CallWordsError:
            form.how.errors = [_("Say how to join")]
        except REFUSED as error:
            hang(form, error)
        else:
            flash(gettext("The patient reads now how to join."))
            return _back(referral)
    return _show("referrals/how.html", referral, form, call)


@bp.route(f"/<{ID}:referral>/calls/<{ID}:call>/plan", methods=["GET", "POST"])
def held(referral: str, call: str) -> ResponseReturnValue:
    """Write the plan down after the consultation."""
    form = HeldForm()
    if form.validate_on_submit():
        try:
            consulting.hold_call(
                context.work(),
                keys(),
                referral,
                call,
                form.summary.data or "",
                version=form.version.data or 0,
            )
        except CallWordsError:
            form.summary.errors = [_("Write the plan down")]
        except REFUSED as error:
            hang(form, error)
        else:
            flash(
                gettext("The patient and who looks after the case can read the plan.")
            )
            return _back(referral)
    return _show("referrals/plan.html", referral, form, call)


@bp.route(f"/<{ID}:referral>/calls/<{ID}:call>/cancel", methods=["GET", "POST"])
def cancel(referral: str, call: str) -> ResponseReturnValue:
    """Ask once, then cancel."""
    form = CancelForm()
    if form.validate_on_submit():
        try:
            consulting.cancel_call(
                context.work(),
                keys(),
                referral,
                call,
                version=form.version.data or 0,
            )
        except REFUSED as error:
            hang(form, error)
        else:
            flash(gettext("Canceled. The patient is told; you can offer other times."))
            return _back(referral)
    return _show("referrals/cancel.html", referral, form, call)


@bp.get(f"/<{ID}:referral>/calls/<{ID}:call>/appointment.ics")
def appointment(referral: str, call: str) -> ResponseReturnValue:
    """Hand out the appointment for the hospital's calendar; it names nobody."""
    found = opened(referral)
    one = _call(found, call)
    if one.chosen_at is None or one.ends_at is None:
        raise NotFoundError(call=call)
    body = calendar.event(
        f"{one.id}@hospital",
        one.chosen_at,
        one.ends_at,
        gettext(
            "Video consultation, case %(reference)s", reference=found.page.reference
        ),
        url_for("referrals.case", referral=referral, _external=True),
        zone=CHINA,
        stamp=one.changed_at,
    )
    response = Response(body, content_type=calendar.MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition("appointment.ics")
    return response


def _offer(referral: str, form: TimesForm) -> bool:
    """Offer what was typed; hang on its field what cannot be offered."""
    typed = form.slots()
    try:
        slots = [
            moment_in(CHINA, local, place) for place, (_n, local) in enumerate(typed)
        ]
        consulting.offer_times(
            context.work(),
            keys(),
            referral,
            slots,
            form.minutes.data or 0,
            has_interpreter=bool(form.has_interpreter.data),
            how=form.how.data or "",
            version=form.version.data or 0,
        )
    except SlotError as error:
        place = int(str(error.facts["place"]))
        number = typed[place][0] if place < len(typed) else 1
        form[f"slot_{number}"].errors = [WRONG[str(error.facts["wrong"])]]
        return False
    except CallWordsError:
        form.how.errors = [_("This is too long")]
        return False
    except REFUSED as error:
        hang(form, error)
        return False
    return True


def _call(found: Opened, call: str) -> CallView:
    for one in found.care.calls:
        if one.id == call:
            return one
    raise NotFoundError(call=call)


def _show(
    name: str, referral: str, form: SeenForm, call: str | None = None
) -> Response:
    context.finish(succeeded=False)
    found = opened(referral)
    one = _call(found, call) if call else None
    if one and isinstance(form, HowForm | HeldForm) and request.method != "POST":
        if isinstance(form, HowForm):
            form.how.data = one.how
        else:
            form.summary.data = one.summary
    page = render_template(
        name,
        form=form,
        found=found,
        call=one,
        zones=(found.ours, found.theirs),
        now=context.tools().clock(),
    )
    return make_response(page, form.status)


def _back(referral: str) -> ResponseReturnValue:
    return redirect(
        url_for("referrals.case", referral=referral, _anchor="consultation"), code=303
    )
