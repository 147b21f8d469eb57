"""Passkeys whose device is made of Python: what is believed, and what is not."""

from __future__ import annotations

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from webauthn.helpers import encode_cbor

from directory.accounts.model import Passkey
from directory.core.actor import Role
from tests.browser import Browser
from tests.web.account.owners import (
    enter,
    events,
    is_signed_in,
    letters,
    open_account,
    sign_in,
)

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of what a device says (source: WebAuthn Level 2, section 6.1)."""


def word(plain: bytes) -> str:
    return urlsafe_b64encode(plain).decode().rstrip("=")


@dataclass
class Device:
    """Keeps one passkey on elliptic curve P-256.

    Args:
        host: For which it was made.
        origin: What its browser says where it is.
        flags: What it says of its owner.
        count: How often it says that it was used.
    """

    host: str = "localhost"
    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    name: bytes = b"invented passkey"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, question: dict[str, Any]) -> str:
        numbers = self.key.public_key().public_numbers()
        cose = encode_cbor(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        known = bytes(16) + struct.pack(">H", len(self.name)) + self.name + cose
        said = self._said(self.flags | ATTESTED) + known
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": said})
        return self._answer(
            attestationObject=word(attestation),
            clientDataJSON=word(self._client("webauthn.create", question)),
            transports=["internal"],
        )

    def use(self, question: dict[str, Any], handle: str | None = None) -> str:
        said = self._said(self.flags)
        client = self._client("webauthn.get", question)
        signed = said + sha256(client).digest()
        return self._answer(
            authenticatorData=word(said),
            clientDataJSON=word(client),
            signature=word(self.key.sign(signed, ec.ECDSA(SHA256()))),
            userHandle=word(handle.encode()) if handle else None,
        )

    def _said(self, flags: int) -> bytes:
        self.count += 1
        digest = sha256(self.host.encode()).digest()
        return digest + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, question: dict[str, Any]) -> bytes:
        return json.dumps(
            {
                "type": kind,
                "challenge": question["challenge"],
                "origin": self.origin,
                "crossOrigin": False,
            }
        ).encode()

    def _answer(self, **response: object) -> str:
        return json.dumps(
            {
                "id": word(self.name),
                "rawId": word(self.name),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def question(browser: Browser, path: str) -> tuple[dict[str, Any], str]:
    """Return what a page asks a device, and the page's token."""
    page = browser.open(path)
    form = next(each for each in page.all("form") if each.get("data-question"))
    return json.loads(form.get("data-question") or ""), page.value("csrf_token")


def add(browser: Browser, device: Device, name: str = "Invented key"):
    asked, token = question(browser, "/account/factors/passkey")
    return browser.client.post(
        "/account/factors/passkey",
        data={"csrf_token": token, "credential": device.make(asked), "name": name},
    )


def show(browser: Browser, device: Device, **more):
    asked, token = question(browser, "/account/sign-in")
    return browser.client.post(
        "/account/sign-in/passkey",
        data={"csrf_token": token, "credential": device.use(asked, **more)},
    )


@pytest.fixture
def owner(desk):
    return open_account(desk, Role.MODERATOR)


@pytest.fixture
def device(desk, owner):
    """Return a device that the owner of an account has registered."""
    device, browser = Device(), desk.passer_by()
    sign_in(browser, owner)
    assert add(browser, device).status_code == 200
    return device


def test_a_passkey_stands_for_both_factors(desk, owner, device):
    browser = desk.passer_by()

    answer = show(browser, device, handle=owner.public_id)

    assert answer.status_code == 303
    assert "With a second factor" in browser.open("/account/sessions").text
    assert events(desk)[-1] == "sign-in.began"
    assert letters(desk)[0][1].facts["what"] == "factor-added"


def test_the_question_for_a_new_one_asks_for_its_owner_and_names_those_known(
    desk, owner, device
):
    browser = desk.passer_by()
    show(browser, device)

    asked, _ = question(browser, "/account/factors/passkey")

    chosen = asked["authenticatorSelection"]
    assert chosen["residentKey"] == "required"
    assert chosen["userVerification"] == "required"
    assert asked["rp"]["id"] == "localhost"
    assert urlsafe_b64decode(asked["user"]["id"] + "==").decode() == owner.public_id
    assert [key["id"] for key in asked["excludeCredentials"]] == [word(device.name)]


def test_the_page_where_one_signs_in_names_no_passkeys(desk, device):
    asked, _ = question(desk.passer_by(), "/account/sign-in")

    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


@pytest.mark.parametrize(
    "change",
    [
        {"host": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "https://localhost"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"name": b"another passkey"},
    ],
    ids=["host", "origin", "scheme", "unverified", "absent", "key", "unknown"],
)
def test_what_does_not_fit_opens_nothing(desk, device, change):
    for name, value in change.items():
        setattr(device, name, value)
    browser = desk.passer_by()

    answer = show(browser, device)

    assert answer.status_code == 422
    assert not is_signed_in(browser)
    assert events(desk)[-1] == "sign-in.failed"


@pytest.mark.parametrize(
    "change",
    [{"host": "evil.example"}, {"origin": "http://evil.example"}, {"flags": 1}],
)
def test_what_does_not_fit_is_not_added(desk, owner, change):
    device, browser = Device(**change), desk.passer_by()
    sign_in(browser, owner)

    assert add(browser, device).status_code == 422

    with desk.session() as session:
        assert session.scalars(select(Passkey)).all() == []


def test_a_passkey_says_whose_it_is(desk, owner, device):
    other = open_account(desk)

    assert show(desk.passer_by(), device, handle=other.public_id).status_code == 422
    assert show(desk.passer_by(), device, handle=owner.public_id).status_code == 303


def test_a_copy_that_counts_less_is_refused(desk, device):
    for _ in range(3):
        assert show(desk.passer_by(), device).status_code == 303
    device.count = 1

    assert show(desk.passer_by(), device).status_code == 422


def test_a_question_of_another_browser_is_not_answered(desk, device):
    first, second = desk.passer_by(), desk.passer_by()
    asked, _ = question(first, "/account/sign-in")
    _, token = question(second, "/account/sign-in")

    answer = second.client.post(
        "/account/sign-in/passkey",
        data={"csrf_token": token, "credential": device.use(asked)},
    )

    assert answer.status_code == 422


def test_a_question_stands_for_half_an_hour(desk, device):
    browser = desk.passer_by()
    asked, token = question(browser, "/account/sign-in")
    desk.clock.move(minutes=31)

    answer = browser.client.post(
        "/account/sign-in/passkey",
        data={"csrf_token": token, "credential": device.use(asked)},
    )

    assert answer.status_code == 422


def test_an_answer_is_taken_once_even_with_the_cookie_of_then(desk, device):
    browser = desk.passer_by()
    asked, token = question(browser, "/account/sign-in")
    before = browser.client.get_cookie("session")
    data = {"csrf_token": token, "credential": device.use(asked)}
    assert browser.client.post("/account/sign-in/passkey", data=data).status_code == 303
    with desk.tools.sessions.begin() as session:
        session.scalars(select(Passkey)).one().sign_count = 0
    copy = desk.passer_by()
    copy.client.set_cookie("session", before.value)

    answer = copy.client.post("/account/sign-in/passkey", data=data)

    assert answer.status_code == 422
    assert not is_signed_in(copy)


def test_a_passkey_of_a_closed_account_opens_nothing(desk, owner, device):
    owner.change(active=False)

    assert show(desk.passer_by(), device).status_code == 422


def test_as_second_factor_only_the_own_passkey_is_taken(desk, device):
    other = open_account(desk)
    theirs, browser = Device(name=b"their passkey"), enter(desk, other)
    add(browser, theirs)
    browser = desk.passer_by()
    assert sign_in(browser, other) == "/account/second-factor"
    asked, token = question(browser, "/account/second-factor")
    assert [key["id"] for key in asked["allowCredentials"]] == [word(theirs.name)]

    def prove(with_what):
        return browser.client.post(
            "/account/second-factor/passkey",
            data={"csrf_token": token, "credential": with_what.use(asked)},
        )

    assert prove(device).status_code == 422
    assert not is_signed_in(browser)
    asked, token = question(browser, "/account/second-factor")
    assert prove(theirs).status_code == 303
    assert is_signed_in(browser)


def test_one_passkey_belongs_to_one_account(desk, device):
    browser = enter(desk, open_account(desk))

    answer = add(browser, device)

    assert answer.status_code == 422
    assert "This passkey is known already" in answer.get_data(as_text=True)


def test_a_passkey_wants_a_name(desk):
    browser = enter(desk, open_account(desk))

    answer = add(browser, Device(), name="")

    assert answer.status_code == 422
    assert "Give the passkey a name" in answer.get_data(as_text=True)


def test_the_only_passkey_of_staff_stays_and_one_of_two_goes(desk, device):
    browser = desk.passer_by()
    show(browser, device)
    add(browser, Device(name=b"a second passkey"), name="Second")
    page = browser.open("/account/factors")
    removals = [
        form.get("action") or ""
        for form in page.all("form")
        if (form.get("action") or "").endswith("/remove")
    ]
    token = page.value("csrf_token")

    for path in removals:
        browser.client.post(path, data={"csrf_token": token})

    assert len(removals) == 2
    with desk.session() as session:
        assert [key.name for key in session.scalars(select(Passkey))] == ["Second"]
    assert "Your role needs a second factor" in browser.open("/account/factors").text
