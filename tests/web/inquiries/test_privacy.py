"""What people type stays out of addresses, caches, logs and other people's sight."""

import logging
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.inquiries.invented import CANARY
from tests.web.inquiries.conftest import tools_on, wire
from tests.web.inquiries.pages import PERSON, answer, code_of, go, press, send

EVERY = (
    *("new", "illness", "where", "consents", "check", "receipt", "confirm", "done"),
    *("discard", "discarded", "leave", "track", "mine", "erased", "mine/erase"),
)


@pytest.mark.parametrize("url", EVERY)
def test_no_page_is_cached_or_found_by_search_engines(browser, url):
    answer(browser)

    response = browser.client.get(f"/inquiries/{url}")

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    if response.status_code == 200:
        assert b'name="robots" content="noindex"' in response.data


def test_every_page_with_answers_offers_a_quick_way_out(browser):
    answer(browser)

    for url in ("new", "illness", "where", "consents", "check", "track"):
        page = browser.open(f"/inquiries/{url}")
        assert page.link("Leave this page quickly") == "/inquiries/leave"


def test_what_is_typed_is_in_no_address_and_no_log(
    app, browser, clock, tmp_path, capsys, caplog
):
    caplog.set_level(logging.DEBUG)
    addresses = []
    client = browser.client
    plain_open = client.open

    def watched(*args, **kwargs):
        response = plain_open(*args, **kwargs)
        addresses.append(response.request.url + response.headers.get("Location", ""))
        return response

    client.open = watched
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    code = code_of(browser.open("/inquiries/receipt"))
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    press(browser, "/inquiries/mine/answers", "/inquiries/mine")
    browser.post("/inquiries/track", {"code": f"{CANARY} {code[:-1]}"}, 422)
    app.extensions["directory"].engine.dispose()

    said = capsys.readouterr()
    logs = said.out + said.err + caplog.text
    assert "/inquiries/track" in logs
    stored = b"".join(
        path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file()
    )
    assert b"east-invented" in stored
    for secret in (CANARY, code, code.replace("-", ""), "mm&", "KZ&"):
        assert secret not in logs
        assert not [address for address in addresses if secret in address]
        assert secret.encode() not in stored


def test_a_fault_shows_and_logs_nothing_that_was_typed(app, browser, tools, capsys):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    with tools.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE inquiry SET illness = person")

    response = browser.client.get("/inquiries/illness")

    assert response.status_code in {409, 500}
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err + response.get_data(as_text=True)
    assert app.extensions["directory"] is tools


def test_over_https_cookies_are_bound_to_this_host(tools, clock, ring, tmp_path):
    secure = wire(
        tools_on(
            str(tools.engine.url),
            tmp_path,
            clock,
            ring,
            base_url="https://directory.example",
        )
    )
    reader = Browser(secure)
    shown = reader.client.get(
        "/inquiries/new", base_url="https://directory.example"
    ).get_data(as_text=True)
    token = shown.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]

    response = reader.client.post(
        "/inquiries/new",
        base_url="https://directory.example",
        data={"csrf_token": token, **PERSON},
    )

    assert response.status_code == 303
    cookies = response.headers.getlist("Set-Cookie")
    (draft,) = [cookie for cookie in cookies if cookie.startswith("__Host-draft=")]
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in draft
    assert "Domain" not in draft
    secure.extensions["directory"].engine.dispose()


def test_the_public_pages_set_no_cookie_of_inquiries(browser):
    assert browser.open("/").response.headers.getlist("Set-Cookie") == []
