"""Opening an account, proving an address, setting a forgotten password."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from directory.accounts.actions import registering
from directory.accounts.actions.registering import LinkUsedError, NewAccount
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.accounts.rules.marks import account_of, is_current
from directory.core.errors import DirectoryError
from directory.core.links import LinkBrokenError, LinkExpiredError, Purpose
from directory.core.logs import log
from directory.core.text import Language
from directory.web import context
from directory.web.account.arriving import leave, redirect, say
from directory.web.account.blueprint import bp
from directory.web.account.credentials import credentials
from directory.web.account.forms import (
    AddressForm,
    ButtonForm,
    PasswordForm,
    RegisterForm,
)
from directory.web.errors import status_of
from directory.web.guards import limiter
from directory.web.words import _

WRITTEN = "10 per hour"
"""Letters that one address may have us write."""

OPENED = "60 per hour"
"""Links that one address may open."""

PROVED = _("Your address is confirmed. You can sign in now.")
SET = _("Your new password is set, and you are signed out everywhere. Sign in now.")


@bp.errorhandler(LinkBrokenError)
@bp.errorhandler(LinkExpiredError)
@bp.errorhandler(LinkUsedError)
def link_is_over(error: DirectoryError) -> ResponseReturnValue:
    """Say that a link does nothing any more, and where to get another."""
    return render_template("account/link.html"), status_of(error)


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(WRITTEN, methods=["POST"])
def register() -> ResponseReturnValue:
    """Open an account; the answer is the same if there is one already."""
    form = RegisterForm(data={"language": context.language().value})
    if form.is_sent:
        account = NewAccount(
            name=form.name.data or "",
            email=form.email.data or "",
            password=credentials().hash(form.password.data or ""),
            language=Language(form.language.data),
        )
        registering.register(context.work(), account)
        log("account").info("account.registered")
        return redirect("registered")
    page = render_template("account/register.html", form=form)
    return make_response(page, form.status)


@bp.get("/registered")
def registered() -> ResponseReturnValue:
    """Say that a letter is on its way."""
    return render_template("account/registered.html")


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit(OPENED)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address by a button, never by opening a link alone."""
    subject = _read(Purpose.CONFIRM_ADDRESS, token)
    form = ButtonForm()
    if form.is_sent:
        registering.confirm(context.work(), subject)
        say(PROVED)
        return redirect("sign_in")
    return render_template("account/confirm.html", form=form, is_new=False)


@bp.route("/new-address/<token>", methods=["GET", "POST"])
@limiter.limit(OPENED)
def confirm_address(token: str) -> ResponseReturnValue:
    """Let a new address take the place of the old one, by a button."""
    subject = _read(Purpose.CHANGE_ADDRESS, token)
    form = ButtonForm()
    if form.is_sent:
        registering.confirm_address(context.work(), subject)
        say(_("Your new address is confirmed. Sign in with it from now on."))
        return redirect("home")
    return render_template("account/confirm.html", form=form, is_new=True)


@bp.route("/forgotten", methods=["GET", "POST"])
@limiter.limit(WRITTEN, methods=["POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link that sets a new password; the answer is always the same."""
    form = AddressForm()
    if form.is_sent:
        registering.ask_for_reset(context.work(), form.email.data or "")
        return redirect("forgotten_sent")
    page = render_template("account/forgotten.html", form=form)
    return make_response(page, form.status)


@bp.get("/forgotten/sent")
def forgotten_sent() -> ResponseReturnValue:
    """Say that a letter is on its way, if there is an account."""
    return render_template("account/forgotten_sent.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(OPENED)
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by a link; the second factor is asked for as ever."""
    subject = _read(Purpose.RESET_PASSWORD, token)
    found = credentials_of(context.session(), account_of(subject))
    if found is None or not is_current(subject, found.public_id, found.mark):
        raise LinkUsedError
    form = PasswordForm(known=(found.name, found.email))
    if form.is_sent:
        hashed = credentials().hash(form.password.data or "")
        registering.reset(context.work(), subject, hashed)
        leave()
        say(SET)
        log("account").info("password.set", reason="reset")
        return redirect("sign_in")
    page = render_template("account/reset.html", form=form)
    return make_response(page, form.status)


def _read(purpose: Purpose, token: str) -> str:
    tools = context.tools()
    return tools.links.read(purpose, token, tools.clock())
