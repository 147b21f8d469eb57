"""What belongs to an organization or a person, and the addresses that lead to it."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from directory.accounts.actions.invitations import invite
from directory.accounts.actions.tokens import make_token
from directory.accounts.model import Organization, Passkey, Person, SignIn
from directory.accounts.rules.roles import given
from directory.cases.actions.webhooks import add_webhook, remove_webhook
from directory.cases.queries.webhooks import webhooks
from directory.core.actor import Actor, Role
from directory.core.permissions import FOR_TOKENS
from directory.core.sealed_files import put_sealed
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.submissions.actions.claims import claim
from directory.submissions.actions.drafting import begin
from directory.submissions.actions.evidence import attach_file, attach_link
from directory.submissions.actions.imports import dry_run
from directory.submissions.model import ListingKeeper
from directory.tools import Tools
from tests.conftest import NOW
from tests.web.people import KINDS, At, add_person, join, sign_in

ID = "string(length=32)"
DRAFT = f"/hospital/submissions/<{ID}:submission>"
OFFICE = f"/account/organizations/<{ID}:organization>"

OBJECTS: Mapping[str, Mapping[str, str]] = {
    f"/account/claims/<{ID}:public_id>": {"public_id": "claim"},
    f"/account/claims/<{ID}:public_id>/letter": {"public_id": "claim"},
    "/account/factors/passkeys/<int:number>/remove": {"number": "passkey"},
    f"{OFFICE}/invitations/<{ID}:invitation>/withdraw": {
        "organization": "organization",
        "invitation": "invitation",
    },
    f"{OFFICE}/invite": {"organization": "organization"},
    f"{OFFICE}/members": {"organization": "organization"},
    f"{OFFICE}/members/<{ID}:person>": {
        "organization": "organization",
        "person": "member",
    },
    f"{OFFICE}/members/<{ID}:person>/remove": {
        "organization": "organization",
        "person": "member",
    },
    "/account/sessions/<int:number>/end": {"number": "session"},
    f"/account/tokens/<{ID}:token>/end": {"token": "token"},
    f"/api/v1/imports/<{ID}:id>/confirm": {"id": "import"},
    "/hospital/capacity/<slug:slug>": {"slug": "listing"},
    "/hospital/capacity/<slug:slug>/none": {"slug": "listing"},
    f"/account/webhooks/<{ID}:webhook>": {"webhook": "webhook"},
    f"/account/webhooks/<{ID}:webhook>/pause": {"webhook": "webhook"},
    f"/account/webhooks/<{ID}:webhook>/remove": {"webhook": "webhook"},
    f"/account/webhooks/<{ID}:webhook>/resume": {"webhook": "webhook"},
    f"/hospital/evidence/<{ID}:evidence>/file": {"evidence": "file"},
    f"/hospital/imports/<{ID}:run>": {"run": "import"},
    f"/hospital/imports/<{ID}:run>/confirm": {"run": "import"},
    f"/hospital/imports/<{ID}:run>/errors.csv": {"run": "import"},
    "/hospital/listings/<slug:slug>/draft": {"slug": "listing"},
    "/hospital/recheck/<slug:slug>": {"slug": "listing"},
    DRAFT: {"submission": "draft"},
    f"{DRAFT}/check": {"submission": "draft"},
    f"{DRAFT}/discard": {"submission": "draft"},
    f"{DRAFT}/outcome": {"submission": "draft"},
    f"{DRAFT}/preview": {"submission": "draft"},
    f"{DRAFT}/sections/<section>": {"submission": "draft", "section": "=identity"},
    f"{DRAFT}/sections/<section>/choice": {
        "submission": "draft",
        "section": "=identity",
    },
    f"{DRAFT}/take-back": {"submission": "draft"},
    f"{DRAFT}/evidence": {"submission": "draft"},
    f"{DRAFT}/evidence/<{ID}:piece>/remove": {
        "submission": "draft",
        "piece": "piece",
    },
    f"{DRAFT}/evidence/links": {"submission": "draft"},
}
"""Which object each argument names, by rule: only who it belongs to may know of it.
What begins with an equals sign is no object, and stands as it is."""

PUBLIC = "published for everybody"
SIGNED = "the link itself is the proof"
ADMINS = "administrators look after everybody's"
MODERATORS = "moderators look at everybody's"
OWN = "found in the reader's own session"
KEPT = "whose listing it is, tests of the cards ask"
CASES = "asked in the matrix of cases"

OTHERS: Mapping[str, str] = {
    "/account/confirm/<token>": SIGNED,
    "/account/invitations/<token>": SIGNED,
    "/account/new-address/<token>": SIGNED,
    "/account/reset/<token>": SIGNED,
    "/corrections/confirm/<token>": SIGNED,
    "/corrections/<reference>": PUBLIC,
    "/map/<slug:city>": PUBLIC,
    "/facilitator/interests/<slug:slug>": KEPT,
    "/facilitator/interests/<slug:slug>/none": KEPT,
    "/inquiries/email/<token>": SIGNED,
    "/inquiries/mine/consents/<int:place>": OWN,
}
"""Rules with arguments that name nothing of somebody's, and why."""

PARTS: Mapping[str, str] = {
    "/admin/": ADMINS,
    "/moderation/": MODERATORS,
    "/api/v1/centers/": PUBLIC,
    "/api/v1/facilitators/": PUBLIC,
    "/api/v1/guides/": PUBLIC,
    "/api/v1/therapies/": PUBLIC,
    "/centers/": PUBLIC,
    "/facilitator/cases/": CASES,
    "/facilitator/consents/": CASES,
    "/facilitator/templates/": CASES,
    "/facilitators/": PUBLIC,
    "/guides/": PUBLIC,
    "/hospital/cases/": CASES,
    "/inquiries/documents/": CASES,
    "/inquiries/mine/calls/": CASES,
    "/inquiries/mine/centers/": CASES,
    "/inquiries/mine/checks/": CASES,
    "/inquiries/mine/estimates/": CASES,
    "/inquiries/mine/messages/": CASES,
    "/inquiries/uploads/": CASES,
    "/therapies/": PUBLIC,
}
"""The same by the beginning of a rule."""


@dataclass(frozen=True)
class House:
    """A hospital's office that keeps a listing, and its manager at a browser.

    Args:
        app: The application.
        at: The manager.
        slug: The listing.
    """

    app: Flask
    at: At
    slug: str

    @property
    def tools(self) -> Tools:
        """Return what the application was wired with."""
        tools: Tools = self.app.extensions["directory"]
        return tools

    def make(self, kind: str) -> str | int:
        """Return the name in addresses of an object of theirs, made anew."""
        if kind.startswith("="):
            return kind.removeprefix("=")
        with self.tools.sessions.begin() as session:
            office = session.get_one(Organization, self.at.organization)
            person = session.get_one(Person, self.at.person)
            actor = Actor(
                f"person:{person.public_id}",
                given([(KINDS[Role.HOSPITAL_MANAGER], Role.HOSPITAL_MANAGER)])
                | {Role.PERSON},
                person=person.id,
                organization=office.id,
                organizations=frozenset({office.id}),
            )
            return MAKERS[kind](self, Work(session, actor, NOW))

    def token(self) -> str:
        """Return a token of theirs with every scope."""
        with self.tools.sessions.begin() as session:
            actor = Actor(
                "person:test",
                frozenset({Role.HOSPITAL_EDITOR, Role.PERSON}),
                person=self.at.person,
                organization=self.at.organization,
            )
            return make_token(
                Work(session, actor, NOW),
                name="Invented program",
                scopes=[each.value for each in FOR_TOKENS],
                lasts=timedelta(days=1),
            ).secret


def settle(app: Flask, slug: str) -> House:
    """Return a new hospital's office that keeps a published listing."""
    at = sign_in(app, Role.HOSPITAL_MANAGER)
    house = House(app, at, slug)
    with house.tools.sessions.begin() as session:
        listing = session.query(Listing).filter_by(slug=slug).one()
        session.add(
            ListingKeeper(
                listing_id=listing.id, organization_id=at.organization, since=NOW
            )
        )
    return house


def _organization(house: House, work: Work) -> str:
    return work.session.get_one(Organization, house.at.organization).public_id


def _member(house: House, work: Work) -> str:
    someone = add_person(work.session)
    office = work.session.get_one(Organization, house.at.organization)
    join(work.session, someone, office, Role.HOSPITAL_EDITOR)
    return someone.public_id


def _invitation(house: House, work: Work) -> str:
    address = f"{secrets.token_hex(4)}@example.org"
    office = _organization(house, work)
    return invite(work, office, address, Role.HOSPITAL_EDITOR, Language.EN)


def _token(_house: House, work: Work) -> str:
    return make_token(
        work,
        name="Invented program",
        scopes=[each.value for each in FOR_TOKENS],
        lasts=timedelta(days=1),
    ).public_id


def _claim(_house: House, work: Work) -> str:
    return claim(
        work,
        kind=Kind.CENTER,
        slug=None,
        named=f"Invented Hospital {secrets.token_hex(4)}",
        city="beijing",
        website="",
        position="Invented position",
        note="",
    )


def _draft(house: House, work: Work) -> str:
    return begin(work, Kind.CENTER, house.slug)


def _piece(house: House, work: Work) -> str:
    return attach_link(work, _draft(house, work), "", "https://hospital.example.org/")


def _file(house: House, work: Work) -> str:
    tools = house.tools
    assert tools.keys is not None
    stored = put_sealed(
        tools.files, tools.keys, "evidence", [b"invented"], most_bytes=1000
    )
    draft = _draft(house, work)
    return attach_file(work, draft, "", "invented.pdf", "application/pdf", stored)


def _import(_house: House, work: Work) -> str:
    return dry_run(work, io.BytesIO(b"center,field\n"), "invented.csv").public_id


def _session(house: House, work: Work) -> int:
    row = SignIn(
        digest=secrets.token_hex(32),
        person_id=house.at.person,
        began_at=NOW,
        seen_at=NOW,
        proved_at=NOW,
        browser="Invented browser",
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def _passkey(house: House, work: Work) -> int:
    row = Passkey(
        person_id=house.at.person,
        credential_id=secrets.token_bytes(16),
        public_key=b"invented",
        backup_state=False,
        device_type="single_device",
        name="Invented passkey",
        usage="first",
        added_at=NOW,
        used_at=NOW,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def _webhook(house: House, work: Work) -> str:
    assert house.tools.keys is not None
    for old in webhooks(work.session, work.actor):
        # An organization may have a few only.
        remove_webhook(work, old.id)
    url = f"https://hooks.example.org/{secrets.token_hex(8)}"
    return add_webhook(work, house.tools.keys, url)[0]


MAKERS: Mapping[str, Callable[[House, Work], str | int]] = {
    "organization": _organization,
    "member": _member,
    "invitation": _invitation,
    "token": _token,
    "claim": _claim,
    "listing": lambda house, _work: house.slug,
    "draft": _draft,
    "piece": _piece,
    "file": _file,
    "import": _import,
    "session": _session,
    "passkey": _passkey,
    "webhook": _webhook,
}
"""How an object of each kind is made."""
