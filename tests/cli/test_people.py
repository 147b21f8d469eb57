"""The first administrator, and accounts from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from directory.accounts.actions.invitations import accept_as_new
from directory.accounts.model import Invitation, Membership, Person
from directory.audit.model import Entry
from directory.cli.first_admin import invite_named_admin
from directory.cli.main import commands
from directory.cli.wiring import Wiring
from directory.core.actor import VISITOR, system
from directory.core.config import ensure_secrets, load
from directory.core.db import make_engine, make_sessions
from directory.core.links import Links, Purpose
from directory.core.work import Work
from directory.outbox.model import Promise
from tests.conftest import NOW

LINK = re.compile(r"http://127\.0\.0\.1:8000/en/account/invitations/(\S+)")


class House:
    """A directory without anybody, and its commands."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = ensure_secrets(load({}, data=folder, database_url=url))
        self.engine = make_engine(url)
        self.sessions = make_sessions(self.engine)

    def type(self, *words: str) -> str:
        """Run a command; return what it said, or raise what it raised."""
        wiring = Wiring(
            settings=lambda: self.settings,
            engine=lambda _settings: self.engine,
            files=None,  # type: ignore[arg-type]
            tools=None,  # type: ignore[arg-type]
            app=None,  # type: ignore[arg-type]
            background=None,  # type: ignore[arg-type]
            clock=lambda: NOW,
        )
        done = CliRunner().invoke(commands, ["people", *words], obj=wiring)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    def all(self, query):
        with self.sessions() as session:
            return session.scalars(query).all()

    def settle(self, said: str, name: str = "Invented Admin") -> str:
        """Open the printed link as somebody new; return their public id."""
        token = LINK.search(said).group(1)
        links = Links(self.settings.secret_key)
        with self.sessions.begin() as session:
            work = Work(session, VISITOR, NOW)
            public_id = links.read(Purpose.ACCEPT_INVITATION, token, NOW)
            person, _ = accept_as_new(work, public_id, name=name, password="hash")
            return session.get_one(Person, person).public_id


@pytest.fixture
def house(tmp_path, sqlite_url):
    made = House(tmp_path, sqlite_url)
    yield made
    made.engine.dispose()


def test_the_link_makes_an_administrator_and_no_mail_is_sent(house):
    said = house.type("add", "first@example.org")

    assert house.all(select(Person)) == []
    house.settle(said)
    assert house.all(select(Membership.role)) == ["admin"]
    assert house.all(select(Promise)) == []
    assert "invitation.made" in house.all(select(Entry.event))
    assert "first@example.org" in house.type("list", "--role", "admin")


def test_an_open_invitation_is_not_made_twice(house):
    house.type("add", "first@example.org")

    with pytest.raises(Exception, match=r"invitation\.repeated"):
        house.type("add", "FIRST@example.org")


def test_nonsense_is_no_address(house):
    assert "is not an address" in house.type("add", "nonsense")


def test_an_account_is_closed_and_opened(house):
    house.settle(house.type("add", "first@example.org"))
    house.settle(house.type("add", "second@example.org", "--role", "moderator"))

    house.type("disable", "second@example.org")
    assert "closed" in house.type("list")
    house.type("enable", "second@example.org")
    assert "closed" not in house.type("list")
    house.type("reset-factor", "second@example.org")
    assert house.all(select(Entry.actor).where(Entry.event.startswith("person.d"))) == [
        "system:people"
    ]


def test_the_only_administrator_stays(house):
    house.settle(house.type("add", "first@example.org"))

    with pytest.raises(Exception, match=r"person\.last-admin"):
        house.type("disable", "first@example.org")
    with pytest.raises(Exception, match=r"member\.last-manager"):
        house.type(
            "role", "first@example.org", "none", "--organization", "Directory office"
        )


def test_roles_are_changed_by_command(house):
    house.settle(house.type("add", "first@example.org"))

    said = house.type(
        "role",
        "first@example.org",
        "admin",
        "moderator",
        "--organization",
        "Directory office",
    )

    assert said == "first@example.org: admin, moderator of Directory office\n"
    assert sorted(house.all(select(Membership.role))) == ["admin", "moderator"]


def test_what_fits_no_organization_is_said(house):
    house.settle(house.type("add", "first@example.org"))

    with pytest.raises(Exception, match=r"organization\.not-one"):
        house.type("role", "first@example.org", "admin", "--organization", "Nowhere")


def test_the_settings_invite_by_mail_once(house):

    named = house.settings.model_copy(update={"admin_email": "named@example.org"})

    links = []
    for _ in range(2):
        with house.sessions.begin() as session:
            links.append(invite_named_admin(named, Work(session, system("setup"), NOW)))

    assert LINK.search(links[0] or "")
    assert links[1] is None
    assert house.all(select(Promise.kind)) == ["mail.invitation"]
    assert house.all(select(Invitation.invited_by)) == [None]


def test_the_settings_promote_nobody(house):

    house.settle(house.type("add", "first@example.org"))
    house.settle(house.type("add", "second@example.org", "--role", "moderator"))
    named = house.settings.model_copy(update={"admin_email": "second@example.org"})

    with house.sessions.begin() as session:
        assert invite_named_admin(named, Work(session, system("setup"), NOW)) is None

    assert sorted(house.all(select(Membership.role))) == ["admin", "moderator"]
