"""When far more is sent than people send: show that it cost something, or wait."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from flask import Response, make_response, render_template
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from directory.inquiries.queries import sent_since
from directory.inquiries.rules import floods
from directory.inquiries.rules.floods import Shown, Tide
from directory.web.context import session, tools
from directory.web.inquiries.forms import SendForm
from directory.web.inquiries.words import _

PURPOSE = "directory/inquiry-task"
"""Salt of the tasks that are given."""

RETRY_S = int(floods.PATIENCE.total_seconds())


def per_address() -> str:
    """Return how many inquiries one address may send."""
    return f"{tools().settings.inquiries_per_address} per hour"


def begun_per_address() -> str:
    """Return how many drafts one address may begin: more than it may send."""
    return f"{2 * tools().settings.inquiries_per_address} per hour"


def tide() -> Tide:
    """Return how much is being sent now, by everybody and on all nodes."""
    settings = tools().settings
    return floods.tide(
        sent_since(session(), tools().clock() - floods.COUNTED),
        before_proof=settings.inquiries_before_proof,
        before_holding=settings.inquiries_before_holding,
    )


def shown(form: SendForm, secret: str) -> Shown | None:
    """Return what somebody showed who sends; nothing if that was not enough.

    A task belongs to one draft, and a draft is sent once, so no solution serves
    twice.
    """
    words = form.task.data or ""
    given_at = _given_at(words, secret)
    now = tools().clock()
    if given_at is None or now - given_at > floods.PROOF_LASTS:
        return None
    if floods.solves(words, form.nonce.data or ""):
        return Shown.WORK
    if now - given_at >= floods.PATIENCE and _is_answered(form, words):
        return Shown.PATIENCE
    return None


def page(form: SendForm, secret: str) -> Response:
    """Show the task that is to be solved before sending."""
    words = form.task.data or ""
    given_at = _given_at(words, secret)
    now = tools().clock()
    if given_at is None or now - given_at > floods.PROOF_LASTS:
        words = _tasks().dumps([_belongs_to(secret), int(now.timestamp())])
        form.task.data = words
    elif not _is_answered(form, words):
        form.answer.errors = [_("Type the sum of the two numbers")]
    else:
        form.answer.errors = [_("Wait until a minute is over, then send again")]
    form.nonce.data = ""
    one, other = _numbers(words)
    form.answer.label.text = gettext(
        "What is %(one)s plus %(other)s?", one=one, other=other
    )
    made = render_template("inquiries/proof.html", form=form, bits=floods.BITS)
    response = make_response(made, 429)
    response.headers["Retry-After"] = str(RETRY_S)
    return response


def _tasks() -> URLSafeSerializer:
    return URLSafeSerializer(tools().settings.secret_key, salt=PURPOSE)


def _belongs_to(secret: str) -> str:
    return sha256(f"{PURPOSE}:{secret}".encode()).hexdigest()[:16]


def _given_at(words: str, secret: str) -> datetime | None:
    try:
        belongs_to, moment = _tasks().loads(words)
        if belongs_to != _belongs_to(secret):
            return None
        return datetime.fromtimestamp(moment, UTC)
    except (BadSignature, ValueError, TypeError, OverflowError):
        return None


def _numbers(words: str) -> tuple[int, int]:
    digest = sha256(words.encode()).digest()
    return digest[0] % 9 + 1, digest[1] % 9 + 1


def _is_answered(form: SendForm, words: str) -> bool:
    typed = (form.answer.data or "").strip()
    # Digits of other scripts are digits, too.
    return typed.isdecimal() and len(typed) < 4 and int(typed) == sum(_numbers(words))
