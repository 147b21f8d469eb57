"""Words that are written again and again, and the office's own public page."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.actions.templates import keep_template, remove_template
from directory.cases.queries.templates import (
    TemplateView,
    message_template,
    message_templates,
)
from directory.cases.rules.templates import (
    PLACES,
    Template,
    TemplateRefusedError,
    filled,
)
from directory.core.text import Language
from directory.listings.rules.document import Kind
from directory.submissions.queries.keeping import kept_by
from directory.web import context, pathway
from directory.web.facilitator.blueprint import bp
from directory.web.facilitator.case import ID
from directory.web.facilitator.forms import TemplateForm
from directory.web.locale import NAMES
from directory.web.proof import ButtonForm
from directory.web.words import _

WRONG = {
    "missing": _("Write something"),
    "long": _("This is too long"),
    "same": _("Choose two different languages"),
    "taken": _("Another template has this name"),
    "many": _("Your office has 200 templates. Take one away first"),
}
"""Why a template cannot be kept."""

PLACE_WORDS = {
    "reference": _("what staff call the case"),
    "step": _("the step that it is in"),
    "due": _("by when something is due"),
    "organization": _("the name of your office"),
    "center": _("the first center that has the case"),
}
"""What stands where a template leaves a place open."""

EXAMPLE = {"reference": "XXXX-XXXX"}
"""What a preview is filled in with; it is no case of anybody."""


@bp.get("/templates")
def templates() -> ResponseReturnValue:
    """List the office's templates, as they will read."""
    found = message_templates(context.session(), context.actor())
    return render_template(
        "facilitator/templates.html",
        found=[(each, _preview(each)) for each in found],
        names=NAMES,
    )


@bp.route("/templates/new", methods=["GET", "POST"])
def template_new() -> ResponseReturnValue:
    """Write a template."""
    return _edit(None)


@bp.route(f"/templates/<{ID}:template>", methods=["GET", "POST"])
def template(template: str) -> ResponseReturnValue:
    """Write a template anew."""
    return _edit(message_template(context.session(), context.actor(), template))


@bp.post(f"/templates/<{ID}:template>/remove")
def template_remove(template: str) -> ResponseReturnValue:
    """Take a template away."""
    form = ButtonForm()
    if not form.validate():
        flash(str(form.form_errors[0]), "bad")
    else:
        remove_template(context.work(), template)
        flash(gettext("Taken away. Messages that were written with it stay."))
    return redirect(url_for("facilitator.templates"), code=303)


@bp.get("/profile")
def profile() -> ResponseReturnValue:
    """Lead to what readers see of the office, and to what it says of who pays it."""
    kept = kept_by(context.session(), context.actor().organization)
    return render_template(
        "facilitator/profile.html",
        kept=[each for each in kept if each.kind is Kind.FACILITATOR],
    )


def _edit(found: TemplateView | None) -> ResponseReturnValue:
    form = TemplateForm(data=_data(found) if found else {})
    if form.validate_on_submit() and _kept(form, found):
        flash(gettext("Kept. It stands beside every message form now."))
        return redirect(url_for("facilitator.templates"), code=303)
    page = render_template(
        "facilitator/template.html",
        form=form,
        found=found,
        places=[(name, PLACE_WORDS[name]) for name in PLACES],
    )
    return make_response(page, form.status if request.method == "POST" else 200)


def _kept(form: TemplateForm, found: TemplateView | None) -> bool:
    """Keep it; hang a refusal on the field that it belongs to."""
    other = form.other_language.data
    try:
        keep_template(
            context.work(),
            Template(
                name=form.name.data or "",
                language=Language(form.language.data),
                body=form.body.data or "",
                other_language=Language(other) if other else None,
                other_body=form.other_body.data or "",
            ),
            name=found.id if found else None,
        )
    except TemplateRefusedError as error:
        for field, wrong in error.facts["problems"]:  # type: ignore[attr-defined]
            form[field].errors = [
                str(WRONG[wrong])
                if wrong in WRONG
                else gettext("There is no place of this name: %(place)s", place=wrong)
            ]
        return False
    return True


def _data(found: TemplateView) -> dict[str, Any]:
    one = found.template
    return {
        "name": one.name,
        "language": one.language.value,
        "body": one.body,
        "other_language": one.other_language.value if one.other_language else "",
        "other_body": one.other_body,
    }


def _preview(each: TemplateView) -> list[tuple[Language, str]]:
    """Return a template in its languages, with an example filled in."""
    one = each.template
    office = context.signed_in()
    values = {
        **EXAMPLE,
        "step": str(next(iter(pathway.STEPS.values()))),
        "organization": office.office.name if office and office.office else "",
    }
    found = [(one.language, filled(one.body, values))]
    if one.other_language:
        found.append((one.other_language, filled(one.other_body, values)))
    return found
