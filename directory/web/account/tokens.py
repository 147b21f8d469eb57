"""Tokens for the API: one's own, and for managers all of the organization."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from directory.accounts.actions.tokens import end_token as end
from directory.accounts.actions.tokens import make_token
from directory.accounts.queries.tokens import TokenRow, tokens_of
from directory.accounts.rules.tokens import LONGEST_DAYS, scopes_for
from directory.core.errors import NotFoundError
from directory.web import context, staff
from directory.web.account.blueprint import bp
from directory.web.account.reader import reader
from directory.web.fields import choices
from directory.web.numbers import WholeNumberField
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.roles import SCOPES
from directory.web.words import _

USUAL_DAYS = 90
"""Days that are proposed: as long as facts that change often hold."""


class TokenForm(ProvenForm):
    """A token to be made."""

    name = StringField(
        _("What it is for"),
        [
            InputRequired(_("Say what it is for, so that you know it again")),
            Length(max=100, message=_("Use at most 100 characters")),
        ],
        filters=[printable],
        description=_("For example the name of the program that will use it."),
    )
    scopes = SelectMultipleField(
        _("What it may do"), [InputRequired(_("Choose at least one"))]
    )
    days = WholeNumberField(
        _("Days until it ends"),
        [
            InputRequired(_("Enter a number of days")),
            NumberRange(1, LONGEST_DAYS, _("Enter a number from 1 to 365")),
        ],
        description=_("At most 365."),
        render_kw={"inputmode": "numeric"},
    )


@bp.get("/tokens")
def tokens() -> ResponseReturnValue:
    """List tokens of the organization for which one acts."""
    found = reader()
    return render_template(
        "account/tokens.html",
        tokens=_tokens(),
        office=found.office,
        scopes=SCOPES,
        can_make=bool(scopes_for(found.actor.roles)),
    )


@bp.route("/tokens/new", methods=["GET", "POST"])
def new_token() -> ResponseReturnValue:
    """Make a token, and show it once on the page that answers."""
    held = scopes_for(reader().actor.roles)
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = TokenForm(data={"days": USUAL_DAYS})
    form.scopes.choices = choices((each, SCOPES[each]) for each in held)
    if form.validate_on_submit():
        made = make_token(
            context.work(),
            name=form.name.data or "",
            scopes=form.scopes.data or (),
            lasts=timedelta(days=form.days.data or 0),
        )
        return render_template("account/token_made.html", secret=made.secret)
    page = render_template(
        "account/new_token.html", form=form, office=reader().office, held=held
    )
    return make_response(page, form.status)


@bp.route("/tokens/<string(length=32):token>/end", methods=["GET", "POST"])
def end_token(token: str) -> ResponseReturnValue:
    """Ask once whether a token is to end, then end it."""
    found = _token(token)
    form = ButtonForm()
    if form.validate_on_submit():
        end(context.work(), token)
        flash(gettext("Ended. It opens nothing from now on."))
        return redirect(url_for("account.tokens"), code=303)
    page = render_template("account/end_token.html", form=form, token=found)
    return make_response(page, form.status)


def _tokens() -> tuple[TokenRow, ...]:
    return tokens_of(context.session(), context.actor(), now=context.tools().clock())


def _token(public_id: str) -> TokenRow:
    for each in _tokens():
        if each.public_id == public_id:
            return each
    raise NotFoundError(token=public_id)
