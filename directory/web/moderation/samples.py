"""Samples: facts drawn at random, and whether their sources still say so."""

from __future__ import annotations

import secrets

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from directory.submissions.actions.samples import draw_sample, record_verdict
from directory.submissions.queries.samples import (
    sample as sample_of,
)
from directory.submissions.queries.samples import (
    sampled_facts,
)
from directory.submissions.queries.samples import (
    samples as all_samples,
)
from directory.submissions.rules.corrections import OwnListingError
from directory.submissions.rules.samples import (
    MOST,
    SIZE,
    SampleCompletedError,
    SampleOpenError,
    SampleSizeError,
)
from directory.submissions.rules.states import SampleVerdict
from directory.web import context
from directory.web.moderation import choices, labels
from directory.web.moderation.blueprint import bp
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

SEED_BYTES = 16
"""Nobody foresees which facts are drawn; anybody can draw them again."""


class DrawForm(ProvenForm):
    """How many facts are drawn."""

    size = WholeNumberField(
        _("How many facts"),
        [
            InputRequired(_("Enter a number")),
            NumberRange(1, MOST, _("Enter a number from 1 to 500")),
        ],
        default=SIZE,
    )


class VerdictForm(ProvenForm):
    """What looking at a source again showed."""

    position = WholeNumberField(validators=[InputRequired()])
    verdict = RadioField(
        _("What you found"),
        [InputRequired(_("Choose one"))],
        choices=choices.of(labels.VERDICTS.items()),
    )
    note = TextAreaField(
        _("Note for other moderators"),
        [Optional(), Length(max=2000)],
        filters=[printable],
        render_kw={"rows": "2"},
    )


@bp.route("/samples", methods=["GET", "POST"])
def samples() -> ResponseReturnValue:
    """List samples, and draw the next one."""
    form = DrawForm()
    if form.validate_on_submit():
        try:
            drawn = draw_sample(
                context.work(), form.size.data or 0, secrets.token_hex(SEED_BYTES)
            )
        except SampleOpenError:
            form.form_errors.append(
                gettext("A sample is being checked. Draw the next when it is done.")
            )
        except SampleSizeError:
            form.size.errors = [gettext("There are not so many facts to draw from")]
        else:
            return redirect(url_for("moderation.sample", number=drawn), code=303)
    shown = render_template(
        "moderation/samples.html", rows=all_samples(context.session()), form=form
    )
    return make_response(shown, form.status)


@bp.route("/samples/<int:number>", methods=["GET", "POST"])
def sample(number: int) -> ResponseReturnValue:
    """Show the next fact of a sample that nobody looked at, and take the verdict."""
    whole = sample_of(context.session(), number)
    facts = sampled_facts(context.session(), number)
    form = VerdictForm()
    status = form.status
    if form.validate_on_submit():
        try:
            is_done = record_verdict(
                context.work(),
                number,
                form.position.data or 0,
                SampleVerdict(form.verdict.data),
                form.note.data or "",
            )
        except SampleCompletedError:
            form.form_errors.append(
                gettext("Another moderator finished this sample meanwhile.")
            )
            status = 409
        except OwnListingError:
            form.form_errors.append(
                gettext("Your own organization keeps this listing, so another decides.")
            )
            status = 403
        else:
            flash(
                gettext("That was the last one. Readers see what came of it.")
                if is_done
                else gettext("Saved.")
            )
            return redirect(url_for("moderation.sample", number=number), code=303)
    elif request.method == "POST":
        status = form.status
    wanted = form.position.data or request.args.get("position", type=int)
    left = [one for one in facts if one.verdict is None]
    now = next((one for one in facts if one.position == wanted), None)
    shown = render_template(
        "moderation/sample.html",
        sample=whole,
        facts=facts,
        left=left,
        now=(now or next(iter(left), None)) if whole.completed_at is None else None,
        form=form,
        words=labels,
    )
    return make_response(shown, status)
