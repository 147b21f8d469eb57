"""One's account at home: what it shows, what is changed, what ends."""

from __future__ import annotations

import pytest

from tests.web.account.owners import (
    ANOTHER,
    FIREFOX,
    PASSWORD,
    enter,
    events,
    is_signed_in,
    letters,
    link,
    open_account,
    sign_in,
)

PAGES = (
    "",
    "details",
    "address",
    "password",
    "sessions",
    "factors",
    "factors/app",
    "factors/passkey",
    "prove",
)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_page_is_a_good_page_for_its_reader_alone(desk, language):
    browser = enter(desk, open_account(desk))
    for path in PAGES:
        page = browser.open(f"/{language}/account/{path}")

        assert page.response.headers["Cache-Control"] == "no-store"
        policy = page.response.headers["Content-Security-Policy"]
        assert "'nonce-" in policy
        features = page.response.headers["Permissions-Policy"]
        assert "publickey-credentials-get=(self)" in features
        assert "camera=()" in features


@pytest.mark.parametrize(
    "path", ["sign-in", "register", "registered", "forgotten", "forgotten/sent"]
)
@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_pages_before_signing_in_are_good_pages(desk, path, language):
    page = desk.passer_by().open(f"/{language}/account/{path}")

    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_opens_them(desk, path):
    answer = desk.passer_by().client.get(f"/account/{path}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/account/sign-in?next=/account/{path}"


def test_name_and_language_change(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)

    browser.send("/account/details", {"name": "  New   Name ", "language": "ar"})

    page = browser.open("/account/")
    assert "New Name" in page.text
    assert "العربية" in page.text
    assert "New Name" not in str(events(desk))


def test_a_new_address_takes_its_place_when_it_is_proved(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    old = owner.email
    browser.send("/account/address", {"email": "New.Address@Example.org"})
    assert "Not confirmed yet" in browser.open("/account/").text
    (_, notice), (_, letter) = letters(desk)
    assert notice.to == old
    assert notice.facts["what"] == "address"
    assert letter.to == "new.address@example.org"
    assert owner.row().email == old

    desk.passer_by().send(link(letter))

    assert owner.row().email == "new.address@example.org"
    assert owner.row().new_email is None
    owner.email = "new.address@example.org"
    sign_in(desk.passer_by(), owner)


def test_an_address_of_somebody_else_cannot_be_taken(desk):
    owner, other = open_account(desk), open_account(desk)
    browser = enter(desk, owner)

    answer = browser.send("/account/address", {"email": other.email})

    assert answer.headers["Location"] == "/account/"
    kinds = [kind for kind, _ in letters(desk)]
    assert kinds == ["mail.security-changed", "mail.already-registered"]
    assert letters(desk)[1][1].to == other.email


def test_only_the_address_asked_for_last_can_be_proved(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    browser.send("/account/address", {"email": "first@example.org"})
    first = link(letters(desk)[-1][1])
    browser.send("/account/address", {"email": "second@example.org"})

    answer = browser.send(first)

    assert answer.status_code == 410
    assert owner.row().email not in {"first@example.org", "second@example.org"}


def test_a_new_password_ends_the_other_sessions_and_this_one_goes_on(desk):
    owner = open_account(desk)
    browser, other = enter(desk, owner), enter(desk, owner)
    with browser.client.session_transaction() as cookie:
        before = cookie["sign-in"]

    answer = browser.send(
        "/account/password", {"current": PASSWORD, "password": ANOTHER}
    )

    assert answer.headers["Location"] == "/account/"
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    with browser.client.session_transaction() as cookie:
        assert cookie["sign-in"] != before
    sign_in(desk.passer_by(), owner, ANOTHER)


def test_the_password_until_now_is_asked_for_and_counted(desk):
    owner = open_account(desk)
    browser = enter(desk, owner)
    form: dict[str, object] = {
        "current": ANOTHER,
        "password": "granite willow seventeen moths",
    }
    for _ in range(10):
        page = browser.post("/account/password", form, 422)
        assert "This is not your password" in page.text

    page = browser.post("/account/password", {**form, "current": PASSWORD}, 422)

    assert "too many wrong attempts" in page.text


def test_sessions_are_listed_and_ended_one_by_one(desk):
    owner = open_account(desk)
    browser, other = enter(desk, owner), desk.passer_by()
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(other, owner)
    page = browser.open("/account/sessions")
    assert "Firefox · Linux" in page.text
    assert "This one" in page.text
    actions = [
        form.get("action")
        for form in page.all("form")
        if (form.get("action") or "").endswith("/end")
    ]
    token = page.value("csrf_token")

    browser.client.post(actions[0], data={"csrf_token": token})

    assert not is_signed_in(other)
    assert is_signed_in(browser)


def test_one_cannot_end_sessions_of_others(desk):
    mine, theirs = enter(desk, open_account(desk)), enter(desk, open_account(desk))
    number = next(
        (form.get("action") or "").split("/")[-2]
        for form in theirs.open("/account/sessions").all("form")
        if (form.get("action") or "").endswith("/end")
    )
    token = mine.open("/account/sessions").value("csrf_token")

    answer = mine.client.post(
        f"/account/sessions/{number}/end", data={"csrf_token": token}
    )

    assert answer.status_code == 404
    assert is_signed_in(theirs)


def test_signing_out_everywhere_ends_all_of_them(desk):
    owner = open_account(desk)
    browsers = [enter(desk, owner) for _ in range(3)]
    mark = owner.row().fs_uniquifier
    token = browsers[0].open("/account/sessions").value("csrf_token")

    browsers[0].client.post("/account/sessions/end", data={"csrf_token": token})

    assert not any(map(is_signed_in, browsers))
    assert owner.row().fs_uniquifier != mark
    assert events(desk)[-1] == "sign-in.ended-everywhere"
