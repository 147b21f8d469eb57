"""Importing sheets: read first, taken over once, by whoever read them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.accounts.model import Organization
from directory.audit.model import Entry
from directory.core.actor import Role
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError, RefusedError
from directory.knowledge.rules.digest import canonical
from directory.listings.actions import publish
from directory.listings.rules.differences import by_field
from directory.listings.rules.document import Basis
from directory.outbox.model import Promise
from directory.submissions.actions.imports import (
    ImportExpiredError,
    ImportMovedOnError,
    ImportNotCleanError,
    ImportOpenError,
    confirm,
    dry_run,
)
from directory.submissions.actions.submitting import submit, take_back
from directory.submissions.model import (
    ImportRun,
    ListingKeeper,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.imports import import_page
from directory.submissions.rules.sheets.applying import Word, applied
from directory.submissions.rules.sheets.report import Problem, SheetRow
from directory.submissions.rules.states import ImportState, SubmissionState
from tests.conftest import NOW
from tests.inquiries.test_at_once import together
from tests.listings.documents import CHECKED, SOURCE, center
from tests.submissions.people import acting, keep
from tests.submissions.sheets import PAGE, text

ROWS = [
    ("willow-hospital", "apheresis", "yes", PAGE, "2026-03", "Two machines"),
    ("willow-hospital", "icu", "yes", "", "", ""),
    ("willow-hospital", "website", "https://hospital.example.org", "", "", ""),
]


@pytest.fixture
def hospital(work):
    """Return the unit of work of an editor of the hospital that keeps the center."""
    office = keep(work)
    return acting(work, Role.HOSPITAL_EDITOR, organization=office)


def sheet(rows=ROWS) -> io.BytesIO:
    return io.BytesIO(text(rows))


def submissions(work) -> list[Submission]:
    return list(work.session.scalars(select(Submission).order_by(Submission.slug)))


def events(work) -> list[str]:
    return list(work.session.scalars(select(Entry.event).order_by(Entry.seq)))


def test_reading_a_sheet_changes_nothing_and_says_what_would(hospital):
    view = dry_run(hospital, sheet(), "facts.csv")

    assert (view.name, view.state, view.encoding) == (
        "facts.csv",
        ImportState.CHECKED,
        "utf-8",
    )
    assert (view.read, view.rows, view.count, view.changes) == (3, 3, 0, 2)
    assert [(one.slug, one.number, one.changes) for one in view.centers] == [
        ("willow-hospital", 1, 2)
    ]
    assert [one.field for one in view.sample] == ["website", "capability.apheresis"]
    assert view.is_confirmable(hospital.now)
    assert submissions(hospital) == []
    assert events(hospital)[-1] == "import.checked"


def test_confirming_submits_what_the_sheet_changes(hospital):
    view = confirm(hospital, dry_run(hospital, sheet(), "facts.csv").public_id)

    (row,) = submissions(hospital)
    assert view.submissions == {"willow-hospital": row.public_id}
    assert row.state == SubmissionState.SUBMITTED.value
    assert (row.base_version, row.organization_id, row.submitted_by) == (
        1,
        hospital.actor.organization,
        hospital.actor.person,
    )
    office = hospital.session.get_one(Organization, row.organization_id).name
    fact = by_field(row.proposed or {})["capability.apheresis"]
    assert fact == {
        "key": "apheresis",
        "value": "yes",
        "basis": "attested",
        "source": {"url": PAGE},
        "as_of": "2026-03",
        "checked_on": "2026-11-22",
        "checked_by": f"{office} (hospital)",
        "statement": "Two machines",
    }
    fields = hospital.session.scalars(
        select(SubmissionField.field).order_by(SubmissionField.position)
    )
    assert list(fields) == ["website", "capability.apheresis"]
    assert events(hospital)[-2:] == ["submission.submitted", "import.confirmed"]


def test_confirming_twice_submits_once(hospital):
    run = dry_run(hospital, sheet(), "facts.csv").public_id
    first = confirm(hospital, run)
    second = confirm(hospital, run)

    assert first.submissions == second.submissions
    assert len(submissions(hospital)) == 1
    assert events(hospital).count("import.confirmed") == 1


def test_a_button_pressed_by_eight_at_once_submits_once(engine, hospital):
    run = dry_run(hospital, sheet(), "facts.csv").public_id
    hospital.session.commit()
    sessions = make_sessions(engine)

    def press(_number):
        with sessions.begin() as session:
            return confirm(replace(hospital, session=session), run).submissions

    found = together(press)

    assert all(one == found[0] for one in found)
    assert len(submissions(hospital)) == 1
    assert events(hospital).count("import.confirmed") == 1


def test_the_linter_reads_what_a_sheet_brings(hospital):
    rows = [("willow-hospital", "apheresis", "yes", "", "", "The best unit in Asia")]
    confirm(hospital, dry_run(hospital, sheet(rows), "facts.csv").public_id)

    found = hospital.session.scalars(select(SubmissionFinding)).all()
    assert [(one.field, one.rule, one.excerpt) for one in found] == [
        ("capability.apheresis", "superlative", "best")
    ]


def test_a_sheet_with_an_error_is_never_confirmed(hospital):
    rows = [*ROWS, ("willow-hospital", "gmp", "yes")]
    view = dry_run(hospital, sheet(rows), "facts.csv")

    assert [(one.problem, one.row, one.column) for one in view.errors] == [
        (Problem.FIELD_UNKNOWN, 5, "B")
    ]
    assert not view.is_confirmable(hospital.now)
    with pytest.raises(ImportNotCleanError):
        confirm(hospital, view.public_id)
    assert submissions(hospital) == []


def test_a_sheet_that_says_what_is_published_has_nothing_to_confirm(hospital):
    view = dry_run(hospital, sheet(ROWS[1:2]), "facts.csv")

    assert (view.count, view.changes) == (0, 0)
    with pytest.raises(ImportNotCleanError):
        confirm(hospital, view.public_id)


def test_a_sheet_can_be_confirmed_for_a_day(hospital):
    view = dry_run(hospital, sheet(), "facts.csv")
    late = replace(hospital, now=NOW + timedelta(hours=24, seconds=1))

    assert not view.is_confirmable(late.now)
    with pytest.raises(ImportExpiredError):
        confirm(late, view.public_id)
    assert confirm(replace(hospital, now=view.until), view.public_id).submissions


def test_a_listing_that_was_changed_meanwhile_is_not_overwritten(work, hospital):
    view = dry_run(hospital, sheet(), "facts.csv")
    publish(work, center(adult="no"), authority="test")

    with pytest.raises(ImportMovedOnError) as error:
        confirm(hospital, view.public_id)
    assert error.value.facts == {"centers": ["willow-hospital"]}
    assert submissions(hospital) == []


def test_a_center_with_an_open_submission_waits_for_its_end(hospital):
    first = dry_run(hospital, sheet(ROWS[:1]), "a.csv")
    second = dry_run(hospital, sheet(ROWS[2:]), "b.csv")
    confirm(hospital, first.public_id)

    with pytest.raises(ImportOpenError):
        confirm(hospital, second.public_id)
    third = dry_run(hospital, sheet(ROWS[2:]), "b.csv")
    assert [one.slug for one in third.open] == ["willow-hospital"]
    assert not third.is_confirmable(hospital.now)


def test_a_hospital_imports_for_its_own_centers_alone(work, hospital):
    publish(work, center("oak-hospital"), authority="test")
    rows = [("oak-hospital", "icu", "no"), ("elm-hospital", "icu", "no")]
    view = dry_run(hospital, sheet(rows), "facts.csv")

    assert [(one.problem, one.instead) for one in view.errors] == [
        (Problem.CENTER_NOT_YOURS, ("willow-hospital",)),
        (Problem.CENTER_UNKNOWN, ("willow-hospital",)),
    ]


def test_a_center_may_be_named_as_people_name_it(hospital):
    rows = [("WILLOW-HOSPITAL of  Beijing", "apheresis", "是")]

    assert dry_run(hospital, sheet(rows), "f.csv").centers[0].slug == "willow-hospital"


def test_nobody_opens_or_confirms_what_somebody_else_read(work, hospital):
    run = dry_run(hospital, sheet(), "facts.csv").public_id
    colleague = acting(
        work, Role.HOSPITAL_EDITOR, organization=hospital.actor.organization
    )
    stranger = acting(work, Role.HOSPITAL_EDITOR)
    elsewhere = replace(
        hospital,
        actor=replace(hospital.actor, organization=stranger.actor.organization),
    )
    for other in (colleague, stranger, elsewhere):
        with pytest.raises(NotFoundError):
            import_page(other.session, other.actor, run)
        with pytest.raises(NotFoundError):
            confirm(other, run)
    assert submissions(work) == []


def test_a_center_that_was_given_away_meanwhile_is_not_theirs(work, hospital):
    view = dry_run(hospital, sheet(), "facts.csv")
    other = acting(work, Role.HOSPITAL_EDITOR).actor.organization
    work.session.scalars(select(ListingKeeper)).one().organization_id = other
    work.session.flush()

    with pytest.raises(NotFoundError):
        confirm(hospital, view.public_id)


def test_a_moderator_imports_for_any_center_and_needs_pages(work, hospital):
    publish(work, center("oak-hospital"), authority="test")
    moderator = acting(work, Role.MODERATOR)
    bare = [("oak-hospital", "apheresis", "yes"), *ROWS[:1]]
    wrong = dry_run(moderator, sheet(bare), "facts.csv")

    assert [one.problem for one in wrong.errors] == [Problem.NEEDS_SOURCE]

    rows = [("oak-hospital", "apheresis", "yes", PAGE), *ROWS[:1]]
    confirm(moderator, dry_run(moderator, sheet(rows), "f.csv").public_id)

    first, second = submissions(work)
    assert (first.slug, second.slug) == ("oak-hospital", "willow-hospital")
    fact = by_field(first.proposed or {})["capability.apheresis"]
    assert (fact["basis"], fact.get("checked_by")) == ("sourced", None)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ADMIN])
def test_others_may_not_import(work, role):
    other = acting(work, role)

    with pytest.raises(RefusedError):
        dry_run(other, sheet(), "facts.csv")
    with pytest.raises(RefusedError):
        confirm(other, "0" * 32)


def test_a_token_imports_only_if_it_may(hospital):
    def token(*scopes: str):
        return replace(
            hospital, actor=replace(hospital.actor, scopes=frozenset(scopes))
        )

    assert dry_run(token("listing.import"), sheet(), "facts.csv").count == 0
    with pytest.raises(RefusedError):
        dry_run(token("listing.recheck"), sheet(), "facts.csv")


def test_what_can_no_longer_be_confirmed_is_forgotten(hospital):
    old = dry_run(hospital, sheet(), "facts.csv").public_id
    kept = dry_run(hospital, sheet(ROWS[2:]), "facts.csv").public_id
    confirm(hospital, kept)
    later = replace(hospital, now=NOW + timedelta(days=2))
    dry_run(later, sheet(ROWS[:1]), "facts.csv")

    assert hospital.session.scalar(select(func.count()).select_from(ImportRun)) == 2
    with pytest.raises(NotFoundError):
        import_page(later.session, later.actor, old)


def test_the_log_holds_no_name_of_a_file(hospital):
    dry_run(hospital, sheet(), "Zhang San's facts.csv")

    facts = hospital.session.scalars(select(Entry.facts)).all()
    assert "Zhang" not in str(facts)


WORD = Word(Basis.ATTESTED, "Willow office", CHECKED)


def after(*rows: tuple[str, ...]) -> dict[str, Any]:
    facts = [SheetRow(2, "willow-hospital", *row) for row in rows]
    return by_field(applied(canonical(center()), facts, WORD))


def test_who_submits_by_a_sheet_is_written_to_like_anybody(hospital):
    confirm(hospital, dry_run(hospital, sheet(), "facts.csv").public_id)

    (promise,) = hospital.session.scalars(
        select(Promise).where(Promise.kind == "mail.submission-received")
    )
    assert promise.payload == {"submission": submissions(hospital)[0].public_id}


def test_what_a_sheet_proposed_can_be_taken_back_and_handed_in_again(hospital):
    confirm(hospital, dry_run(hospital, sheet(), "facts.csv").public_id)
    (row,) = submissions(hospital)
    before = by_field(row.proposed or {})
    take_back(hospital, row.public_id)
    submit(hospital, row.public_id, row.revision, over=1)

    after = by_field(row.proposed or {})
    assert row.state == SubmissionState.SUBMITTED.value
    for field in ("capability.apheresis", "website"):
        assert after[field] == before[field]
    assert after["capability.icu"] == before["capability.icu"]


def test_a_center_has_no_more_details_than_its_form_takes(hospital):
    rows = [("willow-hospital", "accreditation", f"Invented {n}") for n in range(48)]
    view = dry_run(hospital, sheet(rows), "facts.csv")

    assert [(one.problem, one.row) for one in view.errors] == [
        (Problem.TOO_MANY_DETAILS, 49)
    ]
    assert not view.is_confirmable(hospital.now)
    assert dry_run(hospital, sheet(rows[:47]), "facts.csv").is_confirmable(hospital.now)


def test_saying_the_same_loses_no_source():
    assert after(("icu", "yes"))["capability.icu"] == {
        "key": "icu",
        "value": "yes",
        "basis": "sourced",
        "source": SOURCE,
        "statement": "Eight beds.",
        "checked_on": "2026-11-22",
    }


def test_taking_a_value_back_leaves_nothing_stated():
    assert after(("icu", "not-stated"))["capability.icu"] == {
        "key": "icu",
        "value": "not-stated",
        "checked_on": "2026-11-22",
    }


def test_an_address_in_one_language_keeps_the_others():
    assert after(("address.ru", "Дорога 1"))["address"]["value"] == {
        "en": "1 Road",
        "zh": "路1号",
        "ru": "Дорога 1",
    }


def test_an_accreditation_is_added_to_the_others():
    found = after(("accreditation", "C"), ("accreditation", "A"))
    values = [found[name]["value"] for name in found if "accreditation" in name]

    assert values == ["A", "B", "C"]
