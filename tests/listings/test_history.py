"""How listings came to say what they say, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.core.errors import NotFoundError
from directory.listings.actions import draft, publish, withdraw
from directory.listings.queries import (
    WithdrawnError,
    between,
    facilitator_version,
    field_history,
    history,
    provenance,
    recent,
)
from directory.listings.rules.authority import Authority, Word, word
from directory.listings.rules.differences import by_field, differences
from directory.listings.rules.document import CAPABILITIES, Kind
from directory.listings.rules.views import borne, center_view, facilitator_view
from tests.conftest import NOW
from tests.listings.documents import (
    CHECKED,
    capabilities,
    center,
    facilitator,
    sourced,
)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("seed", Word(Authority.EDITORS)),
        ("editors", Word(Authority.EDITORS)),
        ("submission:" + "a" * 32, Word(Authority.SUBMISSION, "a" * 32)),
        ("recheck:1:2", Word(Authority.RECHECK, "1:2")),
        ("correction:K-7F3Q-2MXA", Word(Authority.CORRECTION, "K-7F3Q-2MXA")),
        ("correction:", Word(Authority.EDITORS)),
        ("somebody:x", Word(Authority.EDITORS)),
        ("", Word(Authority.EDITORS)),
    ],
)
def test_an_authority_is_read_as_it_is_written(written, found):
    assert word(written) == found


def test_every_fact_of_a_page_has_a_place_of_its_own_in_its_document():
    document = center()
    page = center_view(document, version=1, published_at=NOW, today=CHECKED)
    fields = [fact.field for fact in borne(page)]

    assert len(fields) == len(set(fields))
    assert len(fields) == 1 + 3 + 1 + 1 + 1 + len(CAPABILITIES)
    assert set(fields) <= set(by_field(document.model_dump(mode="json")))
    helper = facilitator_view(facilitator(), version=1, published_at=NOW, today=CHECKED)
    assert {fact.field for fact in borne(helper)} == {
        "identity",
        "website",
        "city.beijing",
        "language.en",
        "service.1",
    }


def test_a_difference_carries_what_the_document_said():
    (found,) = differences({"aliases": ["a"]}, {"aliases": ["b"]})

    assert (found.was, found.now) == (["a"], ["b"])
    assert hash(found) == hash(differences({"aliases": ["a"]}, {"aliases": ["b"]})[0])


@pytest.fixture
def changed(work):
    """Three versions of a center; the second changed the ICU, the third the names."""
    publish(work, center(), authority="seed")
    icu = {"value": "no"} | sourced(statement="Closed.")
    publish(work, center(capabilities=capabilities(icu=icu)), authority="submission:1")
    publish(
        work,
        center(capabilities=capabilities(icu=icu), names={"en": "W", "zh": "柳"}),
        authority="seed",
    )
    publish(work, facilitator(), authority="seed")
    publish(work, facilitator(names={"en": "Willow Tours"}), authority="seed")
    draft(work, center("ash-hospital", state="draft"), authority="seed")
    return work


def test_a_field_knows_the_versions_that_changed_it(changed):
    found = field_history(
        changed.session, Kind.CENTER, "willow-hospital", "capability.icu"
    )

    assert [change.version.number for change in found] == [2, 1]
    assert found[0].version.word == Word(Authority.SUBMISSION, "1")
    assert found[0].difference.was["value"] == "yes"
    assert found[0].difference.now["value"] == "no"
    assert field_history(changed.session, Kind.CENTER, "willow-hospital", "x") == ()


def test_two_versions_are_compared_whatever_lies_between(changed):
    found = between(changed.session, Kind.CENTER, "willow-hospital", 3, 1)

    assert (found.earlier, found.later) == (1, 3)
    fields = {change.field for change in found.changes}
    assert {"names.en", "names.zh", "capability.icu"} <= fields
    same = between(changed.session, Kind.CENTER, "willow-hospital", 2, 2)
    assert same.changes == ()


@pytest.mark.parametrize(
    "look",
    [
        lambda session: between(session, Kind.CENTER, "willow-hospital", 1, 4),
        lambda session: between(session, Kind.CENTER, "ash-hospital", 1, 1),
        lambda session: between(session, Kind.FACILITATOR, "willow-hospital", 1, 1),
        lambda session: history(session, Kind.CENTER, "ash-hospital"),
        lambda session: field_history(session, Kind.CENTER, "no-hospital", "identity"),
        lambda session: facilitator_version(session, "willow-travel", 3, today=CHECKED),
        lambda session: recent(
            session, kind=Kind.FACILITATOR, slug="willow-hospital", most=5
        ),
    ],
)
def test_what_is_not_there_is_not_found(changed, look):
    with pytest.raises(NotFoundError):
        look(changed.session)


def test_a_facilitator_has_versions_and_a_feed_too(changed):
    first = facilitator_version(changed.session, "willow-travel", 1, today=CHECKED)

    assert first.names == {"en": "Willow Travel"}
    found = recent(changed.session, kind=Kind.FACILITATOR, slug="willow-travel", most=5)
    assert [one.version.number for one in found] == [2, 1]


@pytest.mark.parametrize(
    "look",
    [
        lambda session: between(session, Kind.CENTER, "willow-hospital", 1, 2),
        lambda session: history(session, Kind.CENTER, "willow-hospital"),
        lambda session: field_history(
            session, Kind.CENTER, "willow-hospital", "identity"
        ),
    ],
)
def test_what_was_withdrawn_has_no_history(changed, look):
    withdraw(changed, Kind.CENTER, "willow-hospital", "Closed.")

    with pytest.raises(WithdrawnError):
        look(changed.session)


def test_provenance_counts_what_readers_see(changed):
    found = provenance(changed.session, today=CHECKED + timedelta(days=120))

    assert found.by_city == {
        "beijing": {"not-stated": len(CAPABILITIES) - 1, "sourced": 5, "unverified": 3}
    }
    # The news that the invented documents cite: five of the center, four of the other.
    assert found.by_source == {"news": 9}
    assert found.sources == 1
    # Treatment and trial; website, language and service.
    assert found.overdue == {"beijing": 2, "": 3}
