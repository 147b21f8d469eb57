"""A facilitator says who pays it; what it does not say is not stated."""

from __future__ import annotations

import pytest

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.cases.actions.interests import state_interests, take_back_interests
from directory.cases.model import InterestCard
from directory.cases.queries.interests import Card, interest_cards
from directory.cases.rules.interests import (
    Interests,
    InterestsClaimError,
    InterestsError,
    Payer,
)
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.text import Language
from directory.submissions.model import ListingKeeper
from tests.cases.people import keeper
from tests.conftest import NOW
from tests.submissions.people import acting

BRIDGE = "bridge-invented"
FEES = "The patient pays for interpreting by the hour."


@pytest.fixture
def desk(people, work):
    """Return somebody at the facilitator that keeps the invented listing."""
    office = keeper(work, BRIDGE, OrganizationKind.FACILITATOR)
    return acting(people.owner, Role.FACILITATOR, organization=office)


def card(work):
    return interest_cards(work.session, [BRIDGE])[BRIDGE]


def test_where_nothing_was_said_nothing_is_stated(people, work):
    found = interest_cards(work.session, [BRIDGE, "nobody"])

    assert found == {BRIDGE: Card(BRIDGE), "nobody": Card("nobody")}
    assert not found[BRIDGE].is_stated


def test_what_is_said_is_dated_and_has_a_name_to_it(desk, work):
    said = Interests(
        paid_by=frozenset({Payer.PATIENT, Payer.HOSPITAL}),
        contracts=frozenset({"east-invented"}),
        words={Language.EN: FEES},
    )
    state_interests(desk, BRIDGE, said)

    found = card(work)
    assert found.paid_by == (Payer.PATIENT, Payer.HOSPITAL)
    assert (found.contracts, found.has_no_contracts) == (("east-invented",), False)
    assert found.words == {"en": FEES}
    assert found.stated_on == NOW.date()
    assert found.office.startswith("Invented facilitator")


def test_having_none_is_not_the_same_as_saying_nothing(desk, work):
    state_interests(desk, BRIDGE, Interests(has_no_contracts=True))
    said = card(work)
    state_interests(desk, BRIDGE, Interests(paid_by=frozenset({Payer.OTHER})))

    assert (said.says_contracts, said.has_no_contracts) == (True, True)
    assert card(work).says_contracts is False


def test_earlier_statements_are_kept(desk, work):
    for payer in (Payer.PATIENT, Payer.HOSPITAL):
        state_interests(desk, BRIDGE, Interests(paid_by=frozenset({payer})))

    rows = work.session.query(InterestCard).order_by(InterestCard.version).all()
    assert [(row.version, row.paid_by) for row in rows] == [
        (1, ["patient"]),
        (2, ["hospital"]),
    ]
    assert [row.ended_at is None for row in rows] == [False, True]


def test_taking_back_leaves_nothing_stated(desk, work):
    state_interests(desk, BRIDGE, Interests(has_no_contracts=True))
    take_back_interests(desk, BRIDGE)
    take_back_interests(desk, BRIDGE)

    assert not card(work).is_stated
    events = [entry.event for entry in work.session.query(Entry)]
    assert events.count("interests.stated") == events.count("interests.taken-back") == 1


def test_it_counts_only_while_its_speaker_keeps_the_listing(desk, work):
    state_interests(desk, BRIDGE, Interests(has_no_contracts=True))
    work.session.query(ListingKeeper).filter_by(
        organization_id=desk.actor.organization
    ).delete()

    assert not card(work).is_stated


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        (Interests(), "paid_by", "nothing-said"),
        (
            Interests(has_no_contracts=True, contracts=frozenset({"east-invented"})),
            "contracts",
            "contradicts",
        ),
        (
            Interests(contracts=frozenset({"nowhere"})),
            "contracts",
            "unknown-center",
        ),
        (
            Interests(contracts=frozenset(f"c{n}" for n in range(201))),
            "contracts",
            "too-many",
        ),
        (Interests(words={Language.RU: "я" * 1001}), "words_ru", "too-long"),
    ],
)
def test_what_cannot_stand_is_refused(desk, work, said, field, reason):
    with pytest.raises(InterestsError) as refused:
        state_interests(desk, BRIDGE, said)

    assert (refused.value.facts["field"], refused.value.facts["reason"]) == (
        field,
        reason,
    )
    assert not card(work).is_stated


@pytest.mark.parametrize(
    "words",
    [
        {Language.EN: "We are the best and guarantee a cure."},
        {Language.ZH: "保证治愈，全国第一。"},
    ],
)
def test_praise_and_promises_are_refused(desk, work, words):
    with pytest.raises(InterestsClaimError) as refused:
        state_interests(desk, BRIDGE, Interests(words=words))

    assert {finding.field for finding in refused.value.findings} <= {
        f"words_{language.value}" for language in words
    }
    assert not card(work).is_stated


def test_nobody_speaks_for_another(people, desk):
    said = Interests(has_no_contracts=True)

    with pytest.raises(NotFoundError):
        state_interests(people.owner, BRIDGE, said)
    with pytest.raises(NotFoundError):
        state_interests(desk, "east-invented", said)
    with pytest.raises(RefusedError):
        state_interests(people.east, "east-invented", said)
