"""Owners of accounts, all invented, and the letters that reach them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pyotp
from sqlalchemy import select, text

from directory.accounts.model import Person
from directory.core.actor import Role
from directory.core.config import Settings
from directory.jobs.letters.letter import Asked, Letter
from directory.jobs.letters.registry import WRITERS
from directory.jobs.letters.rendering import render
from directory.outbox.model import Promise
from directory.web.account.credentials import EXTENSION, Credentials
from tests.browser import Browser
from tests.web.desk import Desk
from tests.web.people import KINDS, add_organization, add_person, join

PASSWORD = "violet anchor beneath parsnip"
ANOTHER = "marble cyclone upon dandelion"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Owner:
    """Somebody with an account.

    Args:
        desk: Where it is kept.
        id: Their row.
        public_id: How links name them.
        email: Their address.
        secret: Of their app, if they have one.
    """

    desk: Desk
    id: int
    public_id: str
    email: str
    secret: str | None = None

    def code(self, steps: int = 0) -> str:
        """Return what the app shows at the desk's moment, or steps beside it."""
        assert self.secret
        at = int(self.desk.clock.now.timestamp()) + 30 * steps
        return pyotp.TOTP(self.secret).at(at)

    def row(self) -> Person:
        with self.desk.session() as session:
            found = session.get(Person, self.id)
            assert found is not None
            return found

    def change(self, **values: object) -> None:
        with self.desk.tools.sessions.begin() as session:
            row = session.get(Person, self.id)
            for name, value in values.items():
                setattr(row, name, value)


def credentials(desk: Desk) -> Credentials:
    found: Credentials = desk.app.extensions[EXTENSION]
    return found


def open_account(
    desk: Desk,
    *roles: Role,
    app: bool = False,
    email: str = "",
    password: str = PASSWORD,
) -> Owner:
    """Open an account with a password, and an app if it is asked for."""
    with desk.app.app_context():
        hashed = credentials(desk).hash(password)
        sealed = credentials(desk).new_app_secret() if app else None
        secret = credentials(desk).codes.get_totp_b32_key(sealed) if sealed else None
    with desk.tools.sessions.begin() as session:
        row = add_person(session, email=email)
        row.password, row.password_set_at = hashed, desk.clock.now
        row.tf_totp_secret = sealed
        for role in roles:
            join(session, row, add_organization(session, KINDS[role]), role)
        return Owner(desk, row.id, row.public_id, row.email, secret)


def sign_in(
    browser: Browser, owner: Owner, password: str = PASSWORD, wanted: str = ""
) -> str:
    """Type address and password; return where the browser is sent."""
    url = f"/account/sign-in?next={wanted}" if wanted else "/account/sign-in"
    response = browser.send(url, {"email": owner.email, "password": password})
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"]


def enter(desk: Desk, owner: Owner) -> Browser:
    """Return a browser at which the owner of an account has signed in."""
    browser = Browser(desk.app)
    sign_in(browser, owner)
    if owner.secret:
        response = browser.send("/account/second-factor", {"code": owner.code()})
        assert response.status_code == 303
    assert browser.open("/account/").heading == "Your account"
    return browser


def is_signed_in(browser: Browser) -> bool:
    return browser.client.get("/account/").status_code == 200


def letters(desk: Desk) -> list[tuple[str, Letter]]:
    """Return the letters that wait to be sent, as they would be written now."""
    found = []
    with desk.session() as session:
        for promise in session.scalars(select(Promise).order_by(Promise.id)):
            if promise.kind not in WRITERS:
                continue
            ask = Asked(session, promise.payload, desk.tools.links, desk.clock.now)
            letter = WRITERS[promise.kind](ask)
            if letter is not None:
                mail = render(
                    letter,
                    name="n",
                    base_url=desk.tools.links.url(""),
                    now=desk.clock.now,
                    words=Settings.folder("templates"),
                )
                assert letter.link in mail.text
                found.append((promise.kind, letter))
    return found


def link(letter: Letter) -> str:
    """Return the path of the page that a letter leads to, without its language."""
    path = urlsplit(letter.link).path
    return path.removeprefix(f"/{letter.language}")


def events(desk: Desk) -> list[str]:
    with desk.session() as session:
        return list(session.scalars(text("SELECT event FROM audit_entry ORDER BY seq")))
