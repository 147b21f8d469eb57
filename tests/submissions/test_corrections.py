"""Corrections by readers: reference, address, outcome, and who decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import VISITOR, Actor, Role, system
from directory.core.codes import ALPHABET, CodeMistypedError
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError, RefusedError
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.actions import publish, withdraw
from directory.listings.model import Listing
from directory.listings.queries import WithdrawnError
from directory.listings.rules.document import Kind
from directory.outbox.model import Promise
from directory.submissions.actions.corrections import (
    Wrong,
    confirm_address,
    decide_correction,
    erase_addresses,
    rewrap_addresses,
    send_correction,
)
from directory.submissions.model import Correction, ListingKeeper
from directory.submissions.queries.corrections import (
    addressed,
    correction_for_review,
    correction_page,
    open_corrections,
)
from directory.submissions.rules.corrections import (
    KEPT_AFTER_OUTCOME,
    KEPT_UNCONFIRMED,
    REFERENCES,
    DecidedError,
    OutcomeError,
    OwnListingError,
    check_outcome,
    read_reference,
    reference,
)
from directory.submissions.rules.states import CorrectionState
from tests.conftest import NOW
from tests.listings.documents import center
from tests.web.people import add_organization, add_person

KEYS = KeyRing.new()
ACCEPTED, DECLINED, DUPLICATE = (
    CorrectionState.ACCEPTED,
    CorrectionState.DECLINED,
    CorrectionState.DUPLICATE,
)
numbers = st.integers(min_value=0, max_value=REFERENCES - 1)


@given(numbers)
def test_a_reference_is_read_back_however_it_is_typed(number):
    written = reference(number)

    assert written.startswith("K-")
    assert len(written) == len("K-7F3Q-2MXA")
    for typed in (written.lower(), written.replace("-", " "), written[2:]):
        assert read_reference(typed) == written


@given(numbers, st.integers(2, 10), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(number, place, symbol):
    written = reference(number)
    if written[place] in {"-", symbol}:
        return

    with pytest.raises(CodeMistypedError):
        read_reference(written[:place] + symbol + written[place + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "K-", "K-7F3Q-2MX", "K-7F3Q-2MXA-2", "K-U3Q!-2MXA"]
)
def test_what_is_no_reference_is_refused(typed):
    with pytest.raises(CodeMistypedError):
        read_reference(typed)


@pytest.mark.parametrize(
    ("outcome", "words", "more", "missing"),
    [
        (CorrectionState.OPEN, "why", {}, "outcome"),
        (ACCEPTED, " ", {}, "words"),
        (DECLINED, "x" * 2001, {}, "words"),
        (DECLINED, "why", {"changed_in": 2}, "no changed_in"),
        (DECLINED, "why", {"duplicate_of": "K-0000-0000"}, "no duplicate_of"),
        (DUPLICATE, "why", {}, "duplicate_of"),
    ],
)
def test_an_outcome_says_enough_and_not_too_much(outcome, words, more, missing):
    given = {"duplicate_of": None, "changed_in": None} | more

    with pytest.raises(OutcomeError) as refused:
        check_outcome(outcome, words, **given)
    assert refused.value.facts["missing"] == missing


@pytest.fixture
def listed(work):
    publish(work, center(), authority="seed")
    return work


@pytest.fixture
def visitor(listed):
    return replace(listed, actor=VISITOR)


@pytest.fixture
def moderator(listed):
    person = add_person(listed.session)
    actor = Actor("person:moderator", frozenset({Role.MODERATOR}), person=person.id)
    return replace(listed, actor=actor)


def wrong(**more: Any) -> Wrong:
    given: dict[str, Any] = {
        "kind": Kind.CENTER,
        "slug": "willow-hospital",
        "version": 1,
        "field": "capability.icu",
        "words": "It has ten beds.",
        "source_url": "https://example.org/beds",
        "email": "daughter@example.org",
        "language": Language.RU,
    }
    return Wrong(**(given | more))


def row_of(work: Work, reference: str) -> Correction:
    return work.session.scalars(
        select(Correction).where(Correction.reference == reference)
    ).one()


def promised(work: Work) -> list[tuple[str, dict[str, Any]]]:
    rows = work.session.scalars(select(Promise).order_by(Promise.id))
    return [(row.kind, row.payload) for row in rows if row.kind.startswith("mail.")]


def later(work: Work, by: timedelta) -> Work:
    return replace(work, now=work.now + by)


def test_a_correction_is_taken_and_its_address_sealed(visitor):
    sent = send_correction(visitor, KEYS, wrong())

    assert promised(visitor) == [("mail.correction-confirm", {"correction": sent})]
    row = row_of(visitor, sent)
    assert b"daughter" not in (row.sealed_email or b"")
    found = addressed(visitor.session, KEYS, sent)
    assert found is not None
    assert (found.email, found.language) == ("daughter@example.org", Language.RU)
    assert not found.is_confirmed
    entry = visitor.session.scalars(
        select(Entry).where(Entry.event == "correction.sent")
    ).one()
    assert entry.subject == "center:willow-hospital"
    assert entry.facts == {"reference": sent, "field": "capability.icu"}


def test_everybody_reads_the_field_and_the_state_but_not_the_words(visitor):
    page = correction_page(visitor.session, send_correction(visitor, KEYS, wrong()))

    assert page.state is CorrectionState.OPEN
    assert page.about is not None
    assert (page.about.field, page.about.version) == ("capability.icu", 1)
    assert "ten beds" not in repr(page)
    assert "ten beds" not in repr(
        correction_for_review(visitor.session, page.reference)
    )


@pytest.mark.parametrize("keys", [KEYS, None])
def test_without_an_address_or_keys_no_mail_is_promised(visitor, keys):
    email = None if keys else "daughter@example.org"

    sent = send_correction(visitor, keys, wrong(email=email, field="listing"))

    assert promised(visitor) == []
    assert row_of(visitor, sent).sealed_email is None


@pytest.mark.parametrize(
    "more",
    [
        {"slug": "no-hospital"},
        {"kind": Kind.FACILITATOR},
        {"field": "capability.nothing"},
        {"field": "names.en"},
        {"version": 2},
        {"version": 0},
    ],
)
def test_a_correction_of_what_is_not_there_is_refused(visitor, more):
    with pytest.raises(NotFoundError):
        send_correction(visitor, KEYS, wrong(**more))


def test_what_was_withdrawn_takes_no_correction_and_shows_none(listed, visitor):
    sent = send_correction(visitor, KEYS, wrong())
    withdraw(listed, Kind.CENTER, "willow-hospital", "Closed.")

    with pytest.raises(WithdrawnError):
        send_correction(visitor, KEYS, wrong())
    page = correction_page(listed.session, sent)
    assert page.about is None
    assert "illow" not in repr(page)
    assert open_corrections(listed.session) == ()


def test_the_outcome_is_told_to_a_confirmed_address_only(visitor, moderator):
    confirmed = send_correction(visitor, KEYS, wrong())
    other = send_correction(visitor, KEYS, wrong())
    confirm_address(visitor, confirmed)
    confirm_address(visitor, confirmed)

    for sent in (confirmed, other):
        decide_correction(moderator, sent, DECLINED, "The page says eight.")

    told = [payload for kind, payload in promised(visitor) if kind.endswith("decided")]
    assert told == [{"correction": confirmed}]
    page = correction_page(visitor.session, confirmed)
    assert (page.state, page.outcome) == (DECLINED, "The page says eight.")
    assert page.decided_at == NOW


def test_who_confirms_late_is_told_all_the_same(visitor, moderator):
    sent = send_correction(visitor, KEYS, wrong())
    decide_correction(moderator, sent, DECLINED, "The page says eight.")

    confirm_address(visitor, sent)

    assert promised(visitor)[-1] == ("mail.correction-decided", {"correction": sent})


def test_what_was_accepted_names_the_version_that_put_it_right(
    listed, visitor, moderator
):
    sent = send_correction(visitor, KEYS, wrong())
    with pytest.raises(NotFoundError):
        decide_correction(moderator, sent, ACCEPTED, "Thank you.", changed_in=1)
    publish(listed, center(district="Haidian"), authority=f"correction:{sent}")

    decide_correction(moderator, sent, ACCEPTED, "Thank you.", changed_in=2)

    assert correction_page(listed.session, sent).changed_in == 2


def test_a_duplicate_leads_to_the_first_of_all(visitor, moderator):
    first, second, third = (send_correction(visitor, KEYS, wrong()) for _ in range(3))
    assert correction_for_review(visitor.session, third).same_field == (first, second)
    decide_correction(moderator, second, DUPLICATE, "", duplicate_of=first)

    decide_correction(moderator, third, DUPLICATE, "", duplicate_of=second)

    assert correction_page(visitor.session, third).duplicate_of == first
    with pytest.raises(NotFoundError):
        decide_correction(moderator, first, DUPLICATE, "", duplicate_of=third)
    assert [one.page.reference for one in open_corrections(visitor.session)] == [first]


def test_a_decision_stands(visitor, moderator):
    sent = send_correction(visitor, KEYS, wrong())
    decide_correction(moderator, sent, DECLINED, "No.")

    with pytest.raises(DecidedError):
        decide_correction(moderator, sent, ACCEPTED, "Yes.")


def test_nobody_decides_on_their_own_listing(listed, visitor, moderator):
    sent = send_correction(visitor, KEYS, wrong())
    office = add_organization(listed.session, OrganizationKind.HOSPITAL)
    listing = listed.session.scalars(select(Listing.id)).one()
    listed.session.add(
        ListingKeeper(listing_id=listing, organization_id=office.id, since=NOW)
    )
    listed.session.flush()
    own = replace(
        moderator,
        actor=replace(moderator.actor, organizations=frozenset({office.id})),
    )

    with pytest.raises(OwnListingError):
        decide_correction(own, sent, DECLINED, "No.")


def test_a_visitor_decides_nothing_and_erases_nothing(visitor):
    sent = send_correction(visitor, KEYS, wrong())

    with pytest.raises(RefusedError):
        decide_correction(visitor, sent, DECLINED, "No.")
    with pytest.raises(RefusedError):
        erase_addresses(visitor)


def test_addresses_are_erased_in_time(visitor, moderator):
    decided = send_correction(visitor, KEYS, wrong())
    waiting = send_correction(visitor, KEYS, wrong())
    ignored = send_correction(visitor, KEYS, wrong())
    for sent in (decided, waiting):
        confirm_address(visitor, sent)
    decide_correction(moderator, decided, DECLINED, "No.")
    program = replace(visitor, actor=system("expiry"))

    def erased(by: timedelta) -> set[str]:
        erase_addresses(later(program, by))
        return {
            sent
            for sent in (decided, waiting, ignored)
            if addressed(visitor.session, KEYS, sent) is None
        }

    second = timedelta(seconds=1)
    assert erased(KEPT_UNCONFIRMED - second) == set()
    assert erased(KEPT_UNCONFIRMED) == {ignored}
    assert erased(KEPT_AFTER_OUTCOME - second) == {ignored}
    assert erased(KEPT_AFTER_OUTCOME) == {ignored, decided}
    assert erased(timedelta(days=999)) == {ignored, decided}
    with pytest.raises(NotFoundError):
        confirm_address(visitor, ignored)


def test_a_new_key_takes_over(visitor):
    sent = send_correction(visitor, KEYS, wrong())
    grown = KEYS.with_key("k2", bytes(32)).led_by("k2")
    program = replace(visitor, actor=system("keys"))

    assert rewrap_addresses(program, grown) == 1
    assert rewrap_addresses(program, grown) == 0
    found = addressed(visitor.session, grown.without("k1"), sent)
    assert found is not None
    assert found.email == "daughter@example.org"
