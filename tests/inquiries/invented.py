"""An invented directory to ask in, invented people who ask, and what they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from directory.core.actor import system
from directory.core.crypto import KeyRing
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import Receipt, draft
from directory.inquiries.rules.answers import (
    Age,
    Asker,
    Choice,
    DrugClass,
    Hours,
    Illness,
    Lines,
    Performance,
    Person,
    Relationship,
    Standing,
    Transplant,
    Travel,
    Wanted,
    Way,
    Whom,
)
from directory.inquiries.rules.consents import Purpose, Ticked, Wording
from directory.listings.actions import publish
from directory.listings.rules.document import (
    Basis,
    CenterDocument,
    FacilitatorDocument,
    Stated,
    Value,
)
from directory.vocabulary.actions import put_term
from directory.vocabulary.rules import Term, TermKind

CANARY = "zqcanary"
"""In every free text of the tests, so that a leak is found."""

DAUGHTER = Person(
    asker=Asker.OTHER,
    relationship=Relationship.PARENT,
    standing=Standing.AGREED,
    age=Age.ADULT,
    country="KZ",
    language="ru",
    interpreter=True,
    way=Way.EMAIL,
    email=f"{CANARY}@example.org",
    hours=Hours.EVENING,
)
MYELOMA = Illness(
    diagnosis="mm",
    lines=Lines.THREE,
    drug_classes=(DrugClass.IMMUNOMODULATOR, DrugClass.ANTI_CD38),
    transplant=Transplant.OWN,
    performance=Performance.LIGHT_WORK,
    wanted=(Wanted.APPROVED_PRODUCT, Wanted.SECOND_OPINION),
    travel=Travel.WITHIN_QUARTER,
    question=f"{CANARY}: is a fourth line too late?",
)
TWO_CENTERS = Choice(whom=Whom.CENTERS, centers=("east-invented", "west-invented"))

HEALTH = Wording(
    purpose=Purpose.HEALTH, version="1", locale="en", text="Keep my health data."
)
TRANSFER = Wording(
    purpose=Purpose.TRANSFER, version="1", locale="en", text="Send it to China."
)
SHARE = Wording(
    purpose=Purpose.SHARE, version="1", locale="en", text="Show it to %(recipient)s."
)
TICKED = (
    Ticked(wording=TRANSFER),
    Ticked(wording=SHARE, recipient="center:east-invented"),
)


def center(slug: str) -> CenterDocument:
    return CenterDocument(
        slug=slug,
        names={"en": slug.replace("-", " ").title(), "zh": "某某医院"},
        city="shanghai",
        types=("public",),
        type_stated="public",
        evidence_level="unverified",
        adult=Value.YES,
        pediatric=Value.NOT_STATED,
        capabilities=(),
        identity=Stated(basis=Basis.UNVERIFIED, checked_on=date(2026, 11, 22)),
    )


def facilitator(slug: str) -> FacilitatorDocument:
    return FacilitatorDocument(
        slug=slug,
        names={"en": slug.replace("-", " ").title()},
        cautions=("Who pays it is not stated.",),
        identity=Stated(basis=Basis.UNVERIFIED, checked_on=date(2026, 11, 22)),
    )


def stock(work: Work) -> None:
    """Publish invented listings and words."""
    for kind, key, label in (
        (TermKind.INDICATION, "mm", "multiple myeloma"),
        (TermKind.INDICATION, "lbcl", "large B-cell lymphoma"),
        (TermKind.CITY, "shanghai", "Shanghai"),
    ):
        put_term(work, Term(kind=kind, key=key, labels={"en": label}))
    for slug in ("east-invented", "west-invented", "north-invented", "south-invented"):
        publish(work, center(slug), authority="test")
    publish(work, facilitator("bridge-invented"), authority="test")


def answered(work: Work, keys: KeyRing) -> str:
    """Answer every page of a new draft; return its secret."""
    secret = asking.begin(work, keys, DAUGHTER, Language.EN)
    asking.save_illness(work, keys, secret, MYELOMA, HEALTH)
    asking.save_choice(work, keys, secret, TWO_CENTERS)
    asking.save_consents(work, keys, secret, TICKED)
    work.session.commit()
    return secret


def sent(work: Work, keys: KeyRing, secret: str) -> Receipt:
    """Send a draft after the time that a person needs; return its receipt."""
    then = after(work, seconds=60)
    revision = draft(work.session, keys, secret, now=then.now).revision
    receipt = asking.ask(then, keys, secret, revision)
    work.session.commit()
    assert receipt is not None
    return receipt


def after(work: Work, **time: float) -> Work:
    """Return the same unit of work at a later moment."""
    return replace(work, now=work.now + timedelta(**time))


def as_program(work: Work) -> Work:
    """Return the same unit of work in the program's own name."""
    return replace(work, actor=system("test"))
