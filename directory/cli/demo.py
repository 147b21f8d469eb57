"""``cart-directory seed --demo``: invented people, so that every page can be tried."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import select

from directory.accounts.actions.demonstration import invent_person
from directory.accounts.actions.organizations import found_organization, join
from directory.accounts.actions.registering import NewAccount
from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind, given
from directory.cli.seed_files import read
from directory.core.actor import VISITOR, Actor, Role
from directory.core.config import Settings
from directory.core.errors import SettingError
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.rules.document import (
    CenterDocument,
    FacilitatorDocument,
    Kind,
)
from directory.submissions.actions.capacity import state_capacity
from directory.submissions.actions.claims import AlreadyKeptError, claim, entrust
from directory.submissions.actions.corrections import Wrong, send_correction
from directory.submissions.actions.drafting import begin, save_section
from directory.submissions.actions.submitting import submit
from directory.submissions.model import Submission
from directory.submissions.rules.states import CapacityState
from directory.submissions.rules.typed.filling import section_from
from directory.submissions.rules.typed.shape import Section
from directory.web.account.credentials import credentials

AUTHORITY = "demonstration"
"""On whose word invented listings are published."""


LISTING: TypeAdapter[CenterDocument | FacilitatorDocument] = TypeAdapter(
    CenterDocument | FacilitatorDocument
)


class Office(BaseModel):
    """An invented organization, as ``people.yaml`` has it."""

    key: str
    kind: OrganizationKind
    name: str
    domains: tuple[str, ...]
    keeps: str | None = None


class Somebody(BaseModel):
    """An invented person, as ``people.yaml`` has them."""

    email: str
    name: str
    organization: str | None = None
    roles: tuple[Role, ...] = ()


class People(BaseModel):
    """All of ``people.yaml``."""

    organizations: tuple[Office, ...]
    people: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody invented signs in with.

    Args:
        email: Their address, at which nobody lives.
        password: Made now, and said once.
        roles: What they are.
    """

    email: str
    password: str
    roles: tuple[Role, ...]


def refuse_in_production(settings: Settings, *, said: bool) -> None:
    """Refuse invented people where real ones are served, unless told so in a word.

    Raises:
        SettingError: If the directory has a public address or a shared database.
    """
    is_real = settings.is_https or not settings.database_url.startswith("sqlite")
    if is_real and not said:
        raise SettingError(
            "DIRECTORY_BASE_URL" if settings.is_https else "DIRECTORY_DATABASE_URL",
            "is that of a directory for real people: invented ones are only added"
            " with --even-in-production",
        )


def hasher(app: object) -> Callable[[str], str]:
    """Return what hashes passwords as the web application does."""

    def hashed(password: str) -> str:
        assert isinstance(app, Flask)
        with app.app_context():
            return credentials().hash(password)

    return hashed


def load_demo(
    folder: Path, work: Work, hashed: Callable[[str], str]
) -> tuple[Login, ...]:
    """Add invented hospitals, organizations, people and what they did.

    Loading them again adds nothing and gives everybody a new password.

    Args:
        folder: ``seed/demo``.
        work: One transaction, of the program itself.
        hashed: Returns the hash of a password.
    """
    for file in sorted((folder / "listings").glob("*.yaml")):
        document: CenterDocument | FacilitatorDocument = LISTING.validate_python(
            read(file)
        )
        publish(work, document, authority=AUTHORITY)
    known = People.model_validate(read(folder / "people.yaml"))
    offices = {office.key: _found(work, office) for office in known.organizations}
    logins = []
    actors: dict[str, Actor] = {}
    news: set[str] = set()
    for somebody in known.people:
        password = secrets.token_urlsafe(12)
        person, is_new = invent_person(
            work,
            NewAccount(
                name=somebody.name,
                email=somebody.email,
                password=hashed(password),
                language=Language.EN,
            ),
        )
        office = offices.get(somebody.organization or "")
        for role in somebody.roles:
            assert office is not None, somebody.email
            join(work, person, office, role)
        actors[somebody.email] = _actor(known, somebody, person, office)
        logins.append(Login(somebody.email, password, somebody.roles))
        if is_new:
            news.add(somebody.email)
    for one in known.organizations:
        if one.keeps:
            _entrust(work, one, offices[one.key])
    _act(work, actors, news)
    return tuple(logins)


def _found(work: Work, office: Office) -> int:
    there = work.session.scalar(
        select(Organization.id).where(
            Organization.name == office.name, Organization.is_invented
        )
    )
    if there is not None:
        return there
    return found_organization(
        work, office.kind, office.name, office.domains, is_invented=True
    )


def _entrust(work: Work, office: Office, row: int) -> None:
    is_hospital = office.kind is OrganizationKind.HOSPITAL
    try:
        entrust(
            work,
            Kind.CENTER if is_hospital else Kind.FACILITATOR,
            office.keeps or "",
            row,
        )
    except AlreadyKeptError:
        return


def _actor(known: People, somebody: Somebody, person: int, office: int | None) -> Actor:
    kinds = {one.key: one.kind for one in known.organizations}
    held = given((kinds[somebody.organization or ""], r) for r in somebody.roles)
    return Actor(
        f"demonstration:{person}",
        held | {Role.PERSON},
        person=person,
        organization=office,
        organizations=frozenset({office} if office else ()),
    )


def _type(work: Work, slug: str, **said: tuple[str, str]) -> str:
    """Begin a draft and type what capabilities a hospital has; return its id."""
    public_id = begin(work, Kind.CENTER, slug)
    row = work.session.scalars(
        select(Submission).where(Submission.public_id == public_id)
    ).one()
    typed = section_from(row.base, Section.CAPABILITIES)
    for key, (value, statement) in said.items():
        typed[key] |= {
            "value": value,
            "statement": statement,
            "source_url": f"https://example.org/{key}",
            "as_of": "2026-11",
        }
    save_section(work, public_id, Section.CAPABILITIES, typed, row.revision)
    return public_id


def _submit(work: Work, slug: str, **said: tuple[str, str]) -> None:
    public_id = _type(work, slug, **said)
    row = work.session.scalars(
        select(Submission).where(Submission.public_id == public_id)
    ).one()
    submit(work, public_id, row.revision, over=row.base_version)


def _act(work: Work, actors: dict[str, Actor], news: set[str]) -> None:
    """Do what invented people did, for those who are new."""

    def by(email: str) -> Work | None:
        return replace(work, actor=actors[email]) if email in news else None

    if manager := by("manager@willow.example.org"):
        state_capacity(manager, "demo-willow-hospital", CapacityState.WAITING_LIST, 6)
        _submit(
            manager,
            "demo-willow-hospital",
            apheresis=("yes", "Two machines. Invented for demonstration."),
            tocilizumab=("yes", "The best hospital of all: 100% of patients cured."),
        )
    if editor := by("editor@birch.example.org"):
        _type(editor, "demo-birch-hospital", icu=("yes", "Invented, and not finished."))
    if news:
        send_correction(
            replace(work, actor=VISITOR),
            None,
            Wrong(
                kind=Kind.CENTER,
                slug="demo-willow-hospital",
                version=1,
                field="capability.icu",
                words="Invented for demonstration: the unit moved.",
                source_url="https://example.org/icu",
                email=None,
                language=Language.EN,
            ),
        )
    if newcomer := by("newcomer@willow.example.org"):
        claim(
            newcomer,
            kind=Kind.CENTER,
            slug=None,
            named="Rowan Demonstration Hospital (invented)",
            city="shanghai",
            website="https://rowan.example.org",
            position="Invented for demonstration",
            note="",
        )
