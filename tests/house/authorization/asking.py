"""Asking every address as everybody, and what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory.accounts.actions.tokens import make_token
from directory.cases.actions.viewing import open_view
from directory.core.actor import VISITOR, Actor, Role, system
from directory.core.permissions import FOR_TOKENS, Permission
from directory.core.work import Work
from directory.web.inquiries.cookies import VIEW
from tests.cases.people import ask
from tests.conftest import NOW
from tests.inquiries.invented import stock
from tests.web.people import At, sign_in

FILE = Path(__file__).with_name("matrix.yaml")

OUTCOMES = {
    "o": "open",
    "s": "sent to sign in",
    "f": "sent to the second factor",
    "w": "sent to switch organizations",
    "c": "sent to type a code",
    "r": "refused, 403",
    "n": "not found, 404",
    "u": "no token, 401",
    "!": "fault",
}
"""What comes of a request, by the letter that the matrix has for it. Open is
whatever came past the question who asks, even if the form was then refused."""

SENT = {
    "/account/sign-in": "s",
    "/account/second-factor": "f",
    "/account/organizations": "w",
    "/inquiries/track": "c",
}
"""Where pages send whoever may not open them (yet)."""

REFUSED = {401: "u", 403: "r", 404: "n"}


@dataclass(frozen=True)
class Column:
    """Somebody who asks.

    Args:
        roles: What they are, all in one organization.
        is_signed_in: Whether they signed in at the browser.
        second_factor: Whether they proved one.
        has_view: Whether they typed the receipt code of an inquiry of their own.
        scopes: Of the token that they show, instead of a browser's cookie.
    """

    roles: tuple[Role, ...] = ()
    is_signed_in: bool = True
    second_factor: bool = True
    has_view: bool = False
    scopes: frozenset[Permission] | None = None


COLUMNS: Mapping[str, Column] = {
    "visitor": Column(is_signed_in=False),
    "person": Column(),
    "editor": Column((Role.HOSPITAL_EDITOR,)),
    "manager": Column((Role.HOSPITAL_MANAGER,)),
    "facilitator": Column((Role.FACILITATOR,)),
    "facilitator-manager": Column((Role.FACILITATOR_MANAGER,)),
    "moderator": Column((Role.MODERATOR,)),
    "admin": Column((Role.ADMIN,)),
    "facilitator-unproved": Column((Role.FACILITATOR,), second_factor=False),
    "moderator-unproved": Column((Role.MODERATOR,), second_factor=False),
    "admin-unproved": Column((Role.ADMIN,), second_factor=False),
    "token": Column((Role.HOSPITAL_EDITOR,), scopes=FOR_TOKENS),
    "narrow-token": Column(
        (Role.HOSPITAL_EDITOR,), scopes=frozenset({Permission.RECHECK_LISTING})
    ),
    "coordinator": Column((Role.HOSPITAL_COORDINATOR,)),
    "coordinator-unproved": Column((Role.HOSPITAL_COORDINATOR,), second_factor=False),
    "patient": Column(is_signed_in=False, has_view=True),
}
"""In the order of the letters in the matrix."""


@dataclass(frozen=True)
class Matrix:
    """What is written down.

    Args:
        routes: Letters by method and rule, e.g. ``GET /admin/people``.
        samples: Arguments of addresses by rule, where nothing will not do.
    """

    routes: Mapping[str, str]
    samples: Mapping[str, Mapping[str, Any]]


def read() -> Matrix:
    """Return the matrix as it is written down."""
    found = yaml.safe_load(FILE.read_text()) if FILE.exists() else {}
    routes = {
        name: "".join(letters.split())
        for name, letters in (found.get("routes") or {}).items()
    }
    return Matrix(routes, found.get("samples") or {})


def names(app: Flask) -> dict[str, tuple[Rule, str]]:
    """Return rule and method of everything that can be asked, by its name."""
    return {
        f"{method} {rule.rule}": (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def address(app: Flask, rule: Rule, samples: Mapping[str, Mapping[str, Any]]) -> str:
    """Return an address that the rule fits; of nothing, if no sample is given."""
    given = samples.get(rule.rule, {})
    values = {
        name: given.get(name, nothing(rule, name)) for name in sorted(rule.arguments)
    }
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None, rule.rule
    return f"/en{built[1]}"


def nothing(rule: Rule, name: str) -> object:
    """Return an argument that fits its converter and leads to nothing."""
    converter = type(rule._converters[name]).__name__
    if converter == "IntegerConverter":
        return 999_999
    if converter == "SlugConverter":
        return "no-such-listing"
    return "0" * (64 if f"(length=64):{name}" in rule.rule else 32)


@dataclass
class Crowd:
    """Everybody, at browsers of their own.

    Args:
        app: The application.
        seats: Who has sat down, by column.
        secrets: Tokens, by column.
        is_stocked: Whether there are centers that inquiries can name.
    """

    app: Flask
    seats: dict[str, At] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    is_stocked: bool = False

    def ask(self, column: str, method: str, url: str) -> TestResponse:
        """Ask as somebody; posts come with a right token for forms, and no fields."""
        who = COLUMNS[column]
        headers = {}
        if who.scopes is not None:
            headers["Authorization"] = f"Bearer {self._token(column)}"
        client = self._client(column, anew=method != "GET")
        if method == "GET":
            return client.get(url, headers=headers)
        return client.open(
            url, method=method, headers=headers, data={"csrf_token": prove(client)}
        )

    def outcome(self, column: str, method: str, url: str) -> str:
        """Return the letter for what comes of asking."""
        response = self.ask(column, method, url)
        response.close()
        return letter(response, url)

    def _client(self, column: str, *, anew: bool) -> FlaskClient:
        """Return a browser, with somebody new at it for whatever may change things."""
        who = COLUMNS[column]
        if who.has_view:
            return self._patient()
        if not who.is_signed_in or who.scopes is not None:
            return self.app.test_client()
        if anew:
            # What is asked for may end the session, or all of the person's.
            return self._sit(who).client
        if column not in self.seats:
            self.seats[column] = self._sit(who)
        return self.seats[column].client

    def _patient(self) -> FlaskClient:
        """Return a browser that has a new inquiry open: a button may erase it."""
        tools = self.app.extensions["directory"]
        with tools.sessions() as session:
            work = Work(session, VISITOR, NOW)
            if not self.is_stocked:
                stock(replace(work, actor=system("test")))
                self.is_stocked = True
            _code, inquiry = ask(work, tools.keys)
            session.commit()
        return opened(self.app, inquiry)

    def _sit(self, who: Column) -> At:
        return sign_in(self.app, *who.roles, second_factor=who.second_factor)

    def _token(self, column: str) -> str:
        who = COLUMNS[column]
        if column not in self.secrets:
            seat = sign_in(self.app, *who.roles)
            tools = self.app.extensions["directory"]
            actor = Actor(
                "person:test",
                frozenset({*who.roles, Role.PERSON}),
                person=seat.person,
                organization=seat.organization,
            )
            with tools.sessions.begin() as session:
                made = make_token(
                    Work(session, actor, NOW),
                    name="Invented program",
                    scopes=[each.value for each in who.scopes or ()],
                    lasts=timedelta(days=1),
                )
            self.secrets[column] = made.secret
        return self.secrets[column]


def opened(app: Flask, inquiry: str) -> FlaskClient:
    """Return a browser that has an inquiry open."""
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        work = Work(session, VISITOR, tools.clock())
        secret = open_view(work, tools.keys, inquiry)
    client = app.test_client()
    client.set_cookie(VIEW, secret)
    return client


def prove(client: FlaskClient) -> str:
    """Let a browser hold what forms prove themselves by; return the field's value."""
    with client.session_transaction() as cookie:
        kept = cookie.setdefault("csrf_token", secrets.token_hex(20))
    key = client.application.config["SECRET_KEY"]
    signer = URLSafeTimedSerializer(key, salt="wtf-csrf-token")
    return str(signer.dumps(kept))


def letter(response: TestResponse, url: str) -> str:
    """Return the letter for an answer."""
    status = response.status_code
    if status in REFUSED:
        return REFUSED[status]
    if status >= 500 or status == 405:
        return "!"
    if status in {302, 303}:
        target = urlsplit(response.headers["Location"])
        path = target.path.removeprefix("/en")
        # Being sent back to somewhere is what tells it from a form that is done.
        if path != urlsplit(url).path.removeprefix("/en") and path in SENT:
            return SENT[path]
    return "o"
