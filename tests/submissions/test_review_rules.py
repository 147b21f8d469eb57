"""What must be settled, how risky something is, and what is published of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.knowledge.rules.digest import canonical
from directory.listings.rules.differences import by_field
from directory.listings.rules.document import Kind
from directory.submissions.rules import merging, review
from directory.submissions.rules.merging import DecidedApartError, Stand, merged
from directory.submissions.rules.review import (
    Answer,
    Case,
    Found,
    Obstacle,
    Proposed,
    Risk,
    obstacles,
    risks,
)
from directory.submissions.rules.states import Decision, SubmissionKind
from tests.listings.documents import center, facilitator, sourced

YES, NO, BACK = Decision.ACCEPTED, Decision.REJECTED, Decision.SENT_BACK
CHANGE, FIRST = SubmissionKind.CHANGE, SubmissionKind.FIRST
HOSPITAL, ME, OTHER = 1, 2, 3
STAND = Stand(
    keeps_basis=True,
    office="editors",
    stated_on=date(2026, 11, 20),
    today=date(2026, 11, 22),
)


def case(*decisions: Decision | None, **more: Any) -> Case:
    """Return a change by a hospital, with one field for each decision."""
    given_: dict[str, Any] = {
        "kind": CHANGE,
        "by_directory": False,
        "submitted_by": HOSPITAL,
        "is_kin": False,
        "moderator": ME,
        "approved_by": frozenset(),
        "fields": tuple(Proposed(f"f{n}", 1, 2, d) for n, d in enumerate(decisions)),
        "findings": (),
    }
    return Case(**(given_ | more))


@pytest.mark.parametrize(
    ("one", "left"),
    [
        (case(YES), []),
        (case(YES, NO), []),
        (case(NO), [Obstacle.NOTHING_ACCEPTED]),
        (case(YES, None), [Obstacle.UNDECIDED]),
        (case(YES, BACK), [Obstacle.SENT_BACK]),
        (case(YES, findings=(Found("f0"),)), [Obstacle.UNANSWERED]),
        (case(YES, findings=(Found("f0", Answer.UPHELD),)), [Obstacle.UPHELD]),
        (case(YES, NO, findings=(Found("f1", Answer.UPHELD),)), []),
        (case(YES, findings=(Found("f0", Answer.DISMISSED),)), []),
        (case(YES, kind=FIRST), [Obstacle.SECOND_PERSON]),
        (case(YES, kind=FIRST, approved_by=frozenset({OTHER})), []),
        (case(YES, kind=FIRST, approved_by=frozenset({ME})), [Obstacle.SECOND_PERSON]),
        (
            case(YES, kind=FIRST, approved_by=frozenset({HOSPITAL})),
            [Obstacle.SECOND_PERSON],
        ),
        (case(YES, kind=FIRST, by_directory=True, submitted_by=OTHER), []),
        (case(YES, by_directory=True, submitted_by=OTHER, is_kin=True), []),
        (case(YES, is_kin=True), [Obstacle.OWN]),
        (case(YES, submitted_by=ME), [Obstacle.OWN]),
        (
            case(YES, by_directory=True, submitted_by=ME, is_kin=True),
            [Obstacle.OWN, Obstacle.SECOND_PERSON],
        ),
    ],
)
def test_what_is_left_before_publishing(one, left):
    assert list(obstacles(one)) == left


def fact(**more: object) -> dict[str, object]:
    return {"basis": "attested", "checked_on": "2026-11-22", **more}


SOURCED = fact(source={"url": "https://example.org"})


@pytest.mark.parametrize(
    ("kind", "fields", "findings", "level", "reasons"),
    [
        (CHANGE, [("aliases", ["A"])], 0, "low", []),
        (CHANGE, [("capability.icu", SOURCED)], 0, "low", []),
        (CHANGE, [("capability.icu", fact())], 0, "low", [(Risk.NO_EVIDENCE, 1)]),
        (CHANGE, [("capability.pet_ct", fact(value="not-stated"))], 0, "low", []),
        (FIRST, [("city", "beijing")], 0, "middle", [(Risk.FIRST, 1)]),
        (CHANGE, [("trial.1", SOURCED)], 0, "middle", [(Risk.TRIAL, 1)]),
        (CHANGE, [("trial.1", None)], 0, "middle", [(Risk.TRIAL, 1)]),
        (
            CHANGE,
            [("treatment.1", SOURCED | {"route": "approved-product"})],
            1,
            "middle",
            [(Risk.PRODUCT, 1), (Risk.FINDING, 1)],
        ),
        (
            FIRST,
            [("treatment.1", SOURCED | {"route": "not-stated"}), ("price", SOURCED)],
            0,
            "high",
            [(Risk.FIRST, 1), (Risk.PRICE, 1), (Risk.TREATMENT, 1)],
        ),
    ],
)
def test_risk_is_explained(kind, fields, findings, level, reasons):
    proposed = [Proposed(field, None, after) for field, after in fields]

    found = risks(kind, proposed, findings=findings, with_evidence=())

    assert found.level == level
    assert list(found.reasons) == reasons


def test_evidence_beside_a_field_lessens_its_risk():
    field = Proposed("capability.icu", None, fact())

    bare = risks(CHANGE, [field], findings=0, with_evidence=())
    borne = risks(CHANGE, [field], findings=0, with_evidence={"capability.icu"})

    assert (bare.weight, borne.weight) == (2, 0)


@pytest.mark.parametrize("document", [center(), facilitator()])
def test_a_document_is_the_same_after_it_was_taken_apart(document):
    form = canonical(document)

    assert merging._nested(by_field(form)) == form


def trials(*names: str) -> list[dict[str, object]]:
    return [{"id": f"NCT{name}", "name": name} | sourced() for name in names]


def accept(before, after, *places: str) -> list[str]:
    """Return the trials that are left if these places are accepted."""
    old, new = canonical(center(trials=before)), canonical(center(trials=after))
    fields = [
        Proposed(one.field, one.was, one.now, YES if one.field in places else NO)
        for one in review.to_decide(old, new)
    ]
    document = merged(Kind.CENTER, CHANGE, fields, now=old, proposed=new, stand=STAND)
    return [trial.name or "" for trial in document.trials]


def test_an_added_trial_can_be_refused_while_another_is_accepted():
    left = accept(trials("A"), trials("A", "B", "C"), "trial.2")

    assert left == ["A", "B"]


def test_a_changed_trial_can_be_accepted_alone():
    assert accept(trials("A", "B"), trials("X", "Y"), "trial.2") == ["A", "Y"]


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        (("A", "B"), ("B",), ["trial.1"]),
        (("A", "B"), ("B",), ["trial.2"]),
        (("A", "B"), ("X", "A", "B"), ["trial.1"]),
        (("A", "B"), ("B", "A"), ["trial.2"]),
    ],
)
def test_entries_that_moved_are_accepted_all_or_none(before, after, places):
    with pytest.raises(DecidedApartError):
        accept(trials(*before), trials(*after), *places)


names = st.lists(st.sampled_from("ABCDE"), max_size=4, unique=True)


@given(names, names, st.sets(st.sampled_from([f"trial.{n}" for n in range(1, 5)])))
def test_no_entry_that_nobody_touched_is_lost_or_doubled(before, after, places):
    try:
        left = accept(trials(*before), trials(*after), *places)
    except DecidedApartError:
        return

    assert len(set(left)) == len(left)
    assert set(left) >= set(before) & set(after)


def test_all_accepted_is_what_was_proposed():
    assert accept(trials("A", "B"), trials("B"), "trial.1", "trial.2") == ["B"]


def test_what_a_hospital_takes_out_is_gone():
    old = canonical(center())
    new = canonical(center(details=[]))
    fields = [Proposed(d.field, d.was, d.now, YES) for d in review.to_decide(old, new)]

    document = merged(Kind.CENTER, CHANGE, fields, now=old, proposed=new, stand=STAND)

    assert document.details == ()
