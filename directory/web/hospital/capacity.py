"""Saying whether one's center takes patients now."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from directory.core.errors import NotFoundError
from directory.listings.rules.document import Kind
from directory.submissions.actions.capacity import state_capacity, take_back_capacity
from directory.submissions.queries.keeping import capacity, kept_listing
from directory.submissions.rules.capacity import MOST_WEEKS, CapacityError
from directory.submissions.rules.states import CapacityState
from directory.web import context, labels
from directory.web.hospital.blueprint import bp
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm
from directory.web.words import _


class CapacityForm(ProvenForm):
    """Whether the center takes patients, and how long they wait."""

    state = RadioField(
        _("Does your center take new CAR-T patients now?"),
        [InputRequired(_("Choose what holds now"))],
        choices=[
            SelectChoice(state.value, labels.CAPACITIES[state.value])
            for state in CapacityState
        ],
    )
    wait_weeks = WholeNumberField(
        _("About how many weeks does a patient wait? (optional)"),
        [
            Optional(),
            NumberRange(0, MOST_WEEKS, _("Enter a number of weeks from 0 to %(max)s")),
        ],
        description=_(
            "From referral to the first visit. Leave it empty if you cannot say."
        ),
        render_kw={"inputmode": "numeric"},
    )


@bp.route("/capacity/<slug:slug>", methods=["GET", "POST"])
def capacity_page(slug: str) -> ResponseReturnValue:
    """Show what the center said last, and take what holds now."""
    kept = kept_listing(context.session(), context.actor(), slug)
    if kept.kind is not Kind.CENTER:
        raise NotFoundError(slug=slug)
    stands = capacity(context.session(), kept.id, today=context.today())
    form = CapacityForm(
        state=stands.state.value if stands else None,
        wait_weeks=stands.wait_weeks if stands else None,
    )
    if form.validate_on_submit():
        try:
            state_capacity(
                context.work(),
                slug,
                CapacityState(form.state.data),
                form.wait_weeks.data,
            )
        except CapacityError:
            form.wait_weeks.errors = [
                _("A center that is full has no number of weeks. Leave it empty")
            ]
        else:
            flash(gettext("Readers see it now, with today's date."))
            return redirect(url_for("hospital.capacity_page", slug=slug), code=303)
    page = render_template(
        "hospital/capacity.html", form=form, kept=kept, stands=stands
    )
    return make_response(page, 422 if request.method == "POST" else 200)


@bp.post("/capacity/<slug:slug>/none")
def capacity_none(slug: str) -> ResponseReturnValue:
    """Take back what was said; readers then see that nothing is stated."""
    take_back_capacity(context.work(), slug)
    flash(gettext("Taken back. Readers see that nothing is stated."))
    return redirect(url_for("hospital.capacity_page", slug=slug), code=303)
