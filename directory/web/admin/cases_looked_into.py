"""Looking into a case: only for a reason, for an hour, in sight of its patient."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from directory.cases.actions.looks import end_look, look_into
from directory.cases.queries.looks import looked_into, looks
from directory.cases.rules.looks import (
    LONGEST,
    SHORTEST,
    LookCode,
    ReasonTooShortError,
)
from directory.core.errors import NotFoundError
from directory.web import context, staff
from directory.web.admin.blueprint import bp
from directory.web.fields import choices
from directory.web.illness import illness_rows, person_rows
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _
from directory.web.zones import CHINA

ID = "string(length=32)"

CODES: Mapping[LookCode, str] = {
    LookCode.COMPLAINT: _("Somebody complained about how the case is treated"),
    LookCode.SAFETY: _("Somebody may come to harm"),
    LookCode.SECURITY: _("Data may have come into wrong hands, or been changed"),
    LookCode.LAW: _("A court or an authority demands it"),
    LookCode.FAULT: _("The program does something wrong with this case"),
}
"""Kinds of reasons, in words."""


class LookForm(ProvenForm):
    """Which case is to be looked into, and why."""

    reference = StringField(
        _("Reference of the case"),
        [InputRequired(_("Enter the reference")), Length(max=20)],
        filters=[printable],
        description=_("Two groups of four letters and digits, as staff write it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    code = RadioField(
        _("Why do you need to look?"),
        [InputRequired(_("Choose a reason"))],
        choices=choices((str(code), words) for code, words in CODES.items()),
    )
    words = TextAreaField(
        _("The reason in your words"),
        [
            InputRequired(_("Write down the reason")),
            Length(
                min=SHORTEST,
                max=LONGEST,
                message=_("Use 20 to 1,000 characters"),
            ),
        ],
        filters=[printable],
        description=_(
            "The patient reads this. Say what happened and what you need to see."
        ),
        render_kw={"rows": "5"},
    )


@bp.get("/looks")
def case_looks() -> ResponseReturnValue:
    """List who looked into cases, the newest first."""
    found = looks(context.session(), context.actor(), now=context.tools().clock())
    return render_template(
        "admin/case_looks.html", looks=found, codes=CODES, form=ButtonForm()
    )


@bp.route("/looks/new", methods=["GET", "POST"])
def new_look() -> ResponseReturnValue:
    """Ask for the reason, write it down, then open the case."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = LookForm()
    if form.validate_on_submit():
        try:
            look = look_into(
                context.work(),
                context.keys(),
                form.reference.data or "",
                LookCode(form.code.data),
                form.words.data or "",
            )
        except NotFoundError:
            form.reference.errors = [_("There is no such case, or it was erased")]
        except ReasonTooShortError:
            form.words.errors = [_("Use 20 to 1,000 characters")]
        else:
            return redirect(url_for("admin.look", look=look), code=303)
    return make_response(render_template("admin/new_look.html", form=form), form.status)


@bp.get(f"/looks/<{ID}:look>")
def look(look: str) -> ResponseReturnValue:
    """Show a case for which a reason was written down, while the hour lasts."""
    found = looked_into(
        context.session(),
        context.keys(),
        context.actor(),
        look,
        now=context.tools().clock(),
    )
    return render_template(
        "admin/look.html",
        case=found,
        zone=CHINA,
        person=person_rows(found.asker),
        illness=illness_rows(found.illness),
        form=ButtonForm(),
    )


@bp.post(f"/looks/<{ID}:look>/end")
def end_case_look(look: str) -> ResponseReturnValue:
    """Close the case again."""
    form = ButtonForm()
    if form.validate_on_submit():
        end_look(context.work(), look)
        flash(gettext("The case is closed to you again."))
    return redirect(url_for("admin.case_looks"), code=303)
