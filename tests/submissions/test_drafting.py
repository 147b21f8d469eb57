"""A hospital's draft from its first word to its submission, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from directory.audit.model import Entry
from directory.core.actor import Role, system
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError, NotFoundError, RefusedError
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.rules.document import Kind
from directory.outbox.model import Promise
from directory.submissions.actions.drafting import (
    DraftClosedError,
    SectionMovedOnError,
    begin,
    begin_first,
    discard,
    save_section,
)
from directory.submissions.actions.editing import AlreadyOpenError, NoChangeError
from directory.submissions.actions.evidence import attach_link
from directory.submissions.actions.reviewing import send_back
from directory.submissions.actions.submitting import (
    BeingReviewedError,
    DraftMovedOnError,
    NotReadyError,
    submit,
    take_back,
)
from directory.submissions.actions.verdicts import FieldVerdict, Verdicts
from directory.submissions.model import (
    Evidence,
    ListingClaim,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.drafts import DraftPage, draft_page, submission_page
from directory.submissions.queries.office import office_page
from directory.submissions.rules.states import Decision, SubmissionState
from directory.submissions.rules.typed.shape import Section
from tests.conftest import NOW
from tests.listings.documents import capabilities, center, sourced, unverified
from tests.submissions.people import acting, keep

SLUG = "willow-hospital"
CAPABILITIES = Section.CAPABILITIES


@pytest.fixture
def office(work) -> int:
    return keep(work, SLUG)


@pytest.fixture
def editor(work, office) -> Work:
    return acting(work, Role.HOSPITAL_EDITOR, organization=office)


@pytest.fixture
def colleague(work, office) -> Work:
    return acting(work, Role.HOSPITAL_EDITOR, organization=office)


@pytest.fixture
def draft(editor) -> str:
    return begin(editor, Kind.CENTER, SLUG)


def page(work: Work, public_id: str) -> DraftPage:
    today = work.now.date()
    return draft_page(work.session, work.actor, public_id, today=today)


def saying(work: Work, public_id: str, key: str = "icu", **said: str) -> dict[str, Any]:
    """Return the capabilities of a draft, with one changed."""
    typed = page(work, public_id).stands.section(CAPABILITIES)
    return {**typed, key: {**typed[key], **said}}


def save(work: Work, public_id: str, revision: int, **said: str) -> int:
    typed = saying(work, public_id, **said)
    return save_section(work, public_id, CAPABILITIES, typed, revision)


def hand_in(work: Work, public_id: str) -> None:
    shown = page(work, public_id)
    submit(work, public_id, shown.revision, over=shown.stands.number)


def row_of(work: Work, public_id: str) -> Submission:
    return work.session.query(Submission).filter_by(public_id=public_id).one()


def events(work: Work) -> list[str]:
    found = work.session.scalars(select(Entry.event).order_by(Entry.seq))
    return [event for event in found if event.startswith(("draft.", "submission."))]


# Beginning


def test_two_people_of_one_hospital_get_the_same_draft(editor, colleague):
    first = begin(editor, Kind.CENTER, SLUG)

    assert begin(colleague, Kind.CENTER, SLUG) == first
    assert events(editor) == ["submission.begun"]


def test_a_listing_of_another_hospital_cannot_be_drafted(work, office):
    stranger = acting(work, Role.HOSPITAL_EDITOR)

    with pytest.raises(NotFoundError):
        begin(stranger, Kind.CENTER, SLUG)


def test_only_editors_draft_and_submit(work, draft):
    moderator = acting(work, Role.MODERATOR)

    for act in (
        lambda: begin(moderator, Kind.CENTER, SLUG),
        lambda: begin_first(moderator, {"en": "Oak"}, "beijing"),
        lambda: save_section(moderator, draft, CAPABILITIES, {}, 1),
        lambda: discard(moderator, draft),
        lambda: submit(moderator, draft, 1, over=1),
        lambda: take_back(moderator, draft),
    ):
        with pytest.raises(RefusedError):
            act()


def test_a_draft_of_another_hospital_is_not_there(work, draft):
    stranger = acting(work, Role.HOSPITAL_EDITOR)

    for act in (
        lambda: page(stranger, draft),
        lambda: submission_page(work.session, stranger.actor, draft),
        lambda: save_section(stranger, draft, CAPABILITIES, {}, 1),
        lambda: discard(stranger, draft),
        lambda: submit(stranger, draft, 1, over=1),
        lambda: take_back(stranger, draft),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert row_of(work, draft).state == "draft"


def test_what_the_directory_has_open_is_not_the_hospitals_draft(work, editor, draft):
    row = row_of(work, draft)
    directory = acting(work, Role.MODERATOR).actor.organization
    assert directory is not None
    row.organization_id = directory
    work.session.flush()

    with pytest.raises(AlreadyOpenError):
        begin(editor, Kind.CENTER, SLUG)


# Saving


def test_what_is_wrong_is_kept_as_it_was_typed(editor, draft):
    save(editor, draft, 1, source_url="no address", as_of="soon")

    shown = page(editor, draft)
    icu = shown.stands.section(CAPABILITIES)["icu"]
    assert (icu["source_url"], icu["as_of"]) == ("no address", "soon")
    assert {one.name for one in shown.reading.problems} == {
        "icu-source_url",
        "icu-as_of",
    }


def test_whoever_saves_over_somebody_elses_change_is_refused(editor, colleague, draft):
    save(editor, draft, 1, statement="Nine beds.")

    with pytest.raises(SectionMovedOnError) as refused:
        save(colleague, draft, 1, statement="Ten beds.")

    shown = page(colleague, draft)
    assert shown.stands.section(CAPABILITIES)["icu"]["statement"] == "Nine beds."
    assert refused.value.facts["revision"] == shown.saved[CAPABILITIES].revision
    assert shown.saved[CAPABILITIES].by


def test_other_sections_do_not_disturb_each_other(editor, colleague, draft):
    identity = page(editor, draft).stands.section(Section.IDENTITY)
    save(editor, draft, 1, statement="Nine beds.")

    save_section(
        colleague, draft, Section.IDENTITY, {**identity, "district": "Haidian"}, 1
    )

    whole = page(editor, draft).stands.whole
    assert whole["identity"]["district"] == "Haidian"
    assert whole["capabilities"]["icu"]["statement"] == "Nine beds."


def test_saving_the_same_twice_is_no_conflict(editor, draft):
    typed = saying(editor, draft, statement="Nine beds.")
    first = save_section(editor, draft, CAPABILITIES, typed, 1)

    assert save_section(editor, draft, CAPABILITIES, typed, 1) == first


def test_typing_for_an_hour_is_one_entry_of_the_log(editor, draft):
    revision = 1
    for beds in range(5):
        revision = save(editor, draft, revision, statement=f"{beds} beds.")
    later = replace(editor, now=editor.now + timedelta(hours=2))
    save(later, draft, revision, statement="Six beds.")

    assert events(editor) == ["submission.begun", "draft.saved", "draft.saved"]


def test_nothing_that_was_typed_gets_into_the_log(editor, draft):
    save(editor, draft, 1, statement="Unmistakable words.")
    hand_in(editor, draft)

    facts = editor.session.scalars(select(Entry.facts)).all()
    assert "Unmistakable" not in str(facts)


# Another version meanwhile


def publish_anew(work: Work, **fields: Any) -> None:
    seed = replace(work, actor=system("seed"))
    publish(seed, center(SLUG, **fields), authority="seed")


def test_a_new_version_moves_what_nobody_touched(editor, draft):
    revision = save(editor, draft, 1, statement="Nine beds.")
    publish_anew(
        editor,
        capabilities=capabilities(
            icu={"value": "yes"} | sourced(statement="Seven beds."),
            tocilizumab={"value": "no"} | unverified(),
        ),
    )

    shown = page(editor, draft)
    assert shown.stands.kept == ((CAPABILITIES, "icu"),)
    save(editor, draft, revision, as_of="2026-11")
    found = page(editor, draft).stands
    typed = found.section(CAPABILITIES)
    assert (typed["icu"]["statement"], typed["tocilizumab"]["value"]) == (
        "Nine beds.",
        "no",
    )
    assert row_of(editor, draft).base_version == found.number == 2


def test_a_form_from_before_the_new_version_does_not_undo_it(editor, draft):
    typed = saying(editor, draft, "neurology", value="yes")
    publish_anew(
        editor,
        capabilities=capabilities(tocilizumab={"value": "no"} | unverified()),
    )

    save_section(editor, draft, CAPABILITIES, typed, 1)

    found = page(editor, draft).stands.section(CAPABILITIES)
    assert found["tocilizumab"]["value"] == "no"
    assert found["neurology"]["value"] == "yes"


def test_a_second_form_from_before_the_new_version_is_a_conflict(
    editor, colleague, draft
):
    old = saying(editor, draft, "neurology", value="yes")
    publish_anew(
        editor,
        capabilities=capabilities(tocilizumab={"value": "no"} | unverified()),
    )
    identity = page(editor, draft).stands.section(Section.IDENTITY)
    save_section(editor, draft, Section.IDENTITY, {**identity, "district": "East"}, 1)

    with pytest.raises(SectionMovedOnError):
        save_section(colleague, draft, CAPABILITIES, old, 1)


# Submitting


def test_a_submission_names_every_field_that_it_changes(editor, draft):
    save(editor, draft, 1, statement="Nine beds, the best in China.")
    hand_in(editor, draft)

    row = row_of(editor, draft)
    fields = editor.session.scalars(select(SubmissionField.field)).all()
    rules = editor.session.scalars(select(SubmissionFinding.rule)).all()
    promised = editor.session.scalars(select(Promise.kind)).all()
    assert fields == ["capability.icu"]
    assert rules == ["superlative"]
    assert promised.count("mail.submission-received") == 1
    assert (row.state, row.submitted_by) == ("submitted", editor.actor.person)
    assert row.proposed is not None


def test_a_draft_with_something_wrong_is_not_handed_in(editor, draft):
    save(editor, draft, 1, source_url="no address")

    with pytest.raises(NotReadyError) as refused:
        hand_in(editor, draft)

    assert refused.value.facts["problems"] == ["capabilities:icu-source_url:link"]


def test_a_draft_that_says_what_is_published_is_not_handed_in(editor, draft):
    with pytest.raises(NoChangeError):
        hand_in(editor, draft)


def test_a_draft_is_handed_in_once(editor, draft):
    save(editor, draft, 1, statement="Nine beds.")
    hand_in(editor, draft)

    with pytest.raises(DraftClosedError):
        hand_in(editor, draft)
    with pytest.raises(DraftClosedError):
        save(editor, draft, 2, statement="Ten beds.")


def test_only_what_was_shown_is_handed_in(editor, colleague, draft):
    revision = save(editor, draft, 1, statement="Nine beds.")
    shown = page(editor, draft)
    save(colleague, draft, revision, statement="Ten beds.")

    with pytest.raises(DraftMovedOnError):
        submit(editor, draft, shown.revision, over=1)
    publish_anew(editor, aliases=["WH2"])
    with pytest.raises(DraftMovedOnError):
        submit(editor, draft, page(editor, draft).revision, over=1)


def test_what_is_taken_back_is_a_draft_with_all_that_was_typed(editor, draft):
    save(editor, draft, 1, statement="Nine beds.")
    hand_in(editor, draft)

    take_back(editor, draft)

    shown = page(editor, draft)
    assert shown.state is SubmissionState.DRAFT
    assert shown.stands.section(CAPABILITIES)["icu"]["statement"] == "Nine beds."
    assert editor.session.scalar(select(func.count()).select_from(SubmissionField)) == 0


def decided(work: Work, draft: str, reason: str) -> Work:
    """Let a moderator send the one field back; return their work."""
    moderator = acting(work, Role.MODERATOR)
    verdict = FieldVerdict("capability.icu", Decision.SENT_BACK, reason)
    send_back(moderator, draft, row_of(work, draft).revision, "", Verdicts((verdict,)))
    return moderator


def test_what_was_sent_back_shows_the_reason_and_can_be_handed_in_again(
    work, editor, draft
):
    revision = save(editor, draft, 1, statement="Nine beds.")
    hand_in(editor, draft)
    decided(work, draft, "Please name a page.")

    shown = page(editor, draft)
    assert [one.reason for one in shown.sent_back] == ["Please name a page."]
    save(editor, draft, revision, source_url="https://example.org/nine")
    hand_in(editor, draft)
    found = submission_page(editor.session, editor.actor, draft)
    assert found.state is SubmissionState.SUBMITTED
    assert [one.decision for one in found.fields] == [None]


def test_what_a_moderator_works_on_cannot_be_taken_back(work, editor, draft):
    save(editor, draft, 1, statement="Nine beds.")
    hand_in(editor, draft)
    field = work.session.scalars(select(SubmissionField)).one()
    field.decision = Decision.ACCEPTED.value
    work.session.flush()

    with pytest.raises(BeingReviewedError):
        take_back(editor, draft)


def test_a_discarded_draft_leaves_no_evidence_and_room_for_another(editor, draft):
    attach_link(editor, draft, "capability.icu", "https://example.org/icu")

    discard(editor, draft)

    assert editor.session.scalars(select(Evidence.removed_at)).one() is not None
    assert begin(editor, Kind.CENTER, SLUG) != draft


# A first listing


def claimed(work: Work, editor: Work) -> None:
    """Let a claim of a hospital that is not listed be approved."""
    work.session.add(
        ListingClaim(
            public_id="0" * 32,
            kind="center",
            named="Invented Oak Hospital",
            person_id=editor.actor.person,
            position="",
            note="",
            proof="letter",
            state="approved",
            made_at=work.now,
            organization_id=editor.actor.organization,
        )
    )
    work.session.flush()


def test_a_first_listing_needs_an_approved_claim_and_uses_it_up(work):
    editor = acting(work, Role.HOSPITAL_EDITOR)
    with pytest.raises(NotFoundError):
        begin_first(editor, {"en": "Oak"}, "beijing")
    claimed(work, editor)

    draft = begin_first(editor, {"en": "Invented Oak Hospital"}, "beijing")

    shown = page(editor, draft)
    assert (shown.slug, shown.names) == (
        "invented-oak-hospital",
        {"en": "Invented Oak Hospital"},
    )
    assert not office_page(work.session, editor.actor, today=work.now.date()).may_begin
    with pytest.raises(NotFoundError):
        begin_first(editor, {"en": "Another"}, "beijing")


def test_a_public_name_that_is_taken_gets_a_number(work, office):
    editor = acting(work, Role.HOSPITAL_EDITOR)
    claimed(work, editor)

    draft = begin_first(editor, {"en": "Willow Hospital"}, "beijing")

    assert page(editor, draft).slug == "willow-hospital-2"


# At once


def test_of_two_who_save_at_once_one_is_told(engine: Engine):
    results = at_once(
        engine, lambda work, draft, me: save(work, draft, 1, statement=me)
    )

    assert sorted(results) == ["draft.section-moved-on", "saved"]


def test_of_two_who_submit_at_once_one_is_told(engine: Engine):
    def act(work: Work, draft: str, me: str) -> None:
        del me
        submit(work, draft, row_of(work, draft).revision, over=1)

    results = at_once(engine, act, typed="Nine beds.")

    assert sorted(results) == ["draft.closed", "saved"]


def test_two_who_begin_at_once_get_one_draft(engine: Engine):
    found: list[str] = []

    def act(work: Work, draft: str, me: str) -> None:
        del draft, me
        found.append(begin(work, Kind.CENTER, SLUG))

    results = at_once(engine, act, begun=False)

    assert results == ["saved", "saved"]
    assert len(set(found)) == 1


def at_once(
    engine: Engine, act: Any, *, typed: str = "", begun: bool = True
) -> list[str]:
    """Return what became of two people who do the same in two transactions."""
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        ground = Work(session, system("test"), NOW)
        office = keep(ground, SLUG)
        people = [
            acting(ground, Role.HOSPITAL_EDITOR, organization=office).actor
            for _ in range(2)
        ]
        mine = replace(ground, actor=people[0])
        draft = begin(mine, Kind.CENTER, SLUG) if begun else ""
        if typed:
            save(mine, draft, 1, statement=typed)
    ready = threading.Barrier(2)
    results: list[str] = []

    def run(number: int) -> None:
        ready.wait()
        with sessions() as session:
            work = Work(session, people[number], NOW)
            try:
                act(work, draft, f"Person {number}")
                session.commit()
            except DirectoryError as error:
                session.rollback()
                results.append(error.code)
            else:
                results.append("saved")

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
