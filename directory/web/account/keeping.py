"""One's account at home: name, language, address, password, sessions."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from directory.accounts.actions import registering, signing_in
from directory.accounts.queries.sign_ins import account, open_sessions
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.core.errors import NotFoundError
from directory.core.logs import log
from directory.web import context
from directory.web.account.arriving import leave, me, redirect, renew, say
from directory.web.account.blueprint import bp
from directory.web.account.credentials import credentials
from directory.web.account.forms import (
    AddressForm,
    ButtonForm,
    ChangePasswordForm,
    DetailsForm,
    known_of_self,
)
from directory.web.account.signing import is_password_right, must_prove_more
from directory.web.guards import limiter
from directory.web.words import _

TRIED = "20 per 10 minutes"
"""Passwords that one address may try."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the account."""
    found = me()
    person = found.actor.person or 0
    return render_template(
        "account/home.html",
        account=account(context.session(), person),
        proofs=credentials_of(context.session(), found.public_id),
        sessions=len(open_sessions(context.session(), person, context.tools().clock())),
    )


@bp.route("/details", methods=["GET", "POST"])
def details() -> ResponseReturnValue:
    """Change one's name and the language of one's mail."""
    found = me()
    form = DetailsForm(data={"name": found.name, "language": found.language.value})
    if form.is_sent:
        registering.change_details(context.work(), form.name.data or "", form.chosen)
        say(_("Your details are saved."))
        return redirect("home")
    page = render_template("account/details.html", form=form)
    return make_response(page, form.status)


@bp.route("/address", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"])
def address() -> ResponseReturnValue:
    """Ask for another address, which has to be proved before it is used."""
    if (away := must_prove_more()) is not None:
        return away
    form = AddressForm()
    if form.is_sent:
        registering.ask_for_address(context.work(), form.email.data or "")
        say(_("We sent a letter to the new address. Open it and press its button."))
        return redirect("home")
    page = render_template("account/address.html", form=form, email=me().email)
    return make_response(page, form.status)


@bp.route("/password", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def password() -> ResponseReturnValue:
    """Change the password, which ends all other sessions."""
    if (away := must_prove_more()) is not None:
        return away
    found = me()
    form = ChangePasswordForm(known=known_of_self())
    proofs = credentials_of(context.session(), found.public_id)
    if proofs is None:
        raise NotFoundError
    if form.is_sent and is_password_right(form, form.current.data or "", proofs):
        hashed = credentials().hash(form.password.data or "")
        registering.change_password(context.work(), found.sign_in, hashed)
        renew()
        say(_("Your new password is set, and your other sessions have ended."))
        log("account").info("password.set", reason="change")
        return redirect("home")
    page = render_template("account/password.html", form=form)
    return make_response(page, form.status)


@bp.get("/sessions")
def sessions() -> ResponseReturnValue:
    """List the browsers in which one is signed in."""
    found = me()
    listed = open_sessions(
        context.session(), found.actor.person or 0, context.tools().clock()
    )
    return render_template(
        "account/sessions.html",
        sessions=listed,
        this=found.sign_in,
        form=ButtonForm(formdata=None),
    )


@bp.post("/sessions/<int:number>/end")
def end_session(number: int) -> ResponseReturnValue:
    """End one session."""
    this = me().sign_in
    signing_in.end(context.work(), number)
    if number == this:
        leave()
        return redirect("sign_in")
    say(_("That session has ended."))
    return redirect("sessions")


@bp.post("/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here as well."""
    signing_in.end_everywhere(context.work())
    leave()
    say(_("You are signed out everywhere."))
    return redirect("sign_in")
