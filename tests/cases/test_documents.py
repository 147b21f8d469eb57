"""Files of a case: who adds, sees, reads and removes them, and who is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from directory.audit.model import Entry
from directory.cases.actions import documents as actions
from directory.cases.model import Move, Referral
from directory.cases.queries.documents import (
    documents_of,
    documents_of_case,
    documents_of_referral,
    open_document,
)
from directory.core.errors import NotFoundError, RefusedError
from directory.core.files import Flaw, ImagesTold
from directory.core.sealed_files import SealedFile, put_sealed
from directory.inquiries.actions import document_checks as checks
from directory.inquiries.actions import documents as files
from directory.inquiries.actions.documents import PATIENT, Sender, put_document
from directory.inquiries.model import Consent, Document, DocumentPart
from directory.inquiries.rules.documents import (
    ALL_MOST_BYTES,
    DICOM,
    FILE_MOST_BYTES,
    FILES_AT_MOST,
    PARTS_AT_MOST,
    PDF,
    DocumentEmptyError,
    DocumentKind,
    DocumentNotReadyError,
    DocumentsClosedError,
    DocumentSide,
    DocumentTooLargeError,
    NoRoomError,
    NotArrivingError,
    OffsetMistakenError,
    TooLargeTogetherError,
    TooManyDocumentsError,
)
from directory.outbox.model import Promise
from tests.fakes import MemoryStore

ROOM = 10**12
TOLD = ImagesTold(1, {"patient-name": ("Zq Invented",)}, 0, is_burned_in=False)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def desk(people, store):
    return Hands(people, store)


class Hands:
    """What people do with files, without pages."""

    def __init__(self, people, store) -> None:
        self.people, self.store = people, store

    def stored(self, content: bytes = b"%PDF-1.7 invented") -> SealedFile:
        """Put bytes into the store."""
        return put_sealed(
            self.store, self.people.keys, "documents", [content], most_bytes=10**9
        )

    def attach(self, name: str = "a.pdf", content: bytes = b"%PDF-1.7") -> str:
        """Let the patient add a file."""
        return actions.attach(
            self.people.patient,
            self.people.keys,
            self.people.inquiry,
            PATIENT,
            name,
            self.stored(content),
            room_bytes=ROOM,
        )

    def accept(self, document: str, told=None, kind: str = PDF) -> bool:
        """Let the program find nothing wrong with it."""
        return actions.accept(
            self.people.program,
            self.people.keys,
            document,
            None,
            name="a.pdf",
            media_type=kind,
            stored=self.stored(b"cleaned"),
            told=told,
            is_deidentified=False,
        )

    def kept(self, **more) -> str:
        """Return a file of the patient that was checked."""
        document = self.attach()
        assert self.accept(document, **more)
        return document

    def of_owner(self, center: str | None = None) -> str:
        """Return a file of the owner that was checked."""
        people = self.people
        inquiry, sender = actions.sender_of_case(people.owner, people.case, center)
        document = actions.attach(
            people.owner,
            people.keys,
            inquiry,
            sender,
            "owner.pdf",
            self.stored(),
            room_bytes=ROOM,
        )
        assert self.accept(document)
        return document

    def of_hospital(self) -> str:
        """Return a file of the hospital that was checked."""
        people = self.people
        inquiry, sender = actions.sender_of_referral(people.east, people.referral().id)
        document = actions.attach(
            people.east,
            people.keys,
            inquiry,
            sender,
            "east.pdf",
            self.stored(),
            room_bytes=ROOM,
            kind=DocumentKind.OTHER,
        )
        assert self.accept(document)
        return document

    def row(self, document: str) -> Document | None:
        """Return a row as it is now."""
        session = self.people.patient.session
        found: Document | None = session.get(Document, document, populate_existing=True)
        return found

    def seen(self, side: str) -> set[str]:
        """Return the files that a side sees."""
        people, session = self.people, self.people.patient.session
        if side == "patient":
            found = documents_of(session, people.keys, people.inquiry)
        elif side == "owner":
            found = documents_of_case(
                session, people.keys, people.owner.actor, people.case
            )
        else:
            found = documents_of_referral(
                session, people.keys, people.east.actor, people.referral().id
            )
        return {one.id for one in found}


def begin(people, size=10, name="a.pdf", room=ROOM):
    return actions.begin(
        people.patient, people.keys, people.inquiry, name, size, room_bytes=room
    )


def events(people) -> list[str]:
    session = people.patient.session
    return list(session.scalars(select(Entry.event).order_by(Entry.seq)))


def end_share(people) -> None:
    people.patient.session.execute(
        update(Consent)
        .where(Consent.purpose == "share")
        .values(withdrawn_at=people.patient.now)
    )


def test_a_file_that_was_checked_is_seen_by_those_who_share(desk, people):
    document = desk.kept()

    assert desk.seen("patient") == {document}
    assert desk.seen("owner") == {document}
    assert desk.seen("hospital") == {document}
    (view,) = documents_of(people.patient.session, people.keys, people.inquiry)
    assert (view.name, view.size_bytes) == ("a.pdf", len(b"cleaned"))


def test_a_file_on_its_way_is_seen_by_its_sender_alone(desk, people):
    document = begin(people)

    assert desk.seen("patient") == {document}
    assert desk.seen("owner") == desk.seen("hospital") == set()


def test_once_a_consent_is_taken_back_the_hospital_finds_nothing(desk, people):
    document = desk.kept()
    referral = people.referral().id
    end_share(people)

    with pytest.raises(NotFoundError):
        desk.seen("hospital")
    with pytest.raises(NotFoundError):
        actions.read_as_hospital(people.east, people.keys, referral, document)
    with pytest.raises(NotFoundError):
        actions.sender_of_referral(people.east, referral)


def test_another_hospital_finds_nothing(desk, people):
    document = desk.kept()
    referral = people.referral().id

    with pytest.raises(NotFoundError):
        actions.read_as_hospital(people.west, people.keys, referral, document)


def test_what_is_for_one_center_is_not_for_another(desk, people):
    ours, theirs = desk.of_owner("east-invented"), desk.of_owner()
    hospitals = desk.of_hospital()
    letter = put_document(
        people.owner,
        people.keys,
        desk.store,
        people.inquiry,
        Sender(DocumentSide.FACILITATOR, people.owner.actor.organization),
        "letter.pdf",
        PDF,
        [b"%PDF-1.7"],
        kind=DocumentKind.LETTER,
    )

    everything = {ours, theirs, hospitals, letter}
    assert desk.seen("patient") == desk.seen("owner") == everything
    # A letter without a center is between the owner and the patient.
    assert desk.seen("hospital") == {ours, theirs, hospitals}
    people.patient.session.execute(update(Referral).values(center="west-invented"))
    people.patient.session.execute(
        update(Consent)
        .where(Consent.purpose == "share")
        .values(recipient="center:west-invented")
    )
    west = documents_of_referral(
        people.patient.session,
        people.keys,
        people.east.actor,
        people.referral("west-invented").id,
    )
    assert {one.id for one in west} == {theirs}


def test_a_center_that_was_never_asked_gets_no_file_of_its_own(desk):
    with pytest.raises(NotFoundError):
        desk.of_owner("south-invented")


def test_each_reading_is_written_down_before_the_bytes(desk, people):
    document = desk.kept()
    referral = people.referral().id

    for read in (
        lambda: actions.read_own(people.patient, people.keys, people.inquiry, document),
        lambda: actions.read_as_owner(people.owner, people.keys, people.case, document),
        lambda: actions.read_as_hospital(people.east, people.keys, referral, document),
    ):
        _, stored = read()
        content = b"".join(open_document(desk.store, people.keys, stored))
        assert content == b"cleaned"
    assert events(people)[-3:] == ["document.read"] * 3


def test_nobody_reads_what_was_not_checked(desk, people):
    document = desk.attach()

    with pytest.raises(DocumentNotReadyError):
        actions.read_own(people.patient, people.keys, people.inquiry, document)
    with pytest.raises(DocumentNotReadyError):
        actions.read_as_owner(people.owner, people.keys, people.case, document)


@pytest.mark.parametrize(
    "read", [actions.read_as_owner, actions.read_as_hospital], ids=["owner", "east"]
)
def test_a_visitor_reads_nothing_of_staff(desk, people, read):
    document = desk.kept()

    with pytest.raises(RefusedError):
        read(people.patient, people.keys, people.case, document)


def test_that_a_file_was_added_is_told_once_and_to_whom_it_concerns(desk, people):
    desk.kept()
    desk.of_hospital()

    session = people.patient.session
    found = session.scalars(
        select(Move).where(Move.kind == "document.added").order_by(Move.id)
    ).all()
    assert [(one.side, one.referral_id) for one in found] == [
        ("patient", None),
        ("hospital", people.referral().id),
    ]
    for one in found:
        assert "pdf" not in str(one.facts)


def test_only_who_sent_a_file_takes_it_away(desk, people):
    document = desk.kept()
    inquiry, owner = actions.sender_of_case(people.owner, people.case, None)

    with pytest.raises(NotFoundError):
        actions.remove(people.owner, inquiry, owner, document)
    actions.remove(people.patient, people.inquiry, PATIENT, document)

    assert desk.row(document) is None
    assert events(people)[-1] == "document.removed"
    kinds = list(people.patient.session.scalars(select(Promise.kind)))
    assert "document.erase" in kinds


@pytest.mark.parametrize(
    ("size", "error"),
    [
        (0, DocumentEmptyError),
        (-1, DocumentEmptyError),
        (FILE_MOST_BYTES + 1, DocumentTooLargeError),
    ],
)
def test_sizes_that_are_not_taken(people, size, error):
    with pytest.raises(error):
        begin(people, size)


def test_one_file_more_than_is_taken_is_refused(people):
    for _ in range(FILES_AT_MOST):
        begin(people)

    with pytest.raises(TooManyDocumentsError):
        begin(people)


def test_one_byte_more_than_is_taken_together_is_refused(people):
    for _ in range(ALL_MOST_BYTES // FILE_MOST_BYTES):
        begin(people, FILE_MOST_BYTES)

    with pytest.raises(TooLargeTogetherError) as caught:
        begin(people, 1)
    assert caught.value.facts["left"] == 0


def test_what_is_refused_makes_room_again(desk, people):
    documents = [desk.attach() for _ in range(FILES_AT_MOST)]

    assert checks.refuse(people.program, documents[0], None, Flaw.DAMAGED)

    assert desk.attach()


def test_files_of_everybody_together_have_bounded_room(desk, people):
    desk.attach(content=b"x" * 90)

    with pytest.raises(NoRoomError):
        begin(people, 20, room=100)


def test_nothing_is_added_once_the_case_was_closed(people):
    case = people.row()
    case.state, case.closing = "closed", "withdrew"
    case.closed_at, case.due_at = people.patient.now, None
    people.patient.session.flush()

    with pytest.raises(DocumentsClosedError):
        begin(people)


@pytest.mark.parametrize("at", [1, 4, 6, 100])
def test_a_part_follows_what_is_there_or_is_refused(desk, people, at):
    document = begin(people, 10)
    files.add_part(people.patient, document, 0, desk.stored(b"12345"))

    with pytest.raises(OffsetMistakenError) as caught:
        files.add_part(people.patient, document, at, desk.stored(b"123"))
    assert caught.value.facts["offset"] == 5
    with pytest.raises(OffsetMistakenError):
        files.finish_document(people.patient, document)
    assert files.add_part(people.patient, document, 5, desk.stored(b"67890")) == 10
    files.finish_document(people.patient, document)
    with pytest.raises(NotArrivingError):
        files.add_part(people.patient, document, 10, desk.stored(b"1"))


def test_more_than_was_announced_is_refused(desk, people):
    document = begin(people, 3)

    with pytest.raises(OffsetMistakenError):
        files.add_part(people.patient, document, 0, desk.stored(b"1234"))


def test_a_file_in_crumbs_is_refused(desk, people):
    document = begin(people, 10_000)
    one = desk.stored(b"1")
    for at in range(PARTS_AT_MOST):
        files.add_part(people.patient, document, at, one)

    with pytest.raises(files.TooManyPartsError):
        files.add_part(people.patient, document, PARTS_AT_MOST, one)


def test_a_file_is_accepted_once(desk, people):
    document = desk.attach()

    assert desk.accept(document)
    assert not desk.accept(document)
    assert not checks.refuse(people.program, document, None, Flaw.MALICIOUS)


def test_a_refused_file_leaves_its_reason_and_no_bytes(desk, people):
    document = desk.attach()

    checks.refuse(people.program, document, None, Flaw.MALICIOUS)

    row = desk.row(document)
    assert (row.state, row.flaw, row.wrapped_key) == ("refused", "malicious", None)
    assert people.patient.session.scalar(select(DocumentPart)) is None
    late = people.later(days=31)
    assert checks.forget_refused(late.program) == 1
    assert desk.row(document) is None


def test_names_that_could_not_be_taken_out_leave_the_file_and_say_so(desk, people):
    document = desk.kept(told=TOLD, kind=DICOM)
    files.deidentify_document(people.patient, people.inquiry, document)
    with pytest.raises(DocumentNotReadyError):
        actions.read_own(people.patient, people.keys, people.inquiry, document)
    was = desk.row(document).file_key

    assert checks.refuse(people.program, document, was, Flaw.TOO_COMPLEX)

    row = desk.row(document)
    assert (row.state, row.flaw, row.file_key) == ("kept", "too-complex", was)


def test_names_are_taken_out_of_pictures_of_the_patient_alone(desk, people):
    paper = desk.kept()

    with pytest.raises(NotFoundError):
        files.deidentify_document(people.patient, people.inquiry, paper)
    with pytest.raises(NotFoundError):
        files.deidentify_document(people.patient, "another", paper)


def test_what_waits_and_nobody_checks_is_promised_anew(desk, people):
    document = desk.attach()
    assert checks.promise_checks(people.program) == 0
    people.patient.session.execute(
        update(Promise).values(given_up_at=people.patient.now)
    )

    assert checks.promise_checks(people.program) == 1
    last = people.patient.session.scalars(
        select(Promise).order_by(Promise.id.desc())
    ).first()
    assert last.payload == {"document": document}


def test_what_a_file_is_called_and_says_is_sealed(desk, people):
    document = desk.attach("Zq-Geheim Befund.pdf")
    desk.accept(document, told=TOLD, kind=DICOM)

    row = desk.row(document)
    assert b"Zq" not in row.name
    assert b"Zq" not in row.details
    (view,) = documents_of(people.patient.session, people.keys, people.inquiry)
    assert view.told == TOLD
    moved = replace(people.keys)
    assert moved.current == row.wrapped_by
