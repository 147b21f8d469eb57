"""Wrong states that the tables refuse, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from directory.listings.actions import publish
from directory.listings.model import (
    Current,
    Draft,
    Fact,
    Listing,
    Tombstone,
    Version,
)
from tests.listings.documents import CHECKED, center


@pytest.fixture
def published(work):
    publish(work, center(), authority="seed")
    return work


def icu(**values):
    return update(Fact).where(Fact.field == "capability.icu").values(**values)


def silent(**values):
    return update(Fact).where(Fact.field == "capability.apheresis").values(**values)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (lambda: icu(source_id=None), "sourced_has_source"),
        (lambda: icu(basis=None), "stated_has_basis"),
        (lambda: icu(basis="hearsay"), "basis_known"),
        (lambda: icu(value="perhaps"), "capability_value_known"),
        (lambda: icu(value="not-stated"), "not_stated_has_no_basis"),
        (lambda: silent(basis="unverified"), "not_stated_has_no_basis"),
        (lambda: silent(statement="Nobody says."), "not_stated_has_no_basis"),
        (lambda: icu(as_of="20"), "as_of_is_partial_date"),
        (lambda: icu(next_due=CHECKED), "due_after_check"),
        (lambda: icu(part="rumor"), "part_known"),
        (
            lambda: update(Fact).where(Fact.part == "treatment").values(value="sold"),
            "route_known",
        ),
        (lambda: update(Version).values(number=0), "number_positive"),
        (lambda: update(Version).values(digest="0"), "digest_is_sha256"),
        (lambda: update(Version).values(authority=""), "authority_named"),
        (lambda: update(Listing).values(kind="shop"), "kind_known"),
        (lambda: update(Listing).values(state="lost"), "state_known"),
        (lambda: update(Current).values(state="draft"), "only_published"),
    ],
)
def test_the_tables_refuse_a_wrong_state(published, wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        published.session.execute(wrong())


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _work: update(Listing).values(state="draft"),
        lambda _work: update(Listing).values(state="withdrawn"),
        lambda _work: update(Current).values(number=2),
        lambda work: insert(Draft).values(
            listing_id=work.session.scalar(select(Listing.id)),
            state="draft",
            document={},
            digest="0" * 64,
            changed_at=work.now,
            authority="seed",
        ),
        lambda work: insert(Tombstone).values(
            listing_id=work.session.scalar(select(Listing.id)),
            state="withdrawn",
            reason="It closed.",
            withdrawn_at=work.now,
            withdrawn_by="test",
        ),
    ],
    ids=[
        "a draft with a current version",
        "a withdrawn listing with a current version",
        "a current version that does not exist",
        "a draft of a published listing",
        "a tombstone of a published listing",
    ],
)
def test_a_listing_is_in_one_state_only(published, wrong):
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        published.session.execute(wrong(published))


def test_two_listings_do_not_share_a_name(published):
    twice = insert(Listing).values(
        kind="center", slug="willow-hospital", state="draft", added_at=published.now
    )

    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        published.session.execute(twice)


def test_two_versions_do_not_share_a_number(published):
    (version,) = published.session.scalars(select(Version))

    twice = insert(Version).values(
        listing_id=version.listing_id,
        number=version.number,
        document=version.document,
        digest=version.digest,
        published_at=version.published_at,
        authority="seed",
    )
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        published.session.execute(twice)
