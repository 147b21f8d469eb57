"""Signing in and out: what is said, what is counted, what a session outlives."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask_security.utils import get_hmac
from sqlalchemy import select, text

from directory.accounts.model import SignIn
from directory.accounts.queries.acting import secret_digest
from directory.core.actor import Role
from directory.web.account.credentials import EXTENSION, Credentials
from directory.web.context import SIGN_IN
from tests.browser import Browser
from tests.web.account.owners import (
    ANOTHER,
    FIREFOX,
    PASSWORD,
    credentials,
    enter,
    events,
    is_signed_in,
    letters,
    open_account,
    sign_in,
)
from tests.web.conftest import wire

WRONG = "This address and password do not open an account."


def secret_at(browser: Browser) -> str | None:
    with browser.client.session_transaction() as cookie:
        found: str | None = cookie.get(SIGN_IN)
        return found


def sessions(desk) -> list[SignIn]:
    with desk.session() as session:
        return list(session.scalars(select(SignIn).order_by(SignIn.id)))


def attempt(browser: Browser, email: str, password: str, status: int = 422) -> str:
    page = browser.post(
        "/account/sign-in", {"email": email, "password": password}, status
    )
    return page.text


def without_what_was_typed(html: str) -> str:
    """Return a page without what differs between any two: tokens, what was typed."""
    html = re.sub(r'(name="csrf_token"[^>]*value|data-question)="[^"]*"', "", html)
    html = re.sub(r'(nonce|value)="[^"]*"', "", html)
    return re.sub(r"[\w.]+@[\w.]+", "", html)


def test_somebody_signs_in_and_out(desk):
    owner, browser = open_account(desk), desk.passer_by()

    assert sign_in(browser, owner) == "/account/"
    assert is_signed_in(browser)
    token = browser.open("/account/").value("csrf_token")
    response = browser.client.post("/account/sign-out", data={"csrf_token": token})

    assert response.status_code == 303
    assert not is_signed_in(browser)
    assert sessions(desk)[0].ended_at == desk.clock.now
    assert events(desk)[-2:] == ["sign-in.began", "sign-in.ended"]


def test_what_is_kept_of_a_session_opens_none(desk):
    owner, browser = open_account(desk), desk.passer_by()
    sign_in(browser, owner)
    secret = secret_at(browser)

    (row,) = sessions(desk)

    assert secret
    assert len(secret) >= 43
    assert row.digest == secret_digest(secret)
    assert row.digest not in secret


def test_nothing_that_was_in_the_browser_before_is_kept(desk):
    owner, browser = open_account(desk), desk.passer_by()
    browser.open("/account/sign-in")
    with browser.client.session_transaction() as cookie:
        cookie[SIGN_IN] = "laid by a stranger"
        cookie["strange"] = "thing"
        before = cookie["csrf_token"]

    sign_in(browser, owner)

    with browser.client.session_transaction() as cookie:
        assert cookie[SIGN_IN] != "laid by a stranger"
        assert "strange" not in cookie
        assert cookie.get("csrf_token") != before


def test_a_second_factor_gives_the_session_a_new_secret(desk):
    owner = open_account(desk, Role.MODERATOR)
    browser = desk.passer_by()
    assert sign_in(browser, owner) == "/account/second-factor"
    before = secret_at(browser)
    page = browser.open("/account/factors/app")
    key = page.by_class("secret")[0].text.replace("-", "")
    owner.secret = key

    browser.post("/account/factors/app", {"code": owner.code()})

    after = secret_at(browser)
    assert after
    assert after != before
    assert is_signed_in(browser)


@pytest.mark.parametrize("why", ["unknown", "wrong", "closed", "unconfirmed", "none"])
def test_nobody_learns_why_a_password_opens_nothing(desk, why):
    class Counting(Credentials):
        def fits(self, password, kept):
            counted.append(kept)
            return super().fits(password, kept)

    counted: list[str | None] = []
    known = open_account(desk)
    original = credentials(desk)
    desk.app.extensions[EXTENSION] = Counting(
        original.keys, original.codes, original.nobody
    )
    plain = desk.passer_by().send(
        "/account/sign-in", {"email": known.email, "password": ANOTHER}
    )
    owner = open_account(desk)
    email, password = owner.email, PASSWORD
    if why == "unknown":
        email = "stranger@example.org"
    elif why == "wrong":
        password = ANOTHER
    elif why == "closed":
        owner.change(active=False)
    elif why == "unconfirmed":
        owner.change(confirmed_at=None)
    else:
        owner.change(password=None)

    response = desk.passer_by().send(
        "/account/sign-in", {"email": email, "password": password}
    )

    assert response.status_code == plain.status_code == 422
    said = without_what_was_typed(response.get_data(as_text=True))
    assert WRONG in said
    assert said == without_what_was_typed(plain.get_data(as_text=True))
    assert len(counted) == 2
    assert set(response.headers.keys()) == set(plain.headers.keys())
    assert events(desk)[-1] == "sign-in.failed"


def test_the_work_is_the_same_where_there_is_nobody(desk):
    with desk.app.app_context():
        assert not credentials(desk).fits(PASSWORD, None)
        nobody = credentials(desk).nobody
        somebody = credentials(desk).hash(PASSWORD)

    parameters = re.compile(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$")
    assert parameters.match(nobody)
    assert parameters.match(somebody)


def test_a_weak_hash_is_made_anew_at_the_next_sign_in(desk):
    owner = open_account(desk)
    with desk.app.app_context():
        context = desk.app.extensions["security"].pwd_context
        weak = context.copy(argon2__memory_cost=8192, argon2__time_cost=1)
        owner.change(password=weak.hash(get_hmac(PASSWORD)))
    assert "m=8192,t=1" in (owner.row().password or "")

    sign_in(desk.passer_by(), owner)

    assert "m=19456,t=2,p=1" in (owner.row().password or "")
    sign_in(desk.passer_by(), owner)


def test_failures_are_written_down_without_the_address(desk):
    attempt(desk.passer_by(), "stranger@example.org", PASSWORD)

    with desk.session() as session:
        row = session.execute(
            text("SELECT subject, facts FROM audit_entry ORDER BY seq DESC LIMIT 1")
        ).one()
    assert re.fullmatch(r"account:[0-9a-f]{64}", row.subject)
    assert "stranger" not in str(row)


def test_guessing_ends_and_the_page_says_until_when(desk):
    owner, browser = open_account(desk), desk.passer_by()
    for _ in range(10):
        assert WRONG in attempt(browser, owner.email, ANOTHER)

    said = attempt(browser, owner.email, PASSWORD)

    assert "The next one is possible at 8:10" in said.replace("\u202f", " ")
    assert WRONG not in said
    desk.clock.move(minutes=10)
    sign_in(browser, owner)


def test_strangers_who_guess_do_not_keep_the_owner_out(desk):
    owner, own = open_account(desk), desk.passer_by()
    sign_in(own, owner)
    desk.clock.move(hours=9)
    assert not is_signed_in(own)
    stranger = desk.passer_by()
    for _ in range(11):
        attempt(stranger, owner.email, ANOTHER)

    sign_in(own, owner)

    assert is_signed_in(own)
    assert "too many" in attempt(stranger, owner.email, PASSWORD)


def test_a_known_browser_of_somebody_else_is_a_stranger(desk):
    owner, other = open_account(desk), open_account(desk)
    stranger = desk.passer_by()
    sign_in(stranger, other)
    desk.clock.move(hours=9)
    for _ in range(10):
        attempt(stranger, owner.email, ANOTHER)

    said = attempt(desk.passer_by(), owner.email, PASSWORD)

    assert "too many" in said


def test_an_unknown_account_is_counted_like_any_other(desk):
    browser = desk.passer_by()
    for _ in range(10):
        attempt(browser, "stranger@example.org", ANOTHER)

    assert "too many" in attempt(browser, "stranger@example.org", ANOTHER)


def test_a_forged_cookie_makes_no_browser_known(desk):
    owner, browser = open_account(desk), desk.passer_by()
    for _ in range(10):
        attempt(browser, owner.email, ANOTHER)
    browser.client.set_cookie("known", "W10.forged")

    assert "too many" in attempt(browser, owner.email, PASSWORD)


def test_a_right_password_ends_the_count(desk):
    owner, browser = open_account(desk), desk.passer_by()
    for _ in range(9):
        attempt(browser, owner.email, ANOTHER)
    sign_in(browser, owner)
    desk.clock.move(hours=9)

    for _ in range(9):
        assert WRONG in attempt(browser, owner.email, ANOTHER)
    sign_in(browser, owner)


@pytest.mark.parametrize(
    ("minutes", "times", "lasts"),
    [(29, 1, True), (30, 1, False), (29, 16, True), (29, 17, False)],
    ids=["used", "idle", "nearly a working day", "longer"],
)
def test_a_session_ends_by_itself(desk, minutes, times, lasts):
    browser = enter(desk, open_account(desk))
    alive = True
    for _ in range(times):
        assert alive
        desk.clock.move(minutes=minutes)
        alive = is_signed_in(browser)

    assert alive is lasts


def test_the_last_use_is_written_down_once_a_minute(desk):
    browser = enter(desk, open_account(desk))
    desk.clock.move(seconds=59)
    browser.open("/account/")
    assert (sessions(desk)[0].seen_at - desk.clock.now).total_seconds() == -59
    desk.clock.move(seconds=1)
    browser.open("/account/")

    assert sessions(desk)[0].seen_at == desk.clock.now


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("/account/sessions", "/account/sessions"),
        ("//evil.example/", "/account/"),
        ("https://evil.example/", "/account/"),
        ("/\\evil.example", "/account/"),
        ("javascript:alert(1)", "/account/"),
        ("/ru/account/sessions?a=1", "/account/sessions?a=1"),
    ],
)
def test_signing_in_leads_to_own_pages_only(desk, wanted, sent):
    owner, browser = open_account(desk), desk.passer_by()

    answer = browser.send(
        f"/account/sign-in?next={quote(wanted)}",
        {"email": owner.email, "password": PASSWORD},
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == sent


def test_the_language_of_the_page_stays(desk):
    owner, browser = open_account(desk), desk.passer_by()
    token = browser.open("/ru/account/sign-in").value("csrf_token")

    answer = browser.client.post(
        "/ru/account/sign-in?next=/account/sessions",
        data={"csrf_token": token, "email": owner.email, "password": PASSWORD},
    )

    assert answer.headers["Location"] == "/ru/account/sessions"


def test_a_new_browser_is_told_of_and_a_known_one_is_not(desk):
    owner, first = open_account(desk), desk.passer_by()
    sign_in(first, owner)
    assert letters(desk) == []
    desk.clock.move(hours=9)
    sign_in(first, owner)
    assert letters(desk) == []
    second = desk.passer_by()
    second.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(second, owner)

    ((kind, letter),) = letters(desk)

    assert kind == "mail.new-browser"
    assert letter.facts["browser"] == "Firefox · Linux"
    assert sessions(desk)[-1].browser == "Firefox · Linux"


def test_whoever_closes_an_account_ends_it_at_once(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)

    owner.change(active=False)

    assert not is_signed_in(browser)


def test_public_pages_know_no_session(desk):
    browser = enter(desk, open_account(desk))

    response = browser.client.get("/")

    assert "Set-Cookie" not in response.headers
    assert "no-store" not in response.headers["Cache-Control"]
    hooks = [
        hook
        for kind in (
            desk.app.before_request_funcs,
            desk.app.after_request_funcs,
            desk.app.template_context_processors,
        )
        for hook in kind.get(None, [])
    ]
    assert hooks
    assert not [
        hook
        for hook in hooks
        if hook.__module__.startswith(("flask_login", "flask_principal", "flask_sec"))
    ]
    assert "security" not in desk.app.blueprints


def test_without_keys_nobody_signs_in(desk):
    page = Browser(wire(replace(desk.tools, keys=None))).open("/account/sign-in", 503)

    assert page.status == 503
