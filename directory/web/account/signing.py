"""Signing in and out, proving oneself anew, and the second factor."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.actions import signing_in
from directory.accounts.actions.factors import (
    CodeUsedError,
    use_app_code,
    use_spare_code,
)
from directory.accounts.actions.signing_in import ChallengeSpentError
from directory.accounts.queries.sign_ins import Credentials, credentials_by_email
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.core.errors import NotFoundError
from directory.web import context, staff
from directory.web.account import browsers, ceremonies
from directory.web.account.arriving import (
    arrive,
    half,
    is_counted,
    leave,
    me,
    onward,
    redirect,
    renew,
    wait_for_second_factor,
    wanted,
    write_down_failure,
)
from directory.web.account.blueprint import bp
from directory.web.account.ceremonies import PasskeyRefusedError
from directory.web.account.credentials import credentials
from directory.web.account.forms import (
    AccountForm,
    ButtonForm,
    CodeForm,
    PasskeyForm,
    ProveForm,
    SignInForm,
)
from directory.web.guards import limiter
from directory.web.locale import here_with_query

TRIED = "20 per 10 minutes"
"""Passwords, codes and passkeys that one address may try on each page."""

APP_DIGITS = 6
"""Of a code of an app; a spare code is longer."""


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Take an address and a password.

    The same is done, and the same is said, whether there is no such account, it is
    closed, its address was never proved, or the password is wrong.
    """
    if context.signed_in() is not None:
        return onward()
    form = SignInForm()
    if not form.is_sent:
        return _sign_in_page(form)
    email, password = form.email.data or "", form.password.data or ""
    account = browsers.account_digest(email)
    key = browsers.attempt_key(account, "password")
    if not is_counted(form, key):
        return _sign_in_page(form)
    found = credentials_by_email(context.session(), email)
    kept = found.password if found and found.may_sign_in else None
    fits = credentials().fits(password, kept)
    if not fits or found is None or kept is None:
        write_down_failure(account, "password")
        form.refuse(
            gettext(
                "This address and password do not open an account. Check both. If"
                " you have not confirmed your address yet, open the letter that we"
                " sent you."
            )
        )
        return _sign_in_page(form)
    if found.has_second_factor:
        return wait_for_second_factor(found)
    weak = credentials().is_weak(kept)
    return arrive(
        found,
        second_factor=False,
        attempts=(key,),
        password=credentials().hash(password) if weak else None,
    )


@bp.post("/sign-in/passkey")
@limiter.limit(TRIED)
def sign_in_by_passkey() -> ResponseReturnValue:
    """Take the answer of a passkey, which stands for both factors."""
    form = PasskeyForm()
    found = _proved(form)
    if found is None:
        page = SignInForm(formdata=None)
        page.form_errors = list(form.form_errors)
        return _sign_in_page(page)
    return arrive(found, second_factor=True, attempts=_attempts(found))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    found = context.signed_in()
    if found is not None:
        signing_in.end(context.work(), found.sign_in)
    leave()
    return redirect("sign_in")


@bp.route("/second-factor", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def second_factor() -> ResponseReturnValue:
    """Take a code, or lead whoever has no second factor to where they get one."""
    found = _in_between()
    if isinstance(found, Response):
        return found
    form = CodeForm()
    if form.is_sent and _is_code_right(form, found):
        return _past_second_factor(found)
    return _second_factor_page(form, found)


@bp.post("/second-factor/passkey")
@limiter.limit(TRIED)
def second_factor_by_passkey() -> ResponseReturnValue:
    """Take the answer of a passkey as second factor."""
    found = _in_between()
    if isinstance(found, Response):
        return found
    form = PasskeyForm()
    if _proved(form, found) is not None:
        return _past_second_factor(found)
    page = CodeForm(formdata=None)
    page.form_errors = list(form.form_errors)
    return _second_factor_page(page, found)


@bp.route("/prove", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
def prove() -> ResponseReturnValue:
    """Ask for the password again, before what a stranger here must not do."""
    form, found = ProveForm(), _self()
    if form.is_sent and is_password_right(form, form.password.data or "", found):
        renew()
        return onward()
    return _prove_page(form, found)


@bp.post("/prove/passkey")
@limiter.limit(TRIED)
def prove_by_passkey() -> ResponseReturnValue:
    """Take a passkey instead."""
    form, found = PasskeyForm(), _self()
    if _proved(form, found) is not None:
        renew(second_factor=True)
        return onward()
    page = ProveForm(formdata=None)
    page.form_errors = list(form.form_errors)
    return _prove_page(page, found)


def is_password_right(form: AccountForm, password: str, found: Credentials) -> bool:
    """Tell whether a password is that of who has signed in; say so if it is not."""
    account = browsers.account_digest(found.email)
    key = browsers.attempt_key(account, "password")
    if not is_counted(form, key):
        return False
    if credentials().fits(password, found.password):
        signing_in.forget_attempts(context.work(), [key])
        return True
    write_down_failure(account, "password")
    form.refuse(gettext("This is not your password. Type it again."))
    return False


def must_prove_more() -> ResponseReturnValue | None:
    """Return the way to prove oneself before the keys of an account are changed.

    Whoever has a second factor proves that one too, so that a password alone takes
    no factor away and adds none.
    """
    if _self().has_second_factor and not me().has_second_factor:
        return redirect("second_factor", next=here_with_query())
    return staff.to_prove_anew()


def _in_between() -> Credentials | Response:
    """Return who has a second factor to prove, or where else to go."""
    found = context.signed_in()
    if found is None:
        return half() or redirect("sign_in", next=wanted())
    if found.has_second_factor:
        return onward()
    mine = _self()
    if not mine.has_second_factor:
        return redirect("factors", next=wanted())
    return mine


def _past_second_factor(found: Credentials) -> Response:
    if context.signed_in() is None:
        return arrive(found, second_factor=True, attempts=_attempts(found))
    signing_in.forget_attempts(context.work(), _attempts(found))
    renew(second_factor=True)
    return onward()


def _is_code_right(form: CodeForm, found: Credentials) -> bool:
    account = browsers.account_digest(found.email)
    if not is_counted(form, browsers.attempt_key(account, "code")):
        return False
    try:
        _use_code(found, form.code.data or "")
    except CodeUsedError:
        context.finish(succeeded=False)
        write_down_failure(account, "code")
        form.code.errors = [
            gettext(
                "This code is wrong, or was used before. Wait for the next one and"
                " type it."
            )
        ]
        return False
    return True


def _use_code(found: Credentials, typed: str) -> None:
    digits = "".join(typed.split())
    if len(digits) != APP_DIGITS or not digits.isdigit():
        digest = credentials().spare_digest(found.public_id, typed)
        use_spare_code(context.work(), found.public_id, digest)
        return
    step = 0
    if found.app_secret:
        now = context.tools().clock()
        codes = credentials().codes
        step = codes.step(digits, found.app_secret, now, found.app_counter)
    if not step:
        raise CodeUsedError
    use_app_code(context.work(), found.public_id, step)


def _proved(form: PasskeyForm, by: Credentials | None = None) -> Credentials | None:
    """Return whom a passkey proves; if nobody, say so on the form."""
    if form.is_sent:
        try:
            return ceremonies.proved(form.credential.data or "", by).by
        except (PasskeyRefusedError, ChallengeSpentError):
            context.finish(succeeded=False)
            account = browsers.account_digest(by.email if by else "")
            write_down_failure(account, "passkey")
    form.refuse(
        gettext(
            "The passkey was not accepted. It may belong to another account, or the"
            " page stood open for too long. Try again."
        )
    )
    return None


def _attempts(found: Credentials) -> tuple[str, ...]:
    account = browsers.account_digest(found.email)
    return tuple(browsers.attempt_key(account, what) for what in ("password", "code"))


def _self() -> Credentials:
    found = credentials_of(context.session(), me().public_id)
    if found is None:
        raise NotFoundError
    return found


def _sign_in_page(form: SignInForm) -> Response:
    page = render_template(
        "account/sign_in.html",
        form=form,
        passkey=PasskeyForm(formdata=None),
        question=ceremonies.question(),
        wanted=wanted(),
    )
    return make_response(page, form.status)


def _second_factor_page(form: CodeForm, found: Credentials) -> Response:
    page = render_template(
        "account/second_factor.html",
        form=form,
        passkey=PasskeyForm(formdata=None),
        question=ceremonies.question(found) if found.passkeys else None,
        has_app=found.app_secret is not None,
        spare_codes=found.spare_codes,
        leaving=ButtonForm(formdata=None),
        wanted=wanted(),
    )
    return make_response(page, form.status)


def _prove_page(form: ProveForm, found: Credentials) -> Response:
    page = render_template(
        "account/prove.html",
        form=form,
        passkey=PasskeyForm(formdata=None),
        question=ceremonies.question(found) if found.passkeys else None,
        wanted=wanted(),
    )
    return make_response(page, form.status)
