"""Putting one fact right, as an editor of the directory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from directory.core.errors import DirectoryError, NotFoundError
from directory.core.text import Language
from directory.listings.rules.document import Kind
from directory.submissions.actions.editing import (
    AlreadyOpenError,
    FactUnfitError,
    NoChangeError,
    VersionPassedError,
    edit_fact,
)
from directory.submissions.queries.published import FactsPage, facts_page
from directory.submissions.rules.editing import (
    LANGUAGES,
    Typed,
    choices,
    edited,
    is_editable,
    part_of,
    typed,
)
from directory.submissions.rules.review import OwnSubmissionError, needs_two_people
from directory.web import context
from directory.web import labels as site
from directory.web.locale import NAMES
from directory.web.moderation.blueprint import bp
from directory.web.moderation.choices import of
from directory.web.moderation.held import kind_of
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

REFERENCE = re.compile(r"K-[0-9A-Z]{4}-[0-9A-Z]{4}")
"""How corrections are named."""


class FactForm(ProvenForm):
    """What bears a fact out; what it says is added for each field."""

    number = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())
    correction = HiddenField(filters=[printable])
    source_url = StringField(
        _("Page that says so"),
        [
            Optional(),
            Length(max=2000),
            Regexp(r"^https?://[^\s]+$", message=_("Enter a whole address")),
        ],
        filters=[printable],
        description=_("Without it the fact is shown as one without a source."),
    )
    source_title = StringField(
        _("Title of the page"), [Optional(), Length(max=500)], filters=[printable]
    )
    statement = TextAreaField(
        _("What the page says, in your own words"),
        [Optional(), Length(max=4000)],
        filters=[printable],
        render_kw={"rows": "3"},
    )
    as_of = StringField(
        _("Date of the source"),
        [
            Optional(),
            Regexp(r"^\d{4}(-\d{2}(-\d{2})?)?$", message=_("Write it as 2026-11-22")),
        ],
        description=_("A year, a month or a day: 2026, 2026-11 or 2026-11-22."),
    )
    note = TextAreaField(_("Note"), [Optional(), Length(max=4000)], filters=[printable])

    def fact(self, field: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fact that was typed, as documents have it."""

        def data(name: str) -> str:
            return (self[name].data or "").strip() if name in self else ""

        now = Typed(
            words=data("words"),
            by_language={code: data(f"words-{code}") for code in LANGUAGES}
            if f"words-{LANGUAGES[0]}" in self
            else None,
            choice=data("choice"),
            number=data("trial_number"),
            source_url=data("source_url"),
            source_title=data("source_title"),
            statement=data("statement"),
            as_of=data("as_of"),
            note=data("note"),
        )
        return edited(field, value, now, today=context.today())


def _form(page: FactsPage, field: str, value: Mapping[str, Any]) -> FactForm:
    before = typed(field, value)
    made: dict[str, Any] = {}
    given: dict[str, object] = {
        "number": page.number,
        "correction": request.args.get("correction", ""),
        "words": before.words,
        "choice": before.choice,
        "trial_number": before.number,
        "source_url": before.source_url,
        "source_title": before.source_title,
        "statement": before.statement,
        "as_of": before.as_of,
        "note": before.note,
    }
    known = choices(field)
    if known:
        table = site.VALUES if part_of(field) == "capability" else site.ROUTES
        made["choice"] = SelectField(
            _("What is said"), choices=of((key, table[key]) for key in known)
        )
    elif before.by_language is not None:
        for code in LANGUAGES:
            made[f"words-{code}"] = StringField(
                NAMES[Language(code)],
                [Optional(), Length(max=2000)],
                filters=[printable],
            )
            given[f"words-{code}"] = before.by_language.get(code, "")
    else:
        made["words"] = TextAreaField(
            _("What is said"),
            [InputRequired(_("Say something, or leave the page")), Length(max=2000)],
            filters=[printable],
        )
    if part_of(field) == "trial":
        made["trial_number"] = StringField(
            _("Number in a registry"), [Optional(), Length(max=60)], filters=[printable]
        )
    form: FactForm = type("FactFormOfOne", (FactForm,), made)(data=given)
    return form


@bp.route("/listings/<kind>/<slug:slug>/facts/<field>", methods=["GET", "POST"])
def fact(kind: str, slug: str, field: str) -> ResponseReturnValue:
    """Show one fact in a form, and publish it as it was put right."""
    page = facts_page(context.session(), kind_of(kind), slug)
    value = page.fields.get(field)
    if value is None or not is_editable(field, value):
        raise NotFoundError(field=field)
    form = _form(page, field, value)
    if not form.validate_on_submit():
        return _shown(page, field, form, form.status)
    reference = _reference(form)
    try:
        done = edit_fact(
            context.work(),
            Kind(kind),
            slug,
            field,
            form.fact(field, value),
            number=form.number.data or 0,
            authority=f"correction:{reference}" if reference else "editors",
        )
    except DirectoryError as error:
        return _shown(page, field, form, _refused(page, form, error))
    if done.submission:
        flash(gettext("Saved. Another moderator must agree before readers see it."))
        return redirect(
            url_for("moderation.review", public_id=done.submission), code=303
        )
    flash(gettext("Published. Readers see it within seconds."))
    if reference:
        back = url_for(
            "moderation.correction", reference=reference, version=done.version
        )
    else:
        back = url_for("moderation.listing", kind=kind, slug=slug)
    return redirect(back, code=303)


def _reference(form: FactForm) -> str:
    given = form.correction.data or ""
    return given if REFERENCE.fullmatch(given) else ""


def _refused(page: FactsPage, form: FactForm, error: DirectoryError) -> int:
    """Say what is wrong, and return the status of the page."""
    if isinstance(error, VersionPassedError):
        form.form_errors.append(
            gettext(
                "Another version was published since you opened the page. What you"
                " typed is still here: look at the fact, then press again."
            )
        )
        form.number.raw_data = None
        form.number.data = page.number
        return 409
    if isinstance(error, AlreadyOpenError):
        form.form_errors.append(
            gettext(
                "A submission of this listing is open, and this kind of fact waits for"
                " a second moderator. Decide on the submission first."
            )
        )
        return 409
    if isinstance(error, OwnSubmissionError):
        form.form_errors.append(
            gettext("Your own organization keeps this listing, so another decides.")
        )
        return 403
    if isinstance(error, NoChangeError):
        form.form_errors.append(gettext("It says so already."))
        return 422
    if isinstance(error, FactUnfitError):
        form.form_errors.append(
            gettext(
                "This cannot be published as it is. Look at each field: a date must"
                " exist, words must be legible."
            )
        )
        return 422
    raise error


def _shown(
    page: FactsPage, field: str, form: FactForm, status: int
) -> ResponseReturnValue:
    shown = render_template(
        "moderation/fact.html",
        page=page,
        name=field,
        form=form,
        spoken=[f"words-{code}" for code in LANGUAGES],
        two=needs_two_people(field),
    )
    return make_response(shown, status)
