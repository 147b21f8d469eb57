"""Whoever claims a listing proves it, and somebody else decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.model import Membership, Organization, Person
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.listings.actions import publish
from directory.listings.rules.document import Kind
from directory.outbox.model import Promise
from directory.submissions.actions.claims import (
    AlreadyClaimedError,
    AlreadyKeptError,
    LetterCodeError,
    approve_claim,
    claim,
    decline_claim,
    prove_by_letter,
    send_letter,
)
from directory.submissions.model import ListingClaim, ListingKeeper
from directory.submissions.queries.claims import claim_page, claims, claims_of
from directory.submissions.rules.claims import (
    ClaimStateError,
    domain_of,
    letter_digest,
    new_letter_code,
    proves,
)
from directory.submissions.rules.states import ClaimState, Proof
from tests.listings.documents import center, sourced
from tests.submissions.people import acting, keep

SITE = {"field": "website", "value": "https://www.willow.example.org/en/"} | sourced()


def claimed(work, slug="willow-hospital", **fields):
    given = {
        "kind": Kind.CENTER,
        "slug": slug,
        "named": "Willow Hospital",
        "city": None,
        "website": "",
        "position": "International office",
        "note": "",
    }
    return claim(work, **(given | fields))


@pytest.fixture
def listing(work):
    publish(work, center(details=[SITE]), authority="test")


@pytest.fixture
def somebody(work, listing):
    return acting(work, email="desk@willow.example.org")


@pytest.fixture
def stranger(work, listing):
    return acting(work, email="desk@mail.example.com")


@pytest.fixture
def moderator(work, listing):
    return acting(work, Role.MODERATOR)


def row(work, public_id):
    return work.session.scalars(
        select(ListingClaim).where(ListingClaim.public_id == public_id)
    ).one()


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.willow.example.org/en/", "willow.example.org"),
        ("willow.example.org", "willow.example.org"),
        ("http://Willow.Example.ORG:8080", "willow.example.org"),
        ("https://192.0.2.7/", None),
        ("nonsense", None),
        ("https://[bad", None),
        ("", None),
    ],
)
def test_a_website_has_a_domain(url, domain):
    assert domain_of(url) == domain


@pytest.mark.parametrize(
    ("email", "is_proof"),
    [
        ("a@willow.example.org", True),
        ("a@mail.willow.example.org", True),
        ("a@example.org", False),
        ("a@evilwillow.example.org", False),
        ("a@willow.example.org.evil.test", False),
        ("willow.example.org@evil.test", False),
    ],
)
def test_only_the_hospitals_own_domain_proves(email, is_proof):
    assert proves(email, frozenset({"willow.example.org"})) is is_proof


def test_a_code_is_read_however_it_is_typed():
    code = new_letter_code()

    assert len(code) == 19
    assert letter_digest("a", code) == letter_digest(
        "a", code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    )
    assert letter_digest("a", code) != letter_digest("b", code)


def test_an_address_at_the_published_domain_waits_for_a_moderator_at_once(
    work, somebody
):
    found = row(work, claimed(somebody))

    assert (found.proof, found.state) == (Proof.DOMAIN, ClaimState.WAITING)


def test_another_address_waits_for_a_letter(work, stranger):
    found = row(work, claimed(stranger))

    assert (found.proof, found.state) == (Proof.LETTER, ClaimState.UNCONFIRMED)


def test_what_one_types_as_website_proves_nothing(work, stranger):
    public_id = claimed(stranger, slug=None, website="https://mail.example.com")

    assert row(work, public_id).state == ClaimState.UNCONFIRMED


def test_the_letter_leads_to_a_moderator(work, stranger, moderator):
    public_id = claimed(stranger)
    code = send_letter(moderator, public_id)

    prove_by_letter(stranger, public_id, f" {code.lower()} ")

    assert row(work, public_id).state == ClaimState.WAITING


def test_a_wrong_code_an_old_letter_and_an_earlier_letter_prove_nothing(
    work, stranger, moderator
):
    public_id = claimed(stranger)
    earlier = send_letter(moderator, public_id)
    code = send_letter(moderator, public_id)
    late = replace(stranger, now=work.now + timedelta(days=61))

    for who, typed in ((stranger, "WRNG"), (stranger, earlier), (late, code)):
        with pytest.raises(LetterCodeError):
            prove_by_letter(who, public_id, typed)
    assert row(work, public_id).state == ClaimState.UNCONFIRMED


def test_the_code_helps_nobody_else(work, stranger, moderator):
    public_id = claimed(stranger)
    code = send_letter(moderator, public_id)

    with pytest.raises(NotFoundError):
        prove_by_letter(acting(work), public_id, code)


def test_approval_makes_a_manager_of_an_organization_that_keeps_the_listing(
    work, somebody, moderator
):
    public_id = claimed(somebody)

    approve_claim(moderator, public_id)

    found = row(work, public_id)
    keeper = work.session.scalars(select(ListingKeeper)).one()
    office = work.session.get_one(Organization, keeper.organization_id)
    member = work.session.scalars(
        select(Membership).where(Membership.organization_id == office.id)
    ).one()
    assert (found.state, found.organization_id) == (ClaimState.APPROVED, office.id)
    assert (office.kind, office.domains) == ("hospital", ["willow.example.org"])
    assert (member.person_id, member.role) == (
        somebody.actor.person,
        "hospital-manager",
    )
    assert "mail.claim-decided" in work.session.scalars(select(Promise.kind)).all()


def test_a_claim_that_is_not_proved_is_not_approved(stranger, moderator):
    public_id = claimed(stranger)

    with pytest.raises(ClaimStateError):
        approve_claim(moderator, public_id)


def test_declining_gives_the_reason(work, stranger, moderator):
    public_id = claimed(stranger)

    decline_claim(moderator, public_id, "The hospital does not know the name.")

    assert claim_page(work.session, public_id).reason == (
        "The hospital does not know the name."
    )
    with pytest.raises(ClaimStateError):
        decline_claim(moderator, public_id, "Again.")


def test_nobody_decides_their_own(work, listing):
    both = acting(work, Role.MODERATOR, email="m@willow.example.org")
    public_id = claimed(both)

    with pytest.raises(RefusedError):
        approve_claim(both, public_id)


def test_who_may_not_decide(somebody):
    public_id = claimed(somebody)

    for forbidden in (approve_claim, send_letter):
        with pytest.raises(RefusedError):
            forbidden(somebody, public_id)


def test_a_listing_that_is_kept_is_not_claimed_again(work):
    keep(work, "birch-hospital")

    with pytest.raises(AlreadyKeptError):
        claimed(acting(work), "birch-hospital")


def test_two_people_claim_and_the_second_approval_finds_a_keeper(
    work, somebody, moderator
):
    colleague = acting(work, email="other@willow.example.org")
    first, second = claimed(somebody), claimed(colleague)
    approve_claim(moderator, first)

    with pytest.raises(AlreadyKeptError):
        approve_claim(moderator, second)


def test_one_person_claims_once(work, somebody):
    public_id = claimed(somebody)

    with pytest.raises(AlreadyClaimedError) as refused:
        claimed(somebody)

    assert refused.value.facts["claim"] == public_id


def test_a_visitor_and_an_unconfirmed_address_claim_nothing(work, somebody):
    person = work.session.get_one(Person, somebody.actor.person)
    person.confirmed_at = None

    with pytest.raises(RefusedError):
        claimed(somebody)
    with pytest.raises(RefusedError):
        claimed(work)


def test_an_unknown_listing_cannot_be_claimed(somebody):
    with pytest.raises(NotFoundError):
        claimed(somebody, "no-such-hospital")


def test_claims_are_listed_for_their_maker_and_for_moderators(work, somebody, stranger):
    mine, theirs = claimed(somebody), claimed(stranger)

    assert [
        one.public_id for one in claims_of(work.session, somebody.actor.person)
    ] == [mine]
    waiting = claims(work.session, [ClaimState.WAITING])
    assert [(one.public_id, one.domains) for one in waiting] == [
        (mine, ("willow.example.org",))
    ]
    by_letter = claims(work.session, [ClaimState.UNCONFIRMED])
    assert [one.public_id for one in by_letter] == [theirs]
