"""From a proof to a session, and to the page that somebody wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import Response, flash, make_response, request, url_for
from flask import redirect as flask_redirect
from flask import session as cookie
from flask_babel import format_time, gettext

from directory.accounts.actions import signing_in
from directory.accounts.actions.signing_in import TooManyAttemptsError
from directory.accounts.queries.acting import SignedIn
from directory.accounts.queries.sign_ins import Credentials
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.accounts.rules.marks import account_of, is_current, subject_of
from directory.core.errors import RefusedError
from directory.core.logs import log
from directory.web import context
from directory.web.account import browsers
from directory.web.account.forms import AccountForm
from directory.web.context import SIGN_IN
from directory.web.locale import own_path

HALF = "half"
"""Where the session's cookie says who proved a password and has a factor to go."""

HALF_LASTS = timedelta(minutes=10)
"""How long a proved password waits for the second factor."""


def me() -> SignedIn:
    """Return who is signed in; pages that ask have seen to it that somebody is."""
    found = context.signed_in()
    if found is None:
        raise RefusedError(actor="visitor")
    return found


def redirect(endpoint: str, **values: Any) -> Response:
    """Send the browser on to another page of the account."""
    address = url_for(f"account.{endpoint}", **values)
    return make_response(flask_redirect(address, code=303))


def wanted() -> str | None:
    """Return the page that somebody wanted before they had to prove themselves.

    It is always one of this site, without its language.
    """
    return own_path(request.args.get("next", ""))


def onward() -> Response:
    """Send the browser to the page that was wanted, else to the account."""
    target = wanted()
    if target is None:
        return redirect("home")
    return make_response(flask_redirect(request.script_root + target, code=303))


def is_counted(form: AccountForm, key: str) -> bool:
    """Count an attempt, or say on the form when the next one is possible.

    The count is kept whatever comes of the attempt.
    """
    try:
        signing_in.count_attempt(context.work(), key)
    except TooManyAttemptsError as error:
        context.finish(succeeded=False)
        until = cast("datetime", error.facts["until"])
        log("account").warning("sign-in.delayed", code=error.code)
        form.refuse(
            gettext(
                "There were too many wrong attempts. The next one is possible at"
                " %(time)s (UTC).",
                time=format_time(
                    until.astimezone(UTC) + timedelta(seconds=59),
                    "short",
                    rebase=False,
                ),
            )
        )
        return False
    context.keep()
    return True


def write_down_failure(account: str, reason: str) -> None:
    """Write down that a proof failed, whatever page follows."""
    signing_in.write_down_failure(context.work(), account, reason)
    context.keep()
    log("account").warning("sign-in.failed", reason=reason)


def wait_for_second_factor(found: Credentials) -> Response:
    """Keep for a while that somebody proved their password, and ask for more."""
    until = context.tools().clock() + HALF_LASTS
    cookie.clear()
    cookie[HALF] = [subject_of(found.public_id, found.mark), until.timestamp()]
    return redirect("second_factor", next=wanted())


def half() -> Credentials | None:
    """Return who has proved a password here and has a second factor to go."""
    kept = cookie.get(HALF)
    if not isinstance(kept, list):
        return None
    subject, until = kept
    if context.tools().clock().timestamp() > until:
        return None
    found = credentials_of(context.session(), account_of(subject))
    if found is None or not found.may_sign_in:
        return None
    return found if is_current(subject, found.public_id, found.mark) else None


def arrive(
    found: Credentials,
    *,
    second_factor: bool,
    attempts: tuple[str, ...] = (),
    password: str | None = None,
) -> Response:
    """Begin a session and send the browser on.

    Nothing of what the browser held before is kept, so that nobody can have put it
    there.

    Args:
        found: Who has proved themselves.
        second_factor: Whether by a second factor too.
        attempts: Keys whose attempts are forgotten.
        password: The hash that takes the place of a weak one.
    """
    account = browsers.account_digest(found.email)
    secret = signing_in.begin(
        context.work(),
        found.public_id,
        browser=browsers.here(),
        second_factor=second_factor,
        is_known=browsers.is_known(account),
        attempts=attempts,
        password=password,
    )
    cookie.clear()
    cookie[SIGN_IN] = secret
    context.forget_signed_in()
    log("account").info("sign-in.began", subject=f"person:{found.public_id}")
    if found.needs_second_factor and not second_factor:
        response = redirect("second_factor", next=wanted())
    else:
        response = onward()
    browsers.remember(response, account)
    return response


def renew(*, second_factor: bool = False) -> None:
    """Give the session a new secret after its owner proved themselves anew."""
    found = me()
    secret = signing_in.renew(
        context.work(), found.sign_in, second_factor=second_factor
    )
    cookie.clear()
    cookie[SIGN_IN] = secret


def leave() -> None:
    """Forget the session in this browser."""
    cookie.clear()
    context.forget_signed_in()


def say(words: str) -> None:
    """Say on the next page what was done."""
    flash(words)
