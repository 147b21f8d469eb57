"""Invented cases in every step and state, walked there by the real actions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import func, select

from directory.accounts.model import Membership, Person
from directory.cases.actions import (
    assigning,
    consulting,
    following_up,
    moving,
    quoting,
    referring,
    talking,
)
from directory.cases.model import Case, Referral
from directory.cases.rules.follow_up import INFUSION, OWN, Planned
from directory.cases.rules.quotes import Line, LineKind, QuoteBody
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    Side,
    Step,
)
from directory.cli.demo_cases import CENTERS, FACILITATOR, WORDS, invent_case
from directory.core.actor import VISITOR, Actor, Role
from directory.core.crypto import KeyRing
from directory.core.work import Work
from directory.inquiries.rules.answers import Choice, Whom
from directory.inquiries.rules.consents import Purpose, Wording

WILLOW, BIRCH = CENTERS

SHARE = Wording(purpose=Purpose.SHARE, version="demo", locale="en", text=WORDS)

ESTIMATE = QuoteBody(
    lines=(
        Line(kind=LineKind.PRODUCT, low=Decimal(1000000), note=WORDS),
        Line(
            kind=LineKind.WARD,
            low=Decimal(1000),
            high=Decimal(2000),
            quantity=Decimal(30),
            unit="day",
        ),
        Line(kind=LineKind.LODGING, is_included=False),
    ),
    deposit=Decimal(100000),
    deposit_when=WORDS,
    refund=WORDS,
    excluded=WORDS,
)
"""Its amounts are as invented as the hospital."""


@dataclass
class Telling:
    """One case, and whoever does something about it, at moments that follow.

    Args:
        work: The transaction.
        keys: Seals what is written.
        case: The row.
        desk: A facilitator.
        seats: Coordinators by center.
    """

    work: Work
    keys: KeyRing
    case: Case
    desk: Actor
    seats: dict[str, Actor]

    def by(self, actor: Actor, hours: float = 3) -> Work:
        """Return somebody's work, some hours after the last."""
        self.work = replace(self.work, now=self.work.now + timedelta(hours=hours))
        return replace(self.work, actor=actor)

    def row(self, center: str) -> Referral:
        """Return the referral to a center."""
        asked = select(Referral).where(
            Referral.case_id == self.case.id, Referral.center == center
        )
        return self.work.session.scalars(asked).one()

    def say(self) -> None:
        """Write to the patient."""
        work = self.by(self.desk)
        key = secrets.token_hex(16)
        talking.say(work, self.keys, self.case.id, None, WORDS, key, "en")

    def answer(self) -> None:
        """Write as the patient."""
        work = self.by(VISITOR)
        key, inquiry = secrets.token_hex(16), self.case.inquiry_id
        talking.say_as_patient(work, self.keys, inquiry, None, WORDS, key, "en")

    def take(self) -> None:
        """Take the case on."""
        work = self.by(self.desk, 1)
        assigning.assign(work, self.case.id, self.desk.person, self.case.version)

    def propose(self, *centers: str) -> None:
        """Propose centers to the patient."""
        referring.propose(
            self.by(self.desk),
            self.keys,
            self.case.id,
            centers,
            reasons={},
            rules_version=None,
            version=self.case.version,
        )

    def offer(self, *centers: str) -> None:
        """Propose centers, to which the patient agrees."""
        self.propose(*centers)
        for center in centers:
            referring.agree_to(
                self.by(VISITOR),
                self.keys,
                self.case.inquiry_id,
                self.row(center).id,
                SHARE,
            )

    def accept(self, *centers: str) -> None:
        """Let centers accept."""
        for center in centers:
            row = self.row(center)
            referring.accept(
                self.by(self.seats[center], 20), row.id, row.version, self.keys
            )

    def walk(self, to: Step, center: str = WILLOW) -> None:
        """Go on step by step as the center that accepted."""
        while self.case.step < to:
            row = self.row(center)
            moving.move_step_as_hospital(
                self.by(self.seats[center], 24),
                row.id,
                Step(self.case.step + 1),
                waits_for=Side.HOSPITAL,
                version=row.version,
                keys=self.keys,
            )

    def quote(self, center: str) -> str:
        """Send an estimate."""
        work = self.by(self.seats[center])
        return quoting.send_quote(
            work,
            self.keys,
            self.row(center).id,
            ESTIMATE,
            currency="CNY",
            valid_until=(work.now + timedelta(days=60)).date(),
        )

    def accepted(self, *centers: str) -> None:
        """Come as far as centers that accept."""
        self.take()
        self.say()
        self.offer(*centers)
        self.accept(*centers)


def _unread(one: Telling) -> None:
    del one


def _talked(one: Telling) -> None:
    one.take()
    one.say()
    one.answer()


def _asked(one: Telling) -> None:
    one.take()
    one.say()


def _proposed(one: Telling) -> None:
    one.take()
    one.propose(WILLOW, BIRCH)


def _offered(one: Telling) -> None:
    one.take()
    one.offer(WILLOW)


def _lacking(one: Telling) -> None:
    one.take()
    one.offer(BIRCH)
    row = one.row(BIRCH)
    work = one.by(one.seats[BIRCH])
    lacks = (Lack.PATHOLOGY, Lack.IMAGING)
    referring.need_more(work, one.keys, row.id, lacks, WORDS, row.version)


def _declined(one: Telling) -> None:
    one.take()
    one.offer(BIRCH, WILLOW)
    row = one.row(BIRCH)
    referring.decline(
        one.by(one.seats[BIRCH]), one.keys, row.id, Decline.CAPACITY, "", row.version
    )


def _reviewing(one: Telling) -> None:
    one.accepted(WILLOW)


def _consulting(one: Telling) -> None:
    one.accepted(WILLOW)
    one.walk(Step.CONSULTATION)
    work = one.by(one.seats[WILLOW])
    slots = [work.now + timedelta(days=20 + n) for n in range(3)]
    consulting.offer_times(
        work, one.keys, one.row(WILLOW).id, slots, 30, has_interpreter=True
    )


def _compared(one: Telling) -> None:
    one.accepted(WILLOW, BIRCH)
    one.walk(Step.ESTIMATE)
    one.quote(WILLOW)
    one.quote(BIRCH)


def _agreed(one: Telling) -> None:
    one.accepted(WILLOW)
    one.walk(Step.ESTIMATE)
    quote = one.quote(WILLOW)
    quoting.agree_to_quote(one.by(VISITOR), one.keys, one.case.inquiry_id, quote)
    one.walk(Step.TRAVEL)


def _walked(to: Step) -> Callable[[Telling], None]:
    def story(one: Telling) -> None:
        _agreed(one)
        one.walk(to)

    return story


def _followed(one: Telling) -> None:
    _agreed(one)
    one.walk(Step.FOLLOW_UP)
    work = one.by(one.seats[WILLOW])
    day = work.now.date()
    lines = [
        Planned(INFUSION, day - timedelta(days=2)),
        Planned(OWN, day + timedelta(days=14), WORDS),
    ]
    following_up.plan_follow_up(
        work, one.keys, one.row(WILLOW).id, lines[0].due_on, lines[1:]
    )


def _paused(one: Telling) -> None:
    _talked(one)
    work = one.by(one.desk)
    until = (work.now + timedelta(days=40)).date()
    moving.pause(work, one.case.id, PauseReason.MEDICAL, until, one.case.version)


def _closed(code: Closing) -> Callable[[Telling], None]:
    def story(one: Telling) -> None:
        _talked(one)
        work = one.by(one.desk)
        moving.close(work, one.case.id, code, one.case.version)

    return story


def _treated(one: Telling) -> None:
    _followed(one)
    work = one.by(one.desk)
    moving.close(work, one.case.id, Closing.TREATED, one.case.version)


def _withdrew(one: Telling) -> None:
    _talked(one)
    moving.close_as_patient(one.by(VISITOR), one.case.inquiry_id, Closing.WITHDREW)


STORIES: tuple[tuple[float, Callable[[Telling], None]], ...] = (
    (0.1, _unread),
    (12, _unread),
    (1.5, _talked),
    (2, _asked),
    (2.5, _proposed),
    (3, _offered),
    (4, _lacking),
    (4.5, _declined),
    (6, _reviewing),
    (7, _consulting),
    (9, _compared),
    (12, _agreed),
    (16, _walked(Step.EVALUATION)),
    (19, _walked(Step.MANUFACTURING)),
    (22, _walked(Step.INFUSION)),
    (26, _followed),
    (5, _paused),
    (29, _treated),
    (28, _closed(Closing.NO_CAPACITY)),
    (25, _closed(Closing.COST)),
    (20, _withdrew),
)
"""How many days ago each began, and how it went on."""


def tell_stories(work: Work, keys: KeyRing) -> int:
    """Add invented cases in every step and state, unless there are some.

    Args:
        work: One transaction, after invented people were added.
        keys: Seals what is written.

    Returns:
        How many were added.
    """
    there = select(func.count()).select_from(Case).where(Case.is_invented)
    if work.session.scalar(there):
        return 0
    desk = _seat(
        work, "desk@bridge.example.org", Role.FACILITATOR, Role.FACILITATOR_MANAGER
    )
    seats = {
        WILLOW: _seat(
            work, "coordinator@willow.example.org", Role.HOSPITAL_COORDINATOR
        ),
        BIRCH: _seat(work, "coordinator@birch.example.org", Role.HOSPITAL_COORDINATOR),
    }
    choice = Choice(whom=Whom.FACILITATOR, facilitator=FACILITATOR)
    for number, (days, story) in enumerate(STORIES):
        began = replace(work, now=_at(work.now, days))
        case = invent_case(began, keys, choice, Random(f"story {number}"))  # noqa: S311
        story(Telling(began, keys, case, desk, seats))
        work.session.flush()
    return len(STORIES)


def _at(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)


def _seat(work: Work, email: str, *roles: Role) -> Actor:
    person, office = work.session.execute(
        select(Person.id, Membership.organization_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.email == email)
        .limit(1)
    ).one()
    return Actor(
        f"demonstration:{person}",
        frozenset({*roles, Role.PERSON}),
        person=person,
        organization=office,
        organizations=frozenset({office}),
    )
