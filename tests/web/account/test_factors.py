"""The second factor: who is asked for it, what proves it, what cannot be undone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text

from directory.accounts.actions.people import reset_factor
from directory.accounts.model import SignIn
from directory.core.actor import Actor, Role
from directory.core.work import Work
from directory.web.context import signed_in
from tests.browser import Browser
from tests.web.account.owners import (
    PASSWORD,
    Owner,
    enter,
    events,
    is_signed_in,
    letters,
    open_account,
    sign_in,
)
from tests.web.desk import Desk

STAFF = (Role.FACILITATOR, Role.FACILITATOR_MANAGER, Role.MODERATOR, Role.ADMIN)


def roles_at(browser: Browser) -> frozenset[Role]:
    """Return the roles that a request from this browser has."""
    with browser.client as client:
        client.get("/account/")
        found = signed_in()
        return found.actor.roles if found else frozenset()


def type_code(browser: Browser, code: str, status: int = 422) -> str:
    page = browser.post("/account/second-factor", {"code": code}, status)
    return page.text


def set_up_app(
    desk: Desk, owner: Owner, browser: Browser, wanted: str = ""
) -> list[str]:
    """Set an app up; return the spare codes that are shown."""
    url = f"/account/factors/app{wanted}"
    page = browser.open(url)
    owner.secret = (page.by_class("secret")[0].text or "").replace("-", "")
    shown = browser.post(url, {"code": owner.code()})
    return [code.text or "" for code in shown.by_class("secret")]


@pytest.mark.parametrize("role", STAFF)
def test_staff_without_a_factor_are_led_to_one_and_may_do_nothing_until_then(
    desk, role
):
    owner, browser = open_account(desk, role), desk.passer_by()

    where = sign_in(browser, owner, wanted="/account/sessions")

    assert where == "/account/second-factor?next=/account/sessions"
    assert browser.client.get(where).headers["Location"] == (
        "/account/factors?next=/account/sessions"
    )
    page = browser.open("/account/factors?next=/account/sessions")
    assert "Your role is open only to people who prove themselves twice" in page.text
    assert roles_at(browser) == {Role.PERSON}
    codes = set_up_app(desk, owner, browser, "?next=/account/sessions")
    assert len(set(codes)) == 10
    assert role in roles_at(browser)


@pytest.mark.parametrize("role", [Role.HOSPITAL_EDITOR, Role.HOSPITAL_MANAGER])
def test_hospitals_are_not_made_to_have_one(desk, role):
    owner, browser = open_account(desk, role), desk.passer_by()

    assert sign_in(browser, owner) == "/account/"
    assert role in roles_at(browser)


@pytest.mark.parametrize("role", [Role.HOSPITAL_EDITOR, Role.MODERATOR])
def test_whoever_has_a_factor_is_not_in_before_it_is_proved(desk, role):
    owner, browser = open_account(desk, role, app=True), desk.passer_by()

    assert sign_in(browser, owner) == "/account/second-factor"

    assert not is_signed_in(browser)
    with desk.session() as session:
        assert session.scalars(select(SignIn)).all() == []
    for page in ("password", "factors", "factors/app", "factors/spare-codes"):
        answer = browser.client.get(f"/account/{page}")
        assert answer.headers["Location"].startswith("/account/sign-in")
    browser.send("/account/second-factor", {"code": owner.code()})
    assert is_signed_in(browser)
    assert role in roles_at(browser)


def test_a_proved_password_waits_ten_minutes_and_no_longer(desk):
    owner, browser = open_account(desk, app=True), desk.passer_by()
    sign_in(browser, owner)
    desk.clock.move(minutes=10, seconds=1)

    answer = browser.client.get("/account/second-factor")

    assert answer.headers["Location"].startswith("/account/sign-in")


def test_a_proved_password_is_worth_nothing_once_another_is_set(desk):
    owner, browser = open_account(desk, app=True), desk.passer_by()
    sign_in(browser, owner)
    owner.change(fs_uniquifier="e" * 64)

    answer = browser.client.get("/account/second-factor")

    assert answer.headers["Location"].startswith("/account/sign-in")


@pytest.mark.parametrize(
    ("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_may_be_one_step_early_or_late(desk, steps, is_taken):
    owner, browser = open_account(desk, app=True), desk.passer_by()
    sign_in(browser, owner)

    answer = browser.send("/account/second-factor", {"code": owner.code(steps)})

    assert answer.status_code == (303 if is_taken else 422)


def test_a_code_works_once(desk):
    owner, first, second = (
        open_account(desk, app=True),
        desk.passer_by(),
        desk.passer_by(),
    )
    code = owner.code()
    sign_in(first, owner)
    first.send("/account/second-factor", {"code": code})
    sign_in(second, owner)

    assert "was used before" in type_code(second, code)
    assert "was used before" in type_code(second, owner.code(-1))
    assert (
        second.send("/account/second-factor", {"code": owner.code(1)}).status_code
        == 303
    )


@pytest.mark.parametrize("code", ["000000", "12345", "abcd-abcd-abcd", "١٢٣٤٥٦", "-1"])
def test_a_wrong_code_opens_nothing(desk, code):
    owner, browser = open_account(desk, app=True), desk.passer_by()
    sign_in(browser, owner)

    said = type_code(browser, code)

    assert "This code is wrong" in said
    assert not is_signed_in(browser)
    assert events(desk)[-1] == "sign-in.failed"


def test_codes_cannot_be_guessed_for_long(desk):
    owner, browser = open_account(desk, app=True), desk.passer_by()
    sign_in(browser, owner)
    for _ in range(10):
        type_code(browser, "000000")

    said = type_code(browser, owner.code())

    assert "too many wrong attempts" in said
    assert not is_signed_in(browser)


def test_a_spare_code_opens_once_and_its_owner_is_told(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    codes = set_up_app(desk, owner, browser)
    kept = owner.row().mf_recovery_codes
    assert kept
    assert len(kept) == 10
    assert not {code for code in codes if code in str(kept)}
    desk.clock.move(minutes=5)
    other = desk.passer_by()
    sign_in(other, owner)

    answer = other.send(
        "/account/second-factor", {"code": codes[3].replace("-", " ").upper()}
    )

    assert answer.status_code == 303
    assert is_signed_in(other)
    assert "mail.security-changed" in dict(letters(desk))
    again = desk.passer_by()
    sign_in(again, owner)
    assert "You have 9 spare codes left." in type_code(again, codes[3])


def test_spare_codes_of_one_open_nothing_of_another(desk):
    owner, other = open_account(desk), open_account(desk, app=True)
    codes = set_up_app(desk, owner, enter(desk, owner))
    other.change(mf_recovery_codes=owner.row().mf_recovery_codes)
    browser = desk.passer_by()
    sign_in(browser, other)

    assert "This code is wrong" in type_code(browser, codes[0])


def test_new_spare_codes_put_the_old_ones_out_of_use(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    old = set_up_app(desk, owner, browser)

    page = browser.post("/account/factors/spare-codes")

    new = [code.text for code in page.by_class("secret")]
    assert len(new) == 10
    assert not set(new) & set(old)
    desk.clock.move(minutes=5)
    other = desk.passer_by()
    sign_in(other, owner)
    assert "This code is wrong" in type_code(other, old[0])


def test_the_secret_of_an_app_is_sealed_and_shown_on_one_page(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    page = browser.open("/account/factors/app")
    assert len(page.by_class("qr")) == 1
    set_up_app(desk, owner, browser)
    assert owner.secret
    kept = owner.row().tf_totp_secret or ""

    assert owner.secret not in kept
    assert '"enckey"' in kept
    with desk.session() as session:
        log = str(session.execute(text("SELECT facts FROM audit_entry")).all())
    assert owner.secret not in log
    grouped = re.sub(r"(.{4})(?=.)", r"\1-", owner.secret)
    for path in ("/account/", "/account/factors", "/account/factors/app"):
        html = browser.open(path).response.get_data(as_text=True)
        assert grouped not in html
        assert owner.secret not in html


def test_a_wrong_code_sets_no_app_up_and_the_key_stays(desk):
    browser = enter(desk, open_account(desk))
    key = browser.open("/account/factors/app").by_class("secret")[0].text

    page = browser.post("/account/factors/app", {"code": "000000"}, 422)

    assert page.by_class("secret")[0].text == key


def test_staff_cannot_remove_their_only_factor(desk):
    owner = open_account(desk, Role.ADMIN, app=True)
    browser = enter(desk, owner)
    token = browser.open("/account/factors").value("csrf_token")

    browser.client.post("/account/factors/app/remove", data={"csrf_token": token})

    page = browser.open("/account/factors")
    assert "Your role needs a second factor" in page.text
    assert owner.row().tf_totp_secret


def test_others_can_and_are_told(desk):
    owner = open_account(desk, Role.HOSPITAL_EDITOR, app=True)
    owner.change(mf_recovery_codes=["a" * 64])
    browser = enter(desk, owner)
    token = browser.open("/account/factors").value("csrf_token")

    browser.client.post("/account/factors/app/remove", data={"csrf_token": token})

    assert owner.row().tf_totp_secret is None
    assert owner.row().mf_recovery_codes is None
    assert letters(desk)[-1][1].facts["what"] == "factor-removed"
    assert "factor.removed" in events(desk)


@pytest.mark.parametrize(
    "page",
    ["factors/app", "factors/passkey", "factors/spare-codes", "password", "address"],
)
def test_what_changes_keys_asks_who_is_there_after_a_while(desk, page):
    owner = open_account(desk)
    browser = enter(desk, owner)
    desk.clock.move(minutes=16)

    answer = browser.client.get(f"/account/{page}")

    assert answer.headers["Location"] == f"/account/prove?next=/account/{page}"
    answer = browser.send(
        f"/account/prove?next=/account/{page}", {"password": PASSWORD}
    )
    assert answer.headers["Location"] == f"/account/{page}"
    assert browser.client.get(f"/account/{page}").status_code in {200, 303}


def test_a_session_from_before_the_factor_proves_it_before_it_changes_keys(desk):
    owner = open_account(desk)
    old = enter(desk, owner)
    other = enter(desk, owner)
    set_up_app(desk, owner, other)

    answer = old.client.get("/account/factors/spare-codes")

    assert answer.headers["Location"].startswith("/account/second-factor")


@pytest.mark.parametrize(
    "path",
    [
        "factors/app/remove",
        "factors/passkeys/1/remove",
        "sessions/end",
        "sessions/1/end",
        "sign-out",
    ],
)
def test_nothing_is_done_without_a_token(desk, path):
    browser = enter(desk, open_account(desk, app=True))
    before = events(desk)

    answer = browser.client.post(f"/account/{path}")

    assert answer.status_code == 400
    assert events(desk) == before
    assert is_signed_in(browser)


def test_whoever_loses_a_factor_by_an_administrator_is_told(desk):
    owner = open_account(desk, Role.MODERATOR, app=True)
    browser = enter(desk, owner)
    roles = frozenset({Role.ADMIN, Role.PERSON})
    admin = Actor("person:admin", roles, person=0)
    with desk.tools.sessions.begin() as session:
        reset_factor(Work(session, admin, desk.clock.now), owner.public_id)

    assert not is_signed_in(browser)
    assert letters(desk)[-1][1].facts["what"] == "factor-removed"
    assert sign_in(browser, owner) == "/account/second-factor"
    assert browser.open("/account/factors").heading == "Second factor"
