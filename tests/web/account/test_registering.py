"""Opening an account, proving an address, setting a forgotten password."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.accounts.model import Person
from directory.core.actor import Role
from tests.web.account.owners import (
    ANOTHER,
    PASSWORD,
    enter,
    events,
    is_signed_in,
    letters,
    link,
    open_account,
    sign_in,
)

FORM = {
    "name": "Invented Newcomer",
    "email": "newcomer@example.org",
    "password": PASSWORD,
    "language": "ru",
}


def person(desk, email: str) -> Person | None:
    with desk.session() as session:
        found: Person | None = session.scalar(
            select(Person).where(Person.email == email)
        )
        return found


def test_an_account_is_opened_confirmed_by_a_button_and_used(desk):
    browser = desk.passer_by()
    answer = browser.send("/account/register", FORM)
    assert answer.headers["Location"] == "/account/registered"
    browser.open("/account/registered")
    ((kind, letter),) = letters(desk)
    assert kind == "mail.confirm-address"
    assert letter.language.value == "ru"
    path = link(letter)

    browser.open(path)
    assert person(desk, FORM["email"]).confirmed_at is None
    browser.send(path)

    assert person(desk, FORM["email"]).confirmed_at == desk.clock.now
    token = browser.open("/account/sign-in").value("csrf_token")
    browser.client.post("/account/sign-in", data={**FORM, "csrf_token": token})
    assert is_signed_in(browser)
    assert events(desk)[-3:] == [
        "account.registered",
        "account.confirmed",
        "sign-in.began",
    ]


def test_the_answer_is_the_same_for_an_address_that_has_an_account(desk):
    owner = open_account(desk)
    before = owner.row().password

    answer = desk.passer_by().send("/account/register", {**FORM, "email": owner.email})
    other = desk.passer_by().send("/account/register", FORM)

    assert (answer.status_code, answer.headers["Location"], answer.get_data()) == (
        other.status_code,
        other.headers["Location"],
        other.get_data(),
    )
    assert [kind for kind, _ in letters(desk)] == [
        "mail.already-registered",
        "mail.confirm-address",
    ]
    assert owner.row().password == before
    assert owner.row().name != FORM["name"]


def test_nobody_lays_a_password_into_an_account_that_somebody_else_opens(desk):
    stranger, own = desk.passer_by(), desk.passer_by()
    stranger.send("/account/register", {**FORM, "password": ANOTHER})
    first = link(letters(desk)[0][1])
    own.send("/account/register", FORM)
    second = link(letters(desk)[-1][1])

    assert own.open(first).heading == "Confirm your address"
    answer = own.send(first)
    assert answer.status_code == 410
    own.send(second)

    def enters(password):
        page = own.send(
            "/account/sign-in", {"email": FORM["email"], "password": password}
        )
        return page.status_code == 303

    assert not enters(ANOTHER)
    assert enters(PASSWORD)


def test_a_link_confirms_once_and_for_a_day(desk):
    browser = desk.passer_by()
    browser.send("/account/register", FORM)
    path = link(letters(desk)[0][1])
    browser.send(path)
    assert browser.send(path).status_code == 410
    desk.clock.move(days=1, seconds=1)

    page = browser.open(path, 410)

    assert page.heading == "This link works no more"


@pytest.mark.parametrize("part", ["confirm", "reset", "new-address"])
def test_a_forged_link_is_no_link(desk, part):
    page = desk.passer_by().open(f"/account/{part}/W10.forged", 404)

    assert page.heading == "This link works no more"


def test_a_link_serves_no_other_purpose(desk):
    owner, browser = open_account(desk), desk.passer_by()
    browser.send("/account/forgotten", {"email": owner.email})
    token = link(letters(desk)[0][1]).rpartition("/")[2]

    browser.open(f"/account/confirm/{token}", 404)
    browser.open(f"/account/new-address/{token}", 404)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short pass", "at least 12 characters"),
        ("x" * 129, "at most 128 characters"),
        ("passwordpassword", "easily guessed"),
        ("qwertyuiop123456", "easily guessed"),
        ("newcomer@example.org", "easily guessed"),
        ("Invented Newcomer", "easily guessed"),
        ("cart hospital 2026", "easily guessed"),
        ("", "Choose a password"),
    ],
)
def test_weak_passwords_are_refused_and_the_rest_stays_typed(desk, password, said):
    browser = desk.passer_by()

    page = browser.post("/account/register", {**FORM, "password": password}, 422)

    assert said in page.text
    assert page.value("email") == FORM["email"]
    assert page.value("name") == FORM["name"]
    assert page.value("password") == ""
    assert person(desk, FORM["email"]) is None


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "слон подоконник апельсин",
        "春天的第一百个早晨我们去看海吧",
        "q7%Hf!vTz2#Lw",
    ],
)
def test_good_passwords_are_taken_in_any_script(desk, password):
    answer = desk.passer_by().send("/account/register", {**FORM, "password": password})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", "a" * 250 + "@example.org"),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "turned\u202eround"),
        ("language", "tlh"),
        ("language", ""),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(desk, field, value):
    page = desk.passer_by().post("/account/register", {**FORM, field: value}, 422)

    assert page.title.startswith("Error:")
    assert page.by_class("nhsuk-error-message")


def test_a_forgotten_password_is_set_anew_and_every_session_ends(desk):
    owner = open_account(desk, Role.MODERATOR, app=True)
    before, browser = enter(desk, owner), desk.passer_by()
    answer = browser.send("/account/forgotten", {"email": owner.email})
    assert answer.headers["Location"] == "/account/forgotten/sent"
    ((_, letter),) = letters(desk)
    path = link(letter)
    browser.open(path)
    assert is_signed_in(before)

    answer = browser.send(path, {"password": ANOTHER})

    assert answer.headers["Location"] == "/account/sign-in"
    assert not is_signed_in(before)
    assert not is_signed_in(browser)
    assert "your new password is set" in browser.open("/account/sign-in").text.lower()
    desk.clock.move(minutes=2)
    assert sign_in(browser, owner, ANOTHER) == "/account/second-factor"
    assert not is_signed_in(browser)
    assert letters(desk)[-1][1].facts["what"] == "password"


def test_a_link_that_resets_works_once_and_for_half_an_hour(desk):
    owner, browser = open_account(desk), desk.passer_by()
    browser.send("/account/forgotten", {"email": owner.email})
    path = link(letters(desk)[0][1])
    desk.clock.move(minutes=30)
    browser.send(path, {"password": ANOTHER})
    browser.open(path, 410)
    browser.send("/account/forgotten", {"email": owner.email})
    later = link(letters(desk)[-1][1])
    desk.clock.move(minutes=31)

    browser.open(later, 410)


def test_a_weak_password_is_refused_and_the_link_still_works(desk):
    owner, browser = open_account(desk), desk.passer_by()
    browser.send("/account/forgotten", {"email": owner.email})
    path = link(letters(desk)[0][1])

    browser.post(path, {"password": owner.email}, 422)

    assert browser.send(path, {"password": ANOTHER}).status_code == 303


@pytest.mark.parametrize("who", ["nobody", "closed"])
def test_asking_for_a_reset_tells_nobody_who_has_an_account(desk, who):
    owner = open_account(desk)
    owner.change(active=False)
    email = owner.email if who == "closed" else "nobody@example.org"
    other = open_account(desk)

    answer = desk.passer_by().send("/account/forgotten", {"email": email})
    plain = desk.passer_by().send("/account/forgotten", {"email": other.email})

    assert answer.get_data() == plain.get_data()
    assert len(letters(desk)) == 1


def test_links_die_with_sign_out_everywhere(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    desk.passer_by().send("/account/forgotten", {"email": owner.email})
    path = link(letters(desk)[0][1])
    token = browser.open("/account/sessions").value("csrf_token")

    browser.client.post("/account/sessions/end", data={"csrf_token": token})

    browser.open(path, 410)
