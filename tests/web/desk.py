"""A directory of its own for a test, and people who sit down at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from directory.accounts.model import Organization
from directory.core.actor import Role
from directory.core.db import Session
from directory.listings.model import Listing
from directory.submissions.model import ListingKeeper
from directory.tools import Tools
from directory.web.context import EXTENSION
from tests.browser import Browser
from tests.conftest import NOW
from tests.fakes import FakeSearcher
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools
from tests.web.people import At, sign_in


@dataclass
class Clock:
    """Says the time that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Desk:
    """A directory over a copy of the seeds.

    Args:
        app: With strict templates.
        clock: Moved by the test.
        seats: Who sits at which browser.
    """

    app: Flask
    clock: Clock
    seats: dict[int, At] = field(default_factory=dict)

    @property
    def tools(self) -> Tools:
        """Return what the application was wired with."""
        tools: Tools = self.app.extensions[EXTENSION]
        return tools

    def session(self) -> Session:
        """Return a session that reads."""
        return self.tools.reading()

    def sit(self, *roles: Role, organization: int | None = None, **more) -> Browser:
        """Return a strict browser at which somebody is signed in."""
        browser = Browser(self.app)
        at = sign_in(
            self.app, *roles, organization=organization, at=self.clock.now, **more
        )
        browser.client = at.client
        self.seats[id(browser)] = at
        return browser

    def seat(self, browser: Browser) -> At:
        """Return who sits at a browser."""
        return self.seats[id(browser)]

    def passer_by(self) -> Browser:
        """Return a strict browser at which nobody is signed in."""
        return Browser(self.app)

    def give(self, slug: str, organization: int) -> None:
        """Let an organization keep a published listing."""
        with self.tools.sessions.begin() as session:
            assert session.get(Organization, organization)
            listing = session.query(Listing).filter_by(slug=slug).one()
            session.add(
                ListingKeeper(
                    listing_id=listing.id,
                    organization_id=organization,
                    since=self.clock.now,
                )
            )

    def keeper(self, slug: str, role: Role = Role.HOSPITAL_EDITOR) -> Browser:
        """Return the browser of somebody whose organization keeps a listing."""
        browser = self.sit(role)
        office = self.seat(browser).organization
        assert office is not None
        self.give(slug, office)
        return browser


@pytest.fixture
def desk(tmp_path: Path, seeded_file: Path) -> Iterator[Desk]:
    """Return a directory over a copy of the seeds, with a clock of its own."""
    clock = Clock()
    settings = make_settings(tmp_path, seeded_file)
    tools = replace(make_tools(settings, FakeSearcher()), clock=clock)
    yield Desk(wire(tools), clock)
    tools.engine.dispose()
