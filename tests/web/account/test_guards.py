"""What stands before these pages: tokens, limits, strange input, two at once."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest
from sqlalchemy import text

from directory.web.account import factors, keeping, registering, signing
from tests.browser import Browser
from tests.web.account.owners import (
    ANOTHER,
    PASSWORD,
    enter,
    events,
    is_signed_in,
    open_account,
    sign_in,
)

OURS = {module.__name__ for module in (factors, keeping, registering, signing)}
NAUGHTY = (
    "\x00",
    "a\x00b@example.org",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "<script>alert(1)</script>",
    "'; DROP TABLE person; --",
    "{{ 7 * 7 }}",
    "%s%n%(name)s",
    "\u202eevil",
    "🙂" * 500,
    "a" * 20_000,
    "İ@example.org",
    "ﬀ@EXAMPLE.ORG",
    "a@" + "b." * 120 + "org",
)


def posts(app) -> set[str]:
    """Return the addresses of our pages that take posts, with made-up arguments."""
    return {
        re.sub(r"<int:\w+>", "1", re.sub(r"<token>", "W10.forged", rule.rule))
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and app.view_functions[rule.endpoint].__module__ in OURS
    }


def test_no_post_is_taken_without_a_token(desk):
    browser = enter(desk, open_account(desk, app=True))
    before = events(desk)
    found = posts(desk.app)

    statuses = {path: browser.client.post(path).status_code for path in found}

    assert len(found) >= 19
    assert set(statuses.values()) == {400}
    assert events(desk) == before
    assert is_signed_in(browser)


def test_no_post_is_taken_from_another_site(desk):
    browser = enter(desk, open_account(desk, app=True))
    token = browser.open("/account/").value("csrf_token")

    statuses = {
        browser.client.post(
            path,
            data={"csrf_token": token},
            headers={"Sec-Fetch-Site": "cross-site"},
        ).status_code
        for path in posts(desk.app)
    }

    assert statuses == {403}
    assert is_signed_in(browser)


@pytest.mark.parametrize("words", NAUGHTY, ids=range(len(NAUGHTY)))
def test_strange_words_are_refused_or_kept_and_break_nothing(desk, words):
    owner = open_account(desk)
    out, browser = desk.passer_by(), enter(desk, owner)
    forms = {
        "/account/sign-in": {"email": words, "password": words},
        "/account/register": {
            "name": words, "email": words, "password": words, "language": words,
        },
        "/account/forgotten": {"email": words},
    }  # fmt: skip
    for path, form in forms.items():
        assert out.send(path, form).status_code in {303, 422}, path
    inside = {
        "/account/details": {"name": words, "language": "en"},
        "/account/address": {"email": words},
        "/account/prove": {"password": words},
        "/account/factors/app": {"code": words},
        "/account/factors/passkey": {"name": words, "credential": words},
        "/account/password": {"current": words, "password": words},
    }
    for path, form in inside.items():
        assert browser.send(path, form).status_code in {303, 422}, path
    token = out.open("/account/sign-in").value("csrf_token")
    for path in ("/account/sign-in/passkey", "/account/second-factor/passkey"):
        answer = out.client.post(path, data={"csrf_token": token, "credential": words})
        assert answer.status_code in {303, 422}, path
    page = browser.open("/account/").response.get_data(as_text=True)
    assert "<script>alert" not in page


def answered(**response: object) -> str:
    """Return an answer in the shape of a device's."""
    key = {"id": "AA", "rawId": "AA", "type": "public-key", "response": response}
    return json.dumps(key)


@pytest.mark.parametrize(
    "credential",
    [
        "{}",
        "[]",
        "null",
        '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
        answered(clientDataJSON="e30", authenticatorData="AA", signature="AA"),
        answered(clientDataJSON="!!", authenticatorData="é", signature=1),
        answered(clientDataJSON=[], authenticatorData={}, signature=None),
    ],
)
def test_answers_that_no_device_gives_open_nothing(desk, credential):
    browser = desk.passer_by()
    token = browser.open("/account/sign-in").value("csrf_token")

    answer = browser.client.post(
        "/account/sign-in/passkey", data={"csrf_token": token, "credential": credential}
    )

    assert answer.status_code == 422
    assert "The passkey was not accepted" in answer.get_data(as_text=True)
    assert events(desk)[-1] == "sign-in.failed"


def test_one_address_sends_so_many_passwords_and_no_more(make_app):
    browser = Browser(make_app(rate_limits="on"))
    token = browser.open("/account/sign-in").value("csrf_token")

    statuses = [
        browser.client.post(
            "/account/sign-in",
            data={
                "csrf_token": token,
                "email": f"stranger{number}@example.org",
                "password": ANOTHER,
            },
        ).status_code
        for number in range(21)
    ]

    assert statuses == [422] * 20 + [429]


def test_many_guesses_at_once_are_counted_by_each_other(desk):
    owner = open_account(desk)
    browsers = [desk.passer_by() for _ in range(16)]
    tokens = [each.open("/account/sign-in").value("csrf_token") for each in browsers]

    def guess(number: int) -> str:
        answer = browsers[number].client.post(
            "/account/sign-in",
            data={
                "csrf_token": tokens[number],
                "email": owner.email,
                "password": ANOTHER,
            },
        )
        return str(answer.get_data(as_text=True))

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(guess, range(16)))

    looked_at = [each for each in said if "do not open an account" in each]
    assert len(looked_at) <= 10
    with desk.session() as session:
        counted = session.scalar(text("SELECT count(*) FROM sign_in_attempt"))
    assert counted == 10


def test_logs_and_the_audit_log_name_nobody(desk, capsys):
    owner = open_account(desk, email="zqcanary@example.org")
    owner.change(name="Zqcanary Person")
    browser = enter(desk, owner)
    browser.send("/account/details", {"name": "Zqcanary Other", "language": "zh"})
    browser.send("/account/address", {"email": "zqcanary2@example.org"})
    browser.send("/account/password", {"current": PASSWORD, "password": ANOTHER})
    desk.passer_by().send(
        "/account/sign-in", {"email": owner.email, "password": "zqcanary zqcanary"}
    )
    desk.passer_by().send("/account/forgotten", {"email": owner.email})

    with desk.session() as session:
        log = str(session.execute(text("SELECT subject, facts FROM audit_entry")).all())
        promised = str(
            session.execute(text("SELECT payload FROM outbox_promise")).all()
        )
    spoken = capsys.readouterr()
    for words in (log, promised, spoken.out + spoken.err):
        assert words
        assert "zqcanary" not in words.lower()


def test_the_cookies_are_as_closed_as_they_can_be(make_app):
    app = make_app(base_url="https://directory.example.org")
    answer = app.test_client().get(
        "/account/sign-in", base_url="https://directory.example.org"
    )

    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in cookie
    assert "Expires" not in cookie
    assert "Domain" not in cookie


def test_the_known_browser_is_remembered_behind_the_same_flags(desk):
    owner, browser = open_account(desk), desk.passer_by()
    sign_in(browser, owner)

    cookie = browser.client.get_cookie("known")

    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert owner.email not in cookie.value
    assert owner.public_id not in cookie.value


def test_the_script_stays_small():
    files = ("site.js", "forms.js", "suggest.js", "results.js", "passkeys.js")
    folder = Path(__file__).parents[3] / "static" / "js"

    sizes = {name: len(brotli.compress((folder / name).read_bytes())) for name in files}

    assert sizes["passkeys.js"] < 1500
    assert sum(sizes.values()) < 6 * 1024
