"""Adding, reading and removing what bears a submission out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import VISITOR, Role, system
from directory.core.crypto import KeyRing, new_key
from directory.core.errors import NotFoundError, RefusedError
from directory.core.files import Flaw
from directory.core.sealed_files import SealedFile, put_sealed, wrapping_place
from directory.core.work import Work
from directory.outbox.model import Promise
from directory.submissions.actions.evidence import (
    EvidenceClosedError,
    EvidenceNotReadyError,
    attach_file,
    attach_link,
    read,
    remove,
)
from directory.submissions.actions.evidence_checks import (
    KEPT_IN_VAIN,
    accept,
    forget_closed,
    promise_checks,
    refuse,
    rewrap,
)
from directory.submissions.model import Evidence, Submission
from directory.submissions.queries.evidence import (
    evidence_page,
    keys_in_use,
    pieces,
    sealed_file,
)
from directory.submissions.rules.files import (
    MOST_ADDED,
    MOST_FILES,
    MOST_LINKS,
    FieldUnknownError,
    TooManyPiecesError,
)
from directory.submissions.rules.states import SubmissionState
from tests.fakes import MemoryStore
from tests.submissions.cases import as_, changed, moderator, office_of, somebody, submit
from tests.web.people import add_organization

RING = KeyRing("k1", {"k1": new_key()}, new_key())
PDF = "application/pdf"
STORE = MemoryStore()


def stored(content: bytes = b"zq-content", ring: KeyRing = RING) -> SealedFile:
    """Return a file that is in the store."""
    return put_sealed(STORE, ring, "evidence", [content], most_bytes=1000)


@pytest.fixture
def office(work):
    return office_of(work.session, OrganizationKind.HOSPITAL)


@pytest.fixture
def editor(work, office):
    return as_(work, somebody(work.session, Role.HOSPITAL_EDITOR, office))


@pytest.fixture
def draft(editor):
    row = submit(editor, None, changed(), by=editor.actor)
    row.state = SubmissionState.DRAFT.value
    row.submitted_at = row.submitted_by = row.proposed = None
    editor.session.flush()
    return row


@pytest.fixture
def stranger(work):
    office = add_organization(work.session, OrganizationKind.HOSPITAL)
    return as_(work, somebody(work.session, Role.HOSPITAL_EDITOR, office))


@pytest.fixture
def reviewer(work):
    return as_(work, moderator(work.session))


@pytest.fixture
def program(work):
    return as_(work, system("evidence"))


def hand_in(draft: Submission) -> None:
    """Submit a draft, as far as this matters here."""
    draft.proposed = {"slug": draft.slug}
    draft.state = SubmissionState.SUBMITTED.value
    draft.submitted_at, draft.submitted_by = draft.made_at, draft.made_by


def add(editor, draft: Submission, name: str = "../paper.pdf") -> str:
    """Add a file to a draft."""
    return attach_file(editor, draft.public_id, "capability.icu", name, PDF, stored())


def row_of(work: Work, evidence: str) -> Evidence:
    query = select(Evidence).where(Evidence.public_id == evidence)
    return work.session.scalars(query).one()


def key_of(work: Work, evidence: str) -> str:
    found = row_of(work, evidence).store_key
    assert found is not None
    return found


def promised(work) -> list[tuple[str, dict[str, object]]]:
    rows = work.session.scalars(select(Promise).order_by(Promise.id))
    return [(row.kind, row.payload) for row in rows]


def events(work) -> list[str]:
    rows = work.session.scalars(select(Entry).order_by(Entry.seq))
    return [row.event for row in rows if row.event.startswith("evidence.")]


def test_a_file_waits_under_its_cleaned_name_until_it_is_checked(editor, draft):
    evidence = add(editor, draft)

    (piece,) = evidence_page(editor.session, editor.actor, draft.public_id).pieces
    assert (piece.public_id, piece.name, piece.field) == (
        evidence,
        "paper.pdf",
        "capability.icu",
    )
    assert piece.is_waiting
    assert not piece.is_clean
    assert promised(editor) == [("evidence.check", {"evidence": evidence})]
    assert events(editor) == ["evidence.added"]


def test_a_link_may_be_opened_at_once(editor, draft):
    attach_link(editor, draft.public_id, "", "https://example.org/icu", "ICU")

    (piece,) = pieces(editor.session, draft.id)
    assert (piece.url, piece.name, piece.is_clean) == (
        "https://example.org/icu",
        "ICU",
        True,
    )
    assert promised(editor) == []


def test_nothing_is_read_before_it_is_clean(editor, draft):
    evidence = add(editor, draft)

    with pytest.raises(EvidenceNotReadyError):
        read(editor, evidence)

    assert "evidence.read" not in events(editor)


def test_what_was_checked_is_read_and_each_reading_written_down(
    editor, draft, program, reviewer
):
    evidence = add(editor, draft)
    was, cleaned = key_of(editor, evidence), stored(b"cleaned")
    assert accept(program, evidence, was, cleaned)
    hand_in(draft)

    for reader in (editor, reviewer):
        piece, file = read(reader, evidence)
        assert piece.sha256 == cleaned.sha256
        assert (file.key, file.wrapped_key) == (cleaned.key, cleaned.wrapped_key)
    assert events(editor)[-2:] == ["evidence.read", "evidence.read"]
    assert promised(editor)[-1] == ("evidence.erase", {"key": was})


def test_a_refused_file_is_forgotten_and_says_why(editor, draft, program):
    evidence = add(editor, draft)
    was = key_of(editor, evidence)

    assert refuse(program, evidence, was, Flaw.MALICIOUS)

    row = row_of(editor, evidence)
    assert (row.state, row.verdict) == ("rejected", "malicious")
    assert row.store_key is None
    assert row.wrapped_key is None
    assert promised(editor)[-1] == ("evidence.erase", {"key": was})
    with pytest.raises(EvidenceNotReadyError):
        read(editor, evidence)


def test_a_judgment_that_comes_late_or_twice_changes_nothing(editor, draft, program):
    evidence = add(editor, draft)
    was = key_of(editor, evidence)
    first, second = stored(b"first"), stored(b"second")

    assert accept(program, evidence, was, first)
    assert not accept(program, evidence, was, second)
    assert not refuse(program, evidence, was, Flaw.DAMAGED)
    assert row_of(editor, evidence).store_key == first.key

    removed = add(editor, draft)
    key = key_of(editor, removed)
    remove(editor, draft.public_id, removed)
    assert not accept(program, removed, key, second)
    assert row_of(editor, removed).store_key is None


def test_removing_forgets_the_key_at_once_and_promises_the_rest(editor, draft):
    evidence = add(editor, draft)
    key = key_of(editor, evidence)

    remove(editor, draft.public_id, evidence)

    assert pieces(editor.session, draft.id) == ()
    assert row_of(editor, evidence).wrapped_key is None
    assert promised(editor)[-1] == ("evidence.erase", {"key": key})
    assert events(editor) == ["evidence.added", "evidence.removed"]
    for act in (
        lambda: remove(editor, draft.public_id, evidence),
        lambda: read(editor, evidence),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_another_hospital_knows_of_nothing(editor, draft, stranger, program):
    evidence = add(editor, draft)
    accept(program, evidence, key_of(editor, evidence), stored())
    hand_in(draft)

    for act in (
        lambda: read(stranger, evidence),
        lambda: remove(stranger, draft.public_id, evidence),
        lambda: attach_link(stranger, draft.public_id, "", "https://example.org/"),
        lambda: add(stranger, draft),
        lambda: evidence_page(stranger.session, stranger.actor, draft.public_id),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert "evidence.read" not in events(editor)


def test_a_piece_of_another_submission_is_not_removed_through_ones_own(
    editor, draft, stranger
):
    evidence = add(editor, draft)
    own = submit(stranger, None, changed("other-hospital"), by=stranger.actor)
    own.state = SubmissionState.SENT_BACK.value
    stranger.session.flush()

    with pytest.raises(NotFoundError):
        remove(stranger, own.public_id, evidence)


def test_a_moderator_reads_nothing_of_a_draft(editor, draft, reviewer, program):
    evidence = add(editor, draft)
    accept(program, evidence, key_of(editor, evidence), stored())

    with pytest.raises(NotFoundError):
        read(reviewer, evidence)


def test_others_may_do_none_of_it(editor, draft, reviewer, work):
    evidence = add(editor, draft)
    visitor = as_(work, VISITOR)
    for who in (visitor, reviewer):
        for act in (
            lambda w=who: add(w, draft),
            lambda w=who: attach_link(w, draft.public_id, "", "https://example.org/"),
            lambda w=who: remove(w, draft.public_id, evidence),
        ):
            with pytest.raises(RefusedError):
                act()
    for other in (
        lambda: read(visitor, evidence),
        lambda: accept(editor, evidence, "", stored()),
        lambda: refuse(editor, evidence, "", Flaw.EMPTY),
        lambda: promise_checks(editor),
        lambda: rewrap(editor, RING),
    ):
        with pytest.raises(RefusedError):
            other()


@pytest.mark.parametrize(
    "state", [one for one in SubmissionState if one.value not in {"draft", "sent-back"}]
)
def test_what_is_no_draft_stays_as_it_is(editor, draft, state):
    evidence = add(editor, draft)
    hand_in(draft)
    draft.state = state.value
    draft.version = 1
    editor.session.flush()

    for act in (
        lambda: add(editor, draft),
        lambda: attach_link(editor, draft.public_id, "", "https://example.org/"),
        lambda: remove(editor, draft.public_id, evidence),
    ):
        with pytest.raises(EvidenceClosedError):
            act()


def test_there_is_room_for_so_many_files_and_links(editor, draft):
    added = [add(editor, draft) for _ in range(MOST_FILES)]

    with pytest.raises(TooManyPiecesError):
        add(editor, draft)
    attach_link(editor, draft.public_id, "", "https://example.org/")
    remove(editor, draft.public_id, added[0])
    add(editor, draft)
    for _ in range(MOST_LINKS - 1):
        attach_link(editor, draft.public_id, "", "https://example.org/")
    with pytest.raises(TooManyPiecesError):
        attach_link(editor, draft.public_id, "", "https://example.org/")


def test_adding_and_removing_for_ever_comes_to_an_end(editor, draft):
    for _ in range(MOST_ADDED):
        attach_link(editor, draft.public_id, "", "https://example.org/")
        editor.session.execute(
            update(Evidence)
            .where(Evidence.removed_at.is_(None))
            .values(removed_at=editor.now)
        )

    with pytest.raises(TooManyPiecesError):
        attach_link(editor, draft.public_id, "", "https://example.org/")


def test_evidence_is_about_a_field_or_the_whole(editor, draft):
    with pytest.raises(FieldUnknownError):
        attach_link(editor, draft.public_id, "<script>", "https://example.org/")


def test_evidence_can_be_about_what_is_published_or_typed(editor, draft):
    draft.base = {"capabilities": [{"key": "icu", "value": "yes"}], "aliases": []}
    draft.typed = {"therapies": {"rows": [{}, {}]}, "trials": {"rows": [{}]}}
    editor.session.flush()

    page = evidence_page(editor.session, editor.actor, draft.public_id)

    assert {"capability.icu", "treatment.1", "treatment.2", "trial.1"} <= set(
        page.fields
    )
    assert "trial.2" not in page.fields


def test_what_nobody_is_going_to_check_is_promised_anew(editor, draft, program):
    first, second = add(editor, draft), add(editor, draft)
    editor.session.execute(
        update(Promise)
        .where(Promise.id == select(func.min(Promise.id)).scalar_subquery())
        .values(given_up_at=editor.now)
    )

    assert promise_checks(program) == 1
    assert promise_checks(program) == 0

    assert promised(editor)[-1] == ("evidence.check", {"evidence": first})
    assert second in str(promised(editor)[1])


@pytest.mark.parametrize("state", [one.value for one in SubmissionState])
def test_files_of_what_came_to_nothing_are_forgotten_in_time(
    editor, draft, program, state
):
    evidence = add(editor, draft)
    key = key_of(editor, evidence)
    attach_link(editor, draft.public_id, "", "https://example.org/")
    hand_in(draft)
    draft.state, draft.version = state, 1
    editor.session.flush()
    in_vain = state in {"rejected", "discarded"}
    later = replace(program, now=program.now + KEPT_IN_VAIN + timedelta(seconds=1))

    assert forget_closed(replace(program, now=program.now + KEPT_IN_VAIN)) == 0
    assert forget_closed(later) == in_vain
    assert forget_closed(later) == 0

    row = row_of(editor, evidence)
    assert (row.removed_at is not None) == in_vain
    assert (row.wrapped_key is None) == in_vain
    assert (("evidence.erase", {"key": key}) in promised(editor)) == in_vain


def test_keys_of_files_follow_the_ring(editor, draft, work):
    evidence = add(editor, draft)
    before = sealed_file(row_of(editor, evidence))
    place = wrapping_place(before.key)
    data_key = RING.unwrap(before.wrapped_key, place)
    assert keys_in_use(editor.session) == {"k1": 1}
    ring = RING.with_key("k2", new_key()).led_by("k2")
    keeper = replace(work, actor=system("keys"))

    assert rewrap(keeper, ring) == 1
    assert rewrap(keeper, ring) == 0

    assert keys_in_use(editor.session) == {"k2": 1}
    after = sealed_file(row_of(editor, evidence))
    assert ring.without("k1").unwrap(after.wrapped_key, place) == data_key
