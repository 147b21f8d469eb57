"""Opening an account, passkeys of a real browser, codes of an app, sessions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select

from directory.accounts.model import Person
from directory.accounts.rules.marks import subject_of
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Role
from directory.core.config import load
from directory.core.db import make_engine, make_sessions
from directory.core.links import A_DAY, Links, Purpose
from tests.journeys.axe import faults_of
from tests.journeys.conftest import Reader, Server, reading
from tests.web.people import add_organization, join

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "violet anchor beneath parsnip"


@dataclass
class Somebody:
    """An invented person with an account on a server."""

    server: Server
    email: str

    def database(self):
        settings = load({}, data=self.server.data)
        return settings, make_sessions(make_engine(settings.database_url))

    def link(self) -> str:
        """Return the path that the letter asks to open."""
        settings, sessions = self.database()
        with sessions() as session:
            row = session.scalars(
                select(Person).where(Person.email == self.email)
            ).one()
            subject = subject_of(row.public_id, row.fs_uniquifier)
        until = datetime.now(UTC) + A_DAY
        token = Links(settings.secret_key).sign(Purpose.CONFIRM_ADDRESS, subject, until)
        return f"/account/confirm/{token}"

    def become(self, role: Role) -> None:
        _, sessions = self.database()
        with sessions.begin() as session:
            row = session.scalars(
                select(Person).where(Person.email == self.email)
            ).one()
            office = add_organization(session, OrganizationKind.DIRECTORY, "Invented")
            join(session, row, office, role)


@contextmanager
def with_device(reader: Reader) -> Iterator[None]:
    """Give the browser a device that keeps passkeys and knows its owner."""
    client = reader.page.context.new_cdp_session(reader.page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield
    client.detach()


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def seat(request, browser, server) -> Iterator[tuple[Reader, Somebody]]:
    """Return somebody at a browser, on a phone and at a desk.

    Passkeys belong to names, so the server is asked by its name.
    """
    named = Named(server.data, server.port)
    email = f"reader{request.param}-{time.monotonic_ns()}@example.org"
    with reading(browser, named, width=request.param) as reader:
        yield reader, Somebody(server, email)


class Named(Server):
    """The same server, by its name."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


def press(reader: Reader, words: str) -> None:
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name=words, exact=True).click()
    reader.is_within_its_width()


def follow(reader: Reader, words: str) -> None:
    with reader.page.expect_navigation():
        reader.page.get_by_role("link", name=words, exact=True).click()
    reader.is_within_its_width()


def heading(reader: Reader) -> str:
    return reader.page.locator("h1").inner_text()


def open_account(reader: Reader, somebody: Somebody) -> None:
    page = reader.open("/account/register")
    page.get_by_label("Your name").fill("Invented Person")
    page.get_by_label("Email address").fill(somebody.email)
    page.get_by_label("New password").fill(PASSWORD)
    press(reader, "Open the account")
    assert heading(reader) == "Look into your mail"
    reader.open(somebody.link())
    press(reader, "Confirm")
    assert "Your address is confirmed" in page.inner_text("main")


def type_password(reader: Reader, somebody: Somebody) -> None:
    page = reader.open("/account/sign-in")
    page.get_by_label("Email address").fill(somebody.email)
    page.get_by_label("Password").fill(PASSWORD)
    press(reader, "Sign in")


def sign_out(reader: Reader) -> None:
    press(reader, "Sign out")
    assert heading(reader) == "Sign in"


def add_passkey(reader: Reader) -> None:
    page = reader.open("/account/factors/passkey")
    page.get_by_label("Name of this passkey").fill("Invented laptop")
    press(reader, "Add the passkey")
    assert heading(reader) == "Your spare codes"
    assert page.locator(".codes .secret").count() == 10
    follow(reader, "I have kept them")


def test_a_passkey_signs_in_by_itself_and_as_second_factor(seat):
    reader, somebody = seat
    open_account(reader, somebody)
    type_password(reader, somebody)
    assert heading(reader) == "Your account"

    with with_device(reader):
        add_passkey(reader)
        assert "Invented laptop" in reader.page.inner_text("main")
        sign_out(reader)
        press(reader, "Sign in with a passkey")
        assert heading(reader) == "Your account"
        reader.open("/account/sessions")
        assert "With a second factor" in reader.page.inner_text("main")
        sign_out(reader)
        type_password(reader, somebody)
        assert heading(reader) == "Second factor"
        press(reader, "Use a passkey")
        assert heading(reader) == "Your account"
        reader.open("/account/prove?next=/account/sessions")
        press(reader, "Use a passkey")
        assert heading(reader) == "Sessions"
        reader.open("/account/factors")
        press(reader, "Remove this passkey Invented laptop")
        assert "The passkey is removed." in reader.page.inner_text("main")
        sign_out(reader)
        press(reader, "Sign in with a passkey")

    assert "The passkey was not accepted" in reader.page.inner_text("main")


def test_an_answer_of_a_passkey_works_once(seat):
    reader, somebody = seat
    open_account(reader, somebody)
    type_password(reader, somebody)
    with with_device(reader):
        add_passkey(reader)
        sign_out(reader)
        before = reader.page.context.cookies()
        with reader.page.expect_request("**/sign-in/passkey") as sent:
            press(reader, "Sign in with a passkey")
        assert heading(reader) == "Your account"
    body = sent.value.post_data
    reader.page.context.clear_cookies()
    reader.page.context.add_cookies(before)

    answer = reader.page.context.request.post(
        f"{reader.url}/account/sign-in/passkey",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        max_redirects=0,
    )

    assert answer.status == 422
    assert "The passkey was not accepted" in answer.text()


def test_a_moderator_sets_an_app_up_before_anything_else(seat):
    reader, somebody = seat
    open_account(reader, somebody)
    somebody.become(Role.MODERATOR)
    type_password(reader, somebody)
    assert heading(reader) == "Second factor"
    follow(reader, "Set up an app")
    secret = reader.page.locator(".secret").inner_text().replace("-", "")
    assert reader.page.locator("svg.qr").bounding_box()["width"] > 150

    reader.page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    press(reader, "Continue")

    assert heading(reader) == "Your spare codes"
    code = reader.page.locator(".codes .secret").first.inner_text()
    follow(reader, "I have kept them")
    reader.page.get_by_role("link", name="Moderation", exact=True).wait_for()
    sign_out(reader)
    type_password(reader, somebody)
    reader.page.get_by_label("Code").fill(code)
    press(reader, "Continue")
    assert heading(reader) == "Your account"


def test_a_refused_device_leaves_the_page_as_it_is(seat):
    reader, _ = seat
    page = reader.open("/account/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = async () => { throw Error('no'); }; }"
    )

    page.get_by_role("button", name="Sign in with a passkey").click()

    page.get_by_text("The device gave no passkey").wait_for()
    assert heading(reader) == "Sign in"


def test_without_script_a_password_is_enough(browser, server):
    named = Named(server.data, server.port)
    with reading(browser, named, script=False) as reader:
        page = reader.open("/account/sign-in")

        assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
        assert not page.get_by_role(
            "button", name="Sign in with a passkey"
        ).is_visible()


OUTSIDE = ("sign-in", "register", "registered", "forgotten", "confirm/W10.forged")
INSIDE = (
    "", "details", "address", "password", "sessions", "prove",
    "factors", "factors/app", "factors/passkey", "factors/spare-codes",
)  # fmt: skip


def look(reader: Reader, paths: tuple[str, ...], language: str) -> list[str]:
    """Return what axe finds on pages of the account in a language."""
    found = []
    for path in paths:
        page = reader.open(f"/{language}/account/{path}")
        reader.is_within_its_width()
        found += [f"{path}: {each}" for each in faults_of(page)]
    return found


def test_axe_finds_nothing_on_any_page(seat):
    reader, somebody = seat
    faults = look(reader, OUTSIDE, "ar")
    reader.open("/account/register")
    press(reader, "Open the account")
    faults += faults_of(reader.page)
    open_account(reader, somebody)
    type_password(reader, somebody)
    with with_device(reader):
        add_passkey(reader)
        faults += look(reader, INSIDE, "en")
        reader.open("/account/")
        sign_out(reader)
        type_password(reader, somebody)
        faults += faults_of(reader.page)

    assert heading(reader) == "Second factor"
    assert not faults
