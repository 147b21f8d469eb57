"""Managers let programs of their own be told of news."""

from __future__ import annotations

import re

import pytest

from directory.cases.model import Webhook
from directory.core.actor import Role
from tests.web.cases import press

HOOK = "https://hooks.example.org/news"
NEW = "/en/account/webhooks/new"


@pytest.fixture
def manager(desk):
    return desk.sit(Role.FACILITATOR_MANAGER)


def added(desk, manager):
    manager.post(NEW, {"url": HOOK})
    with desk.session() as session:
        return session.query(Webhook).one().id


def test_an_address_is_added_and_its_secret_shown_once(desk, manager):
    page = manager.post(NEW, {"url": HOOK})

    secret = page.by_class("secret")[0].text
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    listed = manager.open("/en/account/webhooks")
    assert HOOK in listed.text
    assert secret not in listed.text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Enter an address that begins with https://"),
        ("http://hooks.example.org/", "Enter an address that begins with https://"),
        ("https://10.0.0.1/", "Enter an address with the full name of a server"),
        ("https://a:b@hooks.example.org/", "without a name or password"),
        ("https://hooks.example.org/" + "a" * 600, "at most 500 characters"),
        ("https://hooks.example.org/?q='\"><script>", None),
    ],
)
def test_what_cannot_be_called_is_said_and_stays_as_typed(manager, url, words):
    page = manager.post(NEW, {"url": url}, status=422 if words else 200)

    if words is not None:
        assert words in page.text
        assert page.value("url") == url


def test_an_address_is_paused_resumed_and_removed(desk, manager):
    row = added(desk, manager)
    there = f"/en/account/webhooks/{row}"

    assert "paused" in press(manager, there, f"{there}/pause").text
    assert "Pause" in press(manager, there, f"{there}/resume").text
    page = press(manager, f"{there}/remove", f"{there}/remove")
    assert HOOK not in page.text


def test_another_organizations_manager_finds_none(desk, manager):
    row = added(desk, manager)
    other = desk.sit(Role.HOSPITAL_MANAGER)

    assert HOOK not in other.open("/en/account/webhooks").text
    assert other.client.get(f"/en/account/webhooks/{row}").status_code == 404


def test_whoever_manages_nothing_is_refused(desk):
    page = desk.sit(Role.FACILITATOR).client.get("/en/account/webhooks")

    assert page.status_code == 403
