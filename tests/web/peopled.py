"""The whole site with invented people in it, and a way through all of its pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from directory.accounts.model import Membership, Person
from directory.cli.demo import load_demo
from directory.cli.demo_cases import invent_cases
from directory.core.actor import VISITOR, Role, system
from directory.core.config import Settings
from directory.core.work import Work
from directory.tools import Tools
from directory.web.setup import dress
from tests.cases.people import ask
from tests.conftest import NOW
from tests.fakes import FakeSearcher
from tests.house.authorization.asking import opened
from tests.inquiries.invented import stock
from tests.web.making import make_settings, make_tools
from tests.web.people import sign_in

ROLES = (
    Role.HOSPITAL_MANAGER,
    Role.HOSPITAL_EDITOR,
    Role.HOSPITAL_COORDINATOR,
    Role.FACILITATOR_MANAGER,
    Role.FACILITATOR,
    Role.MODERATOR,
    Role.ADMIN,
)
"""Roles that have pages of their own."""

DOORS = ("account/", "hospital/", "hospital/cases", "facilitator/", "moderation/")
"""Where the pages of people who work here begin, besides those of administrators."""

CASES = 18
"""One invented case in each state that a page shows in a way of its own."""


def peopled(folder: Path, seeded_file: Path, *, catalogs: Path | None = None) -> Flask:
    """Return the application with invented hospitals, people and cases.

    Args:
        folder: An empty one, for its data.
        seeded_file: SQLite file with the seeds.
        catalogs: Translations instead of the directory's own.
    """
    tools = make_tools(make_settings(folder, seeded_file), FakeSearcher())
    with tools.sessions.begin() as session:
        work = Work(session, system("seed"), NOW)
        load_demo(Settings.folder("seed") / "demo", work, lambda _password: "hash")
    assert tools.keys is not None
    with tools.sessions.begin() as session:
        invent_cases(Work(session, system("seed"), NOW), tools.keys, CASES)
    bare = Flask("directory", static_folder=None, template_folder=None)
    if catalogs is not None:
        bare.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogs)
    return dress(bare, tools)


def tools_of(app: Flask) -> Tools:
    """Return the outside world of an application."""
    tools: Tools = app.extensions["directory"]
    return tools


def at_work(app: Flask, role: Role) -> FlaskClient:
    """Return a browser at which an invented person of a role is signed in."""
    with tools_of(app).sessions() as session:
        person, office = session.execute(
            select(Membership.person_id, Membership.organization_id)
            .join(Person)
            .where(Membership.role == role.value)
            .order_by(Membership.person_id)
            .limit(1)
        ).one()
    return sign_in(app, person=person, organization=office).client


def patient(app: Flask) -> FlaskClient:
    """Return a browser in which an invented inquiry is open."""
    tools = tools_of(app)
    assert tools.keys is not None
    with tools.sessions() as session:
        work = Work(session, VISITOR, NOW)
        stock(replace(work, actor=system("test")))
        _code, inquiry = ask(work, tools.keys)
        session.commit()
    return opened(app, inquiry)


def addresses(
    app: Flask,
    client: FlaskClient,
    language: str,
    starts: Sequence[str],
    *,
    of_one: int = 3,
) -> Iterator[tuple[str, str, str]]:
    """Yield rule, address and HTML of the pages that links lead to, from some on.

    Args:
        app: The application.
        client: The browser of whoever reads.
        language: Code in front of every address.
        starts: Paths without language.
        of_one: Pages of one rule at most: they differ in data, not in words.
    """
    adapter = app.url_map.bind("localhost")
    waiting = [f"/{language}/{path.lstrip('/')}" for path in starts]
    seen, visits = set(waiting), defaultdict[str, int](int)
    while waiting:
        path = waiting.pop(0)
        bare = urlsplit(path).path.removeprefix(f"/{language}") or "/"
        try:
            rule, _values = adapter.match(bare, method="GET", return_rule=True)
        except HTTPException:
            continue
        if visits[rule.rule] >= of_one:
            continue
        response = client.get(path)
        is_page = response.mimetype == "text/html" and response.status_code == 200
        body = response.get_data(as_text=True) if is_page else ""
        response.close()
        if not is_page:
            continue
        visits[rule.rule] += 1
        yield rule.rule, path, body
        tree = html5lib.parse(body, namespaceHTMLElements=False)
        for link in tree.iter("a"):
            target = urldefrag(link.get("href", ""))[0]
            if target.startswith(f"/{language}/") and target not in seen:
                seen.add(target)
                waiting.append(target)
