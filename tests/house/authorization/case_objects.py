"""One case about which everything was written, and everybody who might ask for it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from directory.accounts.rules.roles import OrganizationKind
from directory.cases.model import (
    Call,
    FollowUp,
    Letter,
    Message,
    MessageTemplate,
    Note,
    Quote,
    Task,
    Webhook,
)
from directory.core.actor import Role, system
from directory.core.work import Work
from directory.inquiries.model import Document
from directory.tools import Tools
from tests.cases.giving import template
from tests.cases.people import ask, cast
from tests.cases.written import write_all
from tests.conftest import NOW
from tests.house.authorization.asking import letter, names, opened, prove
from tests.web.people import add_organization, sign_in

FILE = Path(__file__).with_name("cases.yaml")

PARTS = (
    "/admin/looks/",
    "/facilitator/",
    "/hospital/cases/",
    "/inquiries/documents/",
    "/inquiries/mine/",
    "/inquiries/uploads/",
)
"""Where addresses begin that lead to something of a case."""

PARTIES = (
    *("owner", "colleague", "stranger", "referred", "elsewhere"),
    *("admin", "moderator", "patient", "other-patient", "visitor"),
)
"""In the order of the letters: a manager and a member of the owner's people, a
manager at another facilitator, a coordinator at the hospital that was asked and may
see the case, one at a hospital that was not, an administrator, a moderator, whoever
typed the code, whoever typed the code of another inquiry, and anybody."""

OUTSIDERS = ("stranger", "elsewhere", "admin", "moderator", "other-patient", "visitor")
"""Who must never get anything of the case."""

NOT_OF_A_CASE: Mapping[str, str] = {
    "digest": "the words of a consent are the same for everybody",
    "place": "it counts the consents of the inquiry that is open in the browser",
    "slug": "a listing is public; who keeps it, tests of objects ask",
}
"""Arguments that name nothing of a case, and why."""

ALIKE = frozenset(
    {
        "GET /inquiries/mine/messages/<thread>",
        "POST /inquiries/mine/messages/<thread>",
        "POST /inquiries/mine/messages/<thread>/read",
    }
)
"""Addresses that show everybody their own page, whatever conversation they name; that
nothing is written to another's, tests of messages say."""


HEADERS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
"""Without it uploads are refused before anybody asks whose they are."""

SENT = {"data": b"", "content_type": "application/offset+octet-stream"}
"""Of a part of a file, likewise."""


@dataclass
class Stage:
    """An application with the case in it, as it was before anybody asked.

    Args:
        app: The application.
        kept: A copy of the database.
        clients: Browsers by party.
        named: Names of objects in addresses, by the argument that takes them.
    """

    app: Flask
    kept: Path
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    @property
    def tools(self) -> Tools:
        """Return what the application was wired with."""
        tools: Tools = self.app.extensions["directory"]
        return tools

    @property
    def database(self) -> Path:
        """Return the file of the database."""
        return Path(str(self.tools.engine.url.database))

    def name_of(self, rule: Rule, argument: str) -> str:
        """Return what an argument is: ``name`` is that of what the path tells."""
        is_task = argument == "name" and "/tasks/" in rule.rule
        return self.named["task" if is_task else argument]

    def keep(self) -> None:
        """Remember how things are."""
        connection = self.tools.engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.tools.engine.dispose()
        shutil.copy(self.database, self.kept)

    def restore(self) -> None:
        """Let things be as they were."""
        self.tools.engine.dispose()
        for more in ("-wal", "-shm"):
            Path(f"{self.database}{more}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.database)

    def outcome(self, party: str, rule: Rule, method: str) -> str:
        """Return the letter for what comes of asking; nothing is changed by it."""
        values = {name: self.name_of(rule, name) for name in rule.arguments}
        with self.app.test_request_context():
            built = rule.build(values)
        assert built is not None, rule.rule
        url = f"/en{built[1]}"
        client = self.clients[party]
        token = "" if method == "GET" else prove(client)
        headers = HEADERS | {"X-CSRFToken": token}
        data = {"csrf_token": token} if token else None
        more = SENT if method == "PATCH" else {"data": data}
        response = client.open(url, method=method, headers=headers, **more)
        found = letter(response, url)
        response.close()
        if method != "GET":
            self.restore()
        return found


def rules_of(app: Flask) -> dict[str, tuple[Rule, str]]:
    """Return addresses with arguments that may lead to something of a case."""
    return {
        name: (rule, method)
        for name, (rule, method) in names(app).items()
        if rule.arguments
        and rule.rule.startswith(PARTS)
        and not rule.arguments & NOT_OF_A_CASE.keys()
    }


def read() -> dict[str, str]:
    """Return what is written down: letters by method and rule."""
    found = yaml.safe_load(FILE.read_text()) if FILE.exists() else {}
    return {
        name: "".join(letters.split())
        for name, letters in (found.get("routes") or {}).items()
    }


def set_stage(app: Flask, folder: Path) -> Stage:
    """Write everything about a case, and seat everybody at browsers."""
    stage = Stage(app, folder / "kept.sqlite")
    tools = stage.tools
    assert tools.keys is not None
    with tools.sessions() as session:
        people = cast(Work(session, system("test"), NOW), tools.keys)
        write_all(people, tools.files)
        template(people)
        _code, other = ask(Work(session, system("test"), NOW), tools.keys)
        owner = people.owner.actor.organization
        assert owner is not None
        for row in _more(owner, people.owner.actor.person or 0):
            session.add(row)
        stranger = add_organization(session, OrganizationKind.FACILITATOR).id
        session.flush()
        kinds = {
            "call": Call,
            "quote": Quote,
            "letter": Letter,
            "name": Letter,
            "plan": FollowUp,
            "line": FollowUp,
            "follow_up": FollowUp,
            "task": Task,
            "note": Note,
            "message": Message,
            "template": MessageTemplate,
            "webhook": Webhook,
        }
        stage.named = {
            name: str(session.query(model).first().id) for name, model in kinds.items()
        }
        kept = session.query(Document).filter_by(state="kept", side="patient").one()
        stage.named |= {
            "case": people.case,
            "referral": people.referral().id,
            "thread": people.referral().id,
            "document": kept.id,
            "look": "e" * 32,
        }
        inquiry, east, west = (
            people.inquiry,
            people.east.actor.organization,
            people.west.actor.organization,
        )
        session.commit()
    seats = {
        "owner": ((Role.FACILITATOR_MANAGER,), owner),
        "colleague": ((Role.FACILITATOR,), owner),
        "stranger": ((Role.FACILITATOR_MANAGER,), stranger),
        "referred": ((Role.HOSPITAL_COORDINATOR,), east),
        "elsewhere": ((Role.HOSPITAL_COORDINATOR,), west),
        "admin": ((Role.ADMIN,), None),
        "moderator": ((Role.MODERATOR,), None),
    }
    stage.clients = {
        party: sign_in(app, *roles, organization=office).client
        for party, (roles, office) in seats.items()
    }
    stage.clients["patient"] = opened(app, inquiry)
    stage.clients["other-patient"] = opened(app, other)
    stage.clients["visitor"] = app.test_client()
    stage.keep()
    return stage


def _more(owner: int, person: int) -> list[object]:
    return [
        MessageTemplate(
            id="a" * 32,
            organization_id=owner,
            name="Invented template",
            language="en",
            body="Invented words.",
            changed_by=person,
            changed_at=NOW,
        ),
        Webhook(
            id="b" * 32,
            organization_id=owner,
            url="https://hooks.example.org/invented",
            wrapped_secret=b"invented",
            wrapped_by="k1",
            made_by=person,
            made_at=NOW,
        ),
    ]
