"""What proves one besides the password: an app, passkeys, spare codes."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.actions import factors as actions
from directory.accounts.actions.factors import LastFactorError, PasskeyKnownError
from directory.accounts.queries.sign_ins import Credentials
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.core.errors import NotFoundError
from directory.core.logs import log
from directory.web import context
from directory.web.account import ceremonies
from directory.web.account.arriving import me, onward, redirect, renew, say, wanted
from directory.web.account.blueprint import bp
from directory.web.account.ceremonies import PasskeyRefusedError
from directory.web.account.credentials import credentials
from directory.web.account.forms import ButtonForm, CodeForm, NewPasskeyForm
from directory.web.account.signing import must_prove_more
from directory.web.guards import limiter
from directory.web.words import _

TRIED = "30 per 10 minutes"
"""Codes and passkeys that one address may try here."""

APP = "app"
"""Where the session's cookie keeps the sealed secret of an app being set up."""

NEEDED = _(
    "Your role needs a second factor, so you cannot remove the only one. Add another"
    " one first."
)


@bp.get("/factors")
def factors() -> ResponseReturnValue:
    """Show one's factors, and how to add others."""
    return render_template(
        "account/factors.html",
        proofs=_proofs(),
        waits=me().wants_second_factor,
        form=ButtonForm(formdata=None),
        wanted=wanted(),
    )


@bp.route("/factors/app", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def app() -> ResponseReturnValue:
    """Set up an authenticator app; its secret is shown on this page and never again."""
    if (away := must_prove_more()) is not None:
        return away
    form, proofs = CodeForm(), _proofs()
    sealed = cookie.get(APP)
    if form.is_sent and sealed:
        now = context.tools().clock()
        typed = "".join((form.code.data or "").split())
        step = credentials().codes.step(typed, sealed, now, None)
        if step:
            actions.set_up_app(context.work(), sealed, step)
            log("account").info("factor.added", kind="app")
            return _factor_added(proofs)
        form.code.errors = [
            gettext("This code is wrong. Check the clock of your device and try again.")
        ]
    if not sealed:
        sealed = cookie[APP] = credentials().new_app_secret()
    page = render_template(
        "account/app.html",
        form=form,
        key=credentials().app_key(sealed),
        picture=credentials().app_picture(sealed, proofs.email),
        is_another=proofs.app_secret is not None,
        wanted=wanted(),
    )
    return make_response(page, form.status)


@bp.post("/factors/app/remove")
def remove_app() -> ResponseReturnValue:
    """Remove the app."""
    if (away := must_prove_more()) is not None:
        return away
    try:
        actions.remove_app(context.work())
    except LastFactorError:
        return _refused()
    log("account").info("factor.removed", kind="app")
    say(_("The authenticator app is removed."))
    return redirect("factors")


@bp.route("/factors/passkey", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def passkey() -> ResponseReturnValue:
    """Add a passkey."""
    if (away := must_prove_more()) is not None:
        return away
    form, proofs = NewPasskeyForm(), _proofs()
    if form.is_sent:
        try:
            made = ceremonies.made(form.credential.data or "", form.name.data or "")
            actions.add_passkey(context.work(), made)
        except PasskeyRefusedError:
            form.refuse(
                gettext("The passkey could not be added. Try again, or use another.")
            )
        except PasskeyKnownError:
            form.refuse(gettext("This passkey is known already."))
        else:
            log("account").info("factor.added", kind="passkey")
            return _factor_added(proofs)
    page = render_template(
        "account/passkey.html",
        form=form,
        question=ceremonies.question_for_new(proofs),
        wanted=wanted(),
    )
    return make_response(page, form.status)


@bp.post("/factors/passkeys/<int:number>/remove")
def remove_passkey(number: int) -> ResponseReturnValue:
    """Remove a passkey."""
    if (away := must_prove_more()) is not None:
        return away
    try:
        actions.remove_passkey(context.work(), number)
    except LastFactorError:
        return _refused()
    log("account").info("factor.removed", kind="passkey")
    say(_("The passkey is removed."))
    return redirect("factors")


@bp.route("/factors/spare-codes", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def spare_codes() -> ResponseReturnValue:
    """Make new spare codes, which put the older ones out of use."""
    if (away := must_prove_more()) is not None:
        return away
    form, proofs = ButtonForm(), _proofs()
    if not proofs.has_second_factor:
        return redirect("factors")
    if form.is_sent:
        return _new_spare_codes(proofs)
    return render_template("account/spare_codes.html", form=form, proofs=proofs)


def _factor_added(before: Credentials) -> Response:
    """Go on with a session that has proved two factors; show codes at first."""
    renew(second_factor=True)
    if before.spare_codes:
        say(_("The second factor is added."))
        return onward() if wanted() else redirect("factors")
    return _new_spare_codes(before)


def _new_spare_codes(proofs: Credentials) -> Response:
    """Show new spare codes, the only time that anybody sees them."""
    codes = credentials().new_spare_codes()
    actions.set_spare_codes(
        context.work(),
        [credentials().spare_digest(proofs.public_id, code) for code in codes],
    )
    page = render_template(
        "account/spare_codes_shown.html", codes=codes, wanted=wanted()
    )
    return make_response(page)


def _refused() -> Response:
    context.finish(succeeded=False)
    say(NEEDED)
    return redirect("factors")


def _proofs() -> Credentials:
    found = credentials_of(context.session(), me().public_id)
    if found is None:
        raise NotFoundError
    return found
