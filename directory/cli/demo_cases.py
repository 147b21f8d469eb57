"""Invented inquiries and their cases, sent through the actions that people use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from directory.cases.actions import opening
from directory.cases.model import Case
from directory.core.actor import VISITOR
from directory.core.crypto import KeyRing
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import draft, tracked
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

CENTERS = ("demo-willow-hospital", "demo-birch-hospital")
"""Invented listings; nothing invented is ever sent to a hospital that exists."""

FACILITATOR = "demo-bridge-facilitator"

DIAGNOSES = ("mm", "mm", "b-all", "lbcl", "lbcl", "fl", "mcl", "aml", "not-sure")
COUNTRIES = (("KZ", "ru"), ("RU", "ru"), ("AE", "ar"), ("IQ", "ar"), ("GB", "en"))
WORDS = "Invented for demonstration."

OPENS_AFTER = timedelta(minutes=2)
"""Between beginning an inquiry and sending it."""


def _ticked(choice: Choice) -> tuple[Ticked, ...]:
    def wording(purpose: Purpose) -> Wording:
        return Wording(purpose=purpose, version="demo", locale="en", text=WORDS)

    return (
        Ticked(wording=wording(Purpose.TRANSFER)),
        *(
            Ticked(wording=wording(Purpose.SHARE), recipient=recipient)
            for recipient in choice.recipients
        ),
    )


def invent_case(work: Work, keys: KeyRing, choice: Choice, chance: Random) -> Case:
    """Ask, send and open one invented case; every answer is made up.

    Args:
        work: The transaction, at the moment at which the case is opened.
        keys: Seals it.
        choice: To whom it is addressed.
        chance: Decides the answers.
    """
    asker = replace(work, actor=VISITOR, now=work.now - OPENS_AFTER)
    secret = asking.begin(asker, keys, _person(chance), Language.EN)
    health = Wording(purpose=Purpose.HEALTH, version="demo", locale="en", text=WORDS)
    asking.save_illness(asker, keys, secret, _illness(chance), health)
    asking.save_choice(asker, keys, secret, choice)
    asking.save_consents(asker, keys, secret, _ticked(choice))
    sender = replace(work, actor=VISITOR)
    revision = draft(work.session, keys, secret, now=work.now).revision
    receipt = opening.send(sender, keys, secret, revision)
    assert receipt is not None
    inquiry = tracked(work.session, keys, receipt.code, now=work.now)
    case = work.session.scalars(select(Case).where(Case.inquiry_id == inquiry)).one()
    case.is_invented = True
    work.session.flush()
    return case


def invent_cases(work: Work, keys: KeyRing, count: int, *, days: int = 30) -> int:
    """Add invented cases until there are so many, spread over the last days.

    Returns:
        How many were added.
    """
    there = work.session.scalar(
        select(func.count()).select_from(Case).where(Case.is_invented)
    )
    missing = max(0, count - (there or 0))
    chance = Random(f"demonstration {there}")  # noqa: S311 - nothing secret
    for at in _moments(work.now, missing, days):
        invent_case(replace(work, now=at), keys, _choice(chance), chance)
    return missing


def _moments(now: datetime, count: int, days: int) -> Sequence[datetime]:
    step = timedelta(days=days) / (count + 1)
    return [now - step * (count - number) for number in range(count)]


def _choice(chance: Random) -> Choice:
    whom = chance.choice((Whom.CENTERS, Whom.FACILITATOR, Whom.ADVISE))
    if whom is Whom.CENTERS:
        named = chance.sample(CENTERS, chance.randint(1, len(CENTERS)))
        return Choice(whom=whom, centers=tuple(named))
    if whom is Whom.FACILITATOR:
        return Choice(whom=whom, facilitator=FACILITATOR)
    return Choice(whom=whom)


def _person(chance: Random) -> Person:
    country, language = chance.choice(COUNTRIES)
    age = Age.MINOR if chance.random() < 0.2 else Age.ADULT
    return Person(
        asker=Asker.OTHER,
        relationship=Relationship.CHILD if age is Age.MINOR else Relationship.PARENT,
        standing=Standing.GUARDIAN if age is Age.MINOR else Standing.AGREED,
        age=age,
        country=country,
        language=language,
        interpreter=chance.random() < 0.6,
        way=Way.CODE,
        hours=Hours.ANY,
    )


def _illness(chance: Random) -> Illness:
    return Illness(
        diagnosis=chance.choice(DIAGNOSES),
        lines=chance.choice(list(Lines)),
        drug_classes=(chance.choice([DrugClass.CHEMOTHERAPY, DrugClass.STEROID]),),
        transplant=chance.choice(list(Transplant)),
        performance=chance.choice(list(Performance)),
        wanted=tuple(chance.sample(list(Wanted), chance.randint(1, 2))),
        travel=chance.choice(list(Travel)),
        question=WORDS,
    )
