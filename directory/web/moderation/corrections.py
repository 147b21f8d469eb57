"""Corrections by readers: the fact as it stands, what they say, the outcome."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Field, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from directory.core.errors import DirectoryError, NotFoundError
from directory.listings.rules.differences import Difference
from directory.listings.rules.document import Kind
from directory.submissions.actions.corrections import decide_correction
from directory.submissions.queries.corrections import (
    CorrectionForReview,
    correction_for_review,
)
from directory.submissions.queries.published import FactsPage, facts_page
from directory.submissions.rules.corrections import (
    OUTCOME_AT_MOST,
    DecidedError,
    OutcomeError,
    OwnListingError,
)
from directory.submissions.rules.editing import is_editable
from directory.submissions.rules.states import CorrectionState
from directory.web import context
from directory.web.moderation import choices, labels
from directory.web.moderation.blueprint import bp
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

MOST_VERSIONS = 1_000_000
"""Beyond what any listing will ever have."""


class OutcomeForm(ProvenForm):
    """What becomes of a correction."""

    outcome = RadioField(
        _("Outcome"),
        [InputRequired(_("Choose what becomes of it"))],
        choices=choices.of(labels.OUTCOMES.items()),
    )
    words = TextAreaField(
        _("Why, for everybody to read"),
        [Optional(), Length(max=OUTCOME_AT_MOST)],
        filters=[printable],
        description=_("Nothing about a person. Needed unless it is a duplicate."),
        render_kw={"rows": "3"},
    )
    duplicate_of = SelectField(
        _("If somebody said the same before: which one?"),
        [Optional()],
        validate_choice=False,
    )
    changed_in = WholeNumberField(
        _("If it was put right: in which version?"),
        [
            Optional(),
            NumberRange(1, MOST_VERSIONS, _("Enter the number of a version")),
        ],
    )


@bp.route("/corrections/<reference>", methods=["GET", "POST"])
def correction(reference: str) -> ResponseReturnValue:
    """Show a correction beside the fact, and decide on it."""
    found = correction_for_review(context.session(), reference)
    form = OutcomeForm(data={"changed_in": request.args.get("version", type=int)})
    form.duplicate_of.choices = choices.of(
        [("", gettext("None")), *((one, one) for one in found.same_field)]
    )
    if not form.validate_on_submit():
        return _shown(found, form, form.status)
    outcome = CorrectionState(form.outcome.data)
    try:
        decide_correction(
            context.work(),
            reference,
            outcome,
            form.words.data or "",
            duplicate_of=form.duplicate_of.data or None
            if outcome is CorrectionState.DUPLICATE
            else None,
            changed_in=form.changed_in.data
            if outcome is CorrectionState.ACCEPTED
            else None,
        )
    except DirectoryError as error:
        return _shown(found, form, _refused(form, error))
    flash(gettext("Decided. Everybody can read the outcome under its reference."))
    return redirect(url_for("moderation.queue"), code=303)


def _refused(form: OutcomeForm, error: DirectoryError) -> int:
    """Say what is wrong at its field, and return the status of the page."""
    if isinstance(error, OutcomeError):
        is_duplicate = error.facts["missing"] == "duplicate_of"
        lacking: Field = form.duplicate_of if is_duplicate else form.words
        lacking.errors = [gettext("This is needed for the outcome that you chose")]
        return 422
    if isinstance(error, DecidedError):
        form.form_errors.append(
            gettext("Another moderator has decided this meanwhile.")
        )
        return 409
    if isinstance(error, OwnListingError):
        form.form_errors.append(
            gettext("Your own organization keeps this listing, so another decides.")
        )
        return 403
    if isinstance(error, NotFoundError):
        is_version = "version" in error.facts
        unknown: Field = form.changed_in if is_version else form.duplicate_of
        unknown.errors = [gettext("There is no such one that fits")]
        return 422
    raise error


def _shown(
    found: CorrectionForReview, form: OutcomeForm, status: int
) -> ResponseReturnValue:
    about = found.page.about
    page: FactsPage | None = None
    now: Difference | None = None
    can_edit = False
    if about is not None:
        page = facts_page(context.session(), Kind(about.kind), about.slug)
        value = page.fields.get(about.field)
        if value is not None:
            now = Difference(about.field, None, None, now=value)
            can_edit = is_editable(about.field, value)
    shown = render_template(
        "moderation/correction.html",
        found=found,
        about=about,
        page=page,
        now=now,
        can_edit=can_edit,
        form=form,
        words=labels,
    )
    return make_response(shown, status)
