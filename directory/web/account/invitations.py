"""The page behind the link that invites somebody."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from directory.accounts.actions.invitations import (
    HasAccountError,
    InvitationOverError,
    accept,
    accept_as_new,
)
from directory.accounts.queries.organizations import InvitationPage, invitation_page
from directory.accounts.rules.invitations import InvitationState
from directory.core.links import LinkExpiredError, Purpose
from directory.web import context
from directory.web.account.blueprint import bp
from directory.web.account.credentials import credentials
from directory.web.account.forms import (
    NAME_LONGEST,
    PasswordForm,
    readable,
    trimmed,
)
from directory.web.guards import limiter
from directory.web.proof import ButtonForm, ProvenForm
from directory.web.roles import ROLES
from directory.web.words import _

OPENINGS = "60 per hour"
"""Links of invitations that one address may open, and forms behind them."""


class NewPersonForm(PasswordForm):
    """Who has no account yet."""

    name = StringField(
        _("Your name"),
        [
            InputRequired(_("Type your name")),
            Length(max=NAME_LONGEST, message=_("Shorten your name")),
            readable,
        ],
        filters=[trimmed],
        description=_("As colleagues and our moderators will see it."),
        render_kw={"autocomplete": "name"},
    )


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@limiter.limit(OPENINGS)
def invitation(token: str) -> ResponseReturnValue:
    """Show who invites whom to what; a press of the button accepts."""
    tools = context.tools()
    try:
        public_id = tools.links.read(Purpose.ACCEPT_INVITATION, token, tools.clock())
    except LinkExpiredError:
        return _over(InvitationState.EXPIRED)
    found = invitation_page(context.session(), public_id, now=tools.clock())
    if found.state is not InvitationState.OPEN:
        return _over(found.state)
    who = context.signed_in()
    if who is not None and who.email != found.email:
        return _page(found, "other", ButtonForm(formdata=None))
    try:
        if who is not None:
            return _join(found)
        if found.has_account:
            return _page(found, "sign-in", ButtonForm(formdata=None))
        return _join_as_new(found)
    except InvitationOverError:
        return _over(InvitationState.ACCEPTED)
    except HasAccountError:
        return _page(found, "sign-in", ButtonForm(formdata=None))


def _join(found: InvitationPage) -> ResponseReturnValue:
    form = ButtonForm()
    if form.validate_on_submit():
        accept(context.work(), found.public_id)
        flash(gettext("You belong to %(name)s now.", name=found.organization))
        return redirect(url_for("account.offices"), code=303)
    return _page(found, "accept", form)


def _join_as_new(found: InvitationPage) -> ResponseReturnValue:
    form = NewPersonForm(known=(found.email, found.organization))
    if form.is_sent:
        accept_as_new(
            context.work(),
            found.public_id,
            name=form.name.data or "",
            password=credentials().hash(form.password.data or ""),
        )
        flash(gettext("Your account is ready. Sign in with your new password."))
        return redirect(url_for("account.sign_in"), code=303)
    return _page(found, "new", form)


def _page(
    found: InvitationPage, step: str, form: ProvenForm | NewPersonForm
) -> ResponseReturnValue:
    page = render_template(
        "account/invitation.html",
        invitation=found,
        role=ROLES[found.role],
        step=step,
        form=form,
    )
    return make_response(page, form.status)


def _over(state: InvitationState) -> ResponseReturnValue:
    return make_response(
        render_template("account/invitation_over.html", state=state.value), 410
    )
