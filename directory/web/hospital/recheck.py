"""What grew old: look at it again, and say by one press that it still holds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from directory.listings.actions import MovedOnError
from directory.listings.rules.document import Treatment
from directory.listings.rules.facts import Fact
from directory.submissions.actions.rechecks import NothingChosenError, still_true
from directory.submissions.queries.keeping import RecheckView, recheck_page, rechecks
from directory.web import context, labels
from directory.web.facts import field_name
from directory.web.filters import term
from directory.web.hospital.blueprint import bp
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm
from directory.web.words import _


class RecheckForm(ProvenForm):
    """Facts that still hold, and the version that they were read in."""

    number = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())
    fields = SelectMultipleField(_("Still true"))


@dataclass(frozen=True, slots=True)
class Row:
    """A fact that is due, as the page shows it.

    Args:
        fact: The fact.
        name: What the field is called.
        said: What it says.
        is_confirmable: Whether one press renews it.
        is_late: Whether its day has passed.
    """

    fact: Fact
    name: str
    said: str
    is_confirmable: bool
    is_late: bool


@bp.get("/recheck")
def recheck_all() -> ResponseReturnValue:
    """List the listings of which something is due."""
    found = rechecks(
        context.session(), context.actor().organization, today=context.today()
    )
    return render_template("hospital/rechecks.html", found=found)


@bp.route("/recheck/<slug:slug>", methods=["GET", "POST"])
def recheck(slug: str) -> ResponseReturnValue:
    """Show what is due of a listing, and take the word that it still holds."""
    view = recheck_page(context.session(), context.actor(), slug, today=context.today())
    form = RecheckForm(
        number=view.kept.number, fields=[] if _is_posted() else list(view.confirmable)
    )
    form.fields.choices = [SelectChoice(field) for field in sorted(view.confirmable)]
    status = 200
    if form.validate_on_submit():
        try:
            count = still_true(
                context.work(),
                slug,
                form.fields.data or (),
                number=form.number.data or 0,
            )
        except NothingChosenError:
            form.fields.errors = [_("Choose at least one fact that still holds")]
            status = 422
        except MovedOnError:
            form.form_errors.append(
                _(
                    "The listing was changed since you opened this page. It shows how"
                    " things stand now: look again, then press once more."
                )
            )
            form.number.data, status = view.kept.number, 409
            form.number.raw_data = None
        else:
            flash(
                ngettext(
                    "%(num)s fact has a new day. Readers see it now.",
                    "%(num)s facts have a new day. Readers see it now.",
                    count,
                )
            )
            return redirect(url_for("hospital.recheck", slug=slug), code=303)
    elif _is_posted():
        status = 422
    page = render_template(
        "hospital/recheck.html", view=view, rows=_rows(view), form=form
    )
    return make_response(page, status)


def _is_posted() -> bool:
    return request.method == "POST"


def _rows(view: RecheckView) -> tuple[Row, ...]:
    today = context.today()
    return tuple(
        Row(
            fact=fact,
            name=field_name(fact.field),
            said=_said(fact),
            is_confirmable=fact.field in view.confirmable,
            is_late=fact.next_due < today,
        )
        for fact in view.due
    )


def _said(fact: Fact) -> str:
    if fact.part == "capability":
        return labels.word(labels.VALUES, fact.value)
    if isinstance(fact.borne, Treatment):
        route = labels.word(labels.ROUTES, fact.value)
        product = fact.borne.therapy
        return f"{term(product, 'therapy')}: {route}" if product else route
    return fact.value
