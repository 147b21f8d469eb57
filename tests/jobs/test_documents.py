"""Files of inquiries are looked through away from requests, whatever fails."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory.adapters.cleaning import ChildCleaner
from directory.adapters.files_folder import FolderStore
from directory.cases.actions import documents as actions
from directory.cases.queries.documents import draft_inquiry, known_objects
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing, new_key
from directory.core.files import Flaw, new_name
from directory.core.sealed_files import SealedFile, open_sealed, put_sealed
from directory.core.work import Work
from directory.inquiries.actions import documents as files
from directory.inquiries.actions.keeping import rewrap_documents
from directory.inquiries.model import Document, DocumentPart
from directory.inquiries.queries import document_keys_in_use
from directory.jobs.documents import (
    ALARM,
    ORPHAN_AFTER,
    document_keepers,
    sweep_documents,
    watch_quarantine,
)
from directory.jobs.keepers import keepers
from directory.jobs.promises import Round, keep_promises
from directory.outbox.actions import Claim
from directory.outbox.rules import GIVE_UP_AFTER
from directory.tools import Tools
from tests.adapters import imaging
from tests.adapters.clamd_daemon import mortal
from tests.adapters.handed_in import EICAR, GOOD_JPEG, GOOD_PNG
from tests.adapters.handed_in_pdf import pdf, with_embedded, with_scripts
from tests.adapters.imaging import SECRETS, dicom, series
from tests.adapters.s3_server import Server
from tests.conftest import NOW
from tests.fakes import FakeCleaner, FakeScanner, MemoryMailer, MemoryStore
from tests.inquiries.invented import answered, stock
from tests.jobs.posting import open_post_office

__all__ = ["mortal"]

CLEANED = b"%PDF-1.7 invented cleaned"


@dataclass
class Desk:
    """A database and a store, with a draft and a worker that checks its files."""

    tools: Tools
    inquiry: str

    @property
    def keys(self) -> KeyRing:
        """Return the ring of the desk."""
        assert self.tools.keys is not None
        return self.tools.keys

    def work(self, session) -> Work:
        return Work(session, VISITOR, self.tools.clock())

    def hand_in(self, *parts: bytes, name: str = "paper.pdf") -> str:
        """Let the patient send a file in parts; return its id."""
        parts = parts or (b"%PDF-1.7 ", b"invented")
        size = sum(map(len, parts))
        with self.tools.sessions.begin() as session:
            document = actions.begin(
                self.work(session),
                self.keys,
                self.inquiry,
                name,
                size,
                room_bytes=10**12,
            )
        at = 0
        for part in parts:
            stored = put_sealed(
                self.tools.files, self.keys, "documents", [part], most_bytes=10**9
            )
            with self.tools.sessions.begin() as session:
                at = files.add_part(self.work(session), document, at, stored)
        with self.tools.sessions.begin() as session:
            files.finish_document(self.work(session), document)
        return document

    def take_names_out(self, document: str) -> None:
        with self.tools.sessions.begin() as session:
            files.deidentify_document(self.work(session), self.inquiry, document)

    def take_away(self, document: str) -> None:
        with self.tools.sessions.begin() as session:
            files.remove_document(
                self.work(session), self.inquiry, files.PATIENT, document
            )

    def round(self) -> Round:
        """Keep what is due."""
        return keep_promises(self.tools, keepers(self.tools), chance=lambda: 0.5)

    def row(self, document: str) -> Document | None:
        with self.tools.reading() as session:
            found = session.get(Document, document)
            session.expunge_all()
        return found

    def content(self, document: str) -> bytes:
        """Return what somebody would be given."""
        row = self.row(document)
        assert row is not None
        assert row.file_key is not None
        assert row.wrapped_key is not None
        file = SealedFile(row.file_key, row.wrapped_key, row.size_bytes, "")
        return b"".join(open_sealed(self.tools.files, self.keys, file))

    def parts(self) -> int:
        with self.tools.reading() as session:
            return session.scalar(select(func.count()).select_from(DocumentPart)) or 0

    def objects(self) -> set[str]:
        """Return the keys of what the store holds."""
        return {one.key for one in self.tools.files.keys("documents")}

    def with_(self, **tools) -> Desk:
        """Return the same desk with other tools."""
        return replace(self, tools=replace(self.tools, **tools))


def open_desk(engine, folder, **tools) -> Desk:
    office = open_post_office(engine, folder, MemoryMailer())
    given = {"files": MemoryStore(), "cleaner": FakeCleaner(), **tools}
    made = replace(office.tools, **given)
    assert made.keys is not None
    with made.sessions() as session:
        work = Work(session, system("test"), NOW)
        stock(work)
        secret = answered(Work(session, VISITOR, NOW), made.keys)
        inquiry = draft_inquiry(session, made.keys, secret, now=NOW)
        session.commit()
    return Desk(made, inquiry)


@pytest.fixture
def desk(engine, tmp_path):
    return open_desk(engine, tmp_path)


@pytest.fixture
def s3():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def real(request, engine, tmp_path):
    """Return a desk with a real store and a real cleaner."""
    if request.param == "folder":
        store = FolderStore(tmp_path / "files")
    else:
        # The servers of one process keep the same objects.
        store = request.getfixturevalue("s3").store(new_name())
    return open_desk(engine, tmp_path, files=store, cleaner=ChildCleaner())


def test_a_file_in_parts_is_replaced_by_what_was_made_of_it(desk):
    document = desk.hand_in()

    desk.round()

    row = desk.row(document)
    assert (row.state, row.media_type) == ("kept", "application/pdf")
    assert desk.content(document) == CLEANED
    assert row.sha256 == hashlib.sha256(CLEANED).hexdigest()
    assert (row.size_bytes, row.received_bytes) == (len(CLEANED), len(CLEANED))
    assert desk.parts() == 0
    assert desk.objects() == {row.file_key}


@pytest.mark.parametrize(
    ("content", "name", "state", "flaw"),
    [
        (pdf(), "a.pdf", "kept", None),
        (with_scripts(), "a.pdf", "kept", None),
        (GOOD_PNG, "a.png", "kept", None),
        (GOOD_JPEG, "a.pdf", "kept", None),
        (dicom(), "a.dcm", "kept", None),
        (series(), "a.zip", "kept", None),
        (GOOD_PNG[:500], "a.png", "refused", "damaged"),
        (imaging.link(), "a.zip", "refused", "unsafe-path"),
        (dicom(preamble=b"MZ"), "a.dcm", "refused", "unsafe-preamble"),
        (b"MZ" + bytes(500), "a.pdf", "refused", "wrong-type"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_files_are_judged_in_both_stores_by_a_real_child(
    real, content, name, state, flaw
):
    middle = len(content) // 2
    document = real.hand_in(content[:middle], content[middle:], name=name)

    real.round()

    row = real.row(document)
    assert (row.state, row.flaw) == (state, flaw)
    assert real.parts() == 0
    assert real.objects() == ({row.file_key} if state == "kept" else set())
    if state == "kept":
        assert b"zq-script" not in real.content(document)


def test_names_are_taken_out_in_both_stores(real):
    document = real.hand_in(series(), name="a.zip")
    real.round()
    was = real.row(document).file_key
    real.take_names_out(document)

    real.round()

    row = real.row(document)
    assert (row.state, row.is_deidentified) == ("kept", True)
    assert real.objects() == {row.file_key} != {was}
    assert not [one for one in SECRETS if one in real.content(document)]


def test_what_is_found_is_refused_and_deleted(desk):
    document = desk.hand_in()

    desk.with_(scanner=FakeScanner(finds="Invented.Eicar")).round()

    row = desk.row(document)
    assert (row.state, row.flaw) == ("refused", "malicious")
    assert desk.objects() == set()


def test_the_scanner_sees_the_whole_file(desk):
    scanner = FakeScanner()
    desk.hand_in(b"%PDF-1.7 ", b"one ", b"two")

    desk.with_(scanner=scanner).round()

    assert scanner.shown == [b"%PDF-1.7 one two"]


def test_a_real_scanner_refuses_eicar_and_none_releases_it_when_killed(desk, mortal):
    real = desk.with_(cleaner=ChildCleaner(), scanner=mortal.scanner)
    infected, fine = real.hand_in(with_embedded(EICAR)), real.hand_in(pdf())

    real.round()

    assert desk.row(infected).flaw == "malicious"
    assert desk.row(fine).state == "kept"
    mortal.stop()
    late = real.hand_in(with_embedded(EICAR))
    real.round()
    assert desk.row(late).state == "checking"


def test_a_file_outlives_a_scanner_that_is_away_for_days(desk):
    document = desk.hand_in()
    away = desk.with_(scanner=FakeScanner(is_away=True))
    away.round()
    away.tools.clock.forward(seconds=GIVE_UP_AFTER.total_seconds())
    assert away.round().given_up == 1
    desk.round()
    assert desk.row(document).state == "checking"

    sweep_documents(desk.tools)
    desk.round()

    assert desk.row(document).state == "kept"


@pytest.mark.parametrize("where", ["store", "keys", "memory"])
def test_what_is_away_leaves_the_file_waiting(desk, where):
    class Full(FakeCleaner):
        def clean(self, source, media_type, into):
            del source, media_type, into
            raise OSError(28, "No space left on device")

    document = desk.hand_in()
    other = desk
    if where == "store":
        desk.tools.files.is_away = True
    elif where == "keys":
        other = desk.with_(keys=KeyRing("k9", {"k9": new_key()}, desk.tools.keys.index))
    else:
        other = desk.with_(cleaner=Full())

    other.round()

    desk.tools.files.is_away = False
    assert desk.row(document).state == "checking"
    desk.tools.clock.forward(minutes=5)
    desk.round()
    assert desk.row(document).state == "kept"


@pytest.mark.parametrize("loss", ["gone", "cut", "changed"])
def test_what_the_store_lost_is_refused_and_not_tried_for_ever(desk, loss):
    document = desk.hand_in()
    store = desk.tools.files
    key = min(store.objects)
    sealed, at = store.objects[key]
    if loss == "gone":
        del store.objects[key]
    else:
        changed = sealed[:-1] if loss == "cut" else sealed[:-1] + b"\0"
        store.objects[key] = (changed, at)

    desk.round()

    assert desk.row(document).flaw == "damaged"


def test_what_is_taken_away_while_it_is_checked_leaves_nothing(desk):
    class Slow(FakeCleaner):
        def clean(self, source, media_type, into):
            desk.take_away(document)
            super().clean(source, media_type, into)

    document = desk.hand_in()
    desk.with_(cleaner=Slow()).round()
    desk.round()

    assert desk.row(document) is None
    assert desk.objects() == set()


def test_two_workers_keep_one_file(desk):
    class Twice(FakeCleaner):
        def clean(self, source, media_type, into):
            if not done:
                done.append(1)
                (check,) = document_keepers(desk.tools).values()
                check(Claim(1, "w", "document.check", {"document": document}, NOW, 1))
            super().clean(source, media_type, into)

    done: list[int] = []
    document = desk.hand_in()
    desk.with_(cleaner=Twice()).round()
    desk.round()

    assert desk.row(document).state == "kept"
    assert desk.objects() == {desk.row(document).file_key}


def test_what_becomes_another_type_is_refused(desk):
    class Forger(FakeCleaner):
        def clean(self, source, media_type, into):
            del source, media_type
            into.write(b"<script>")

    document = desk.hand_in()
    desk.with_(cleaner=Forger()).round()

    assert desk.row(document).flaw in {Flaw.WRONG_TYPE, Flaw.DAMAGED}


def test_objects_that_no_row_knows_are_swept_once_they_are_old(desk):
    waiting = desk.hand_in()
    ring, store = desk.tools.keys, desk.tools.files
    orphan = put_sealed(store, ring, "documents", [b"lost"], most_bytes=10).key
    other = put_sealed(store, ring, "letters", [b"other"], most_bytes=10).key

    assert sweep_documents(desk.tools) == 0
    desk.tools.clock.forward(seconds=ORPHAN_AFTER.total_seconds() + 1)
    assert sweep_documents(desk.tools) == 1

    assert orphan not in store.objects
    assert other in store.objects
    desk.round()
    assert desk.row(waiting).state == "kept"


def test_many_orphans_are_swept_in_one_round(desk):
    for number in range(450):
        key = f"documents/{number:032x}"
        desk.tools.files.objects[key] = (b"", NOW - timedelta(hours=2))

    assert sweep_documents(desk.tools) == 450
    assert desk.objects() == set()


def test_when_files_that_wait_take_much_room_somebody_is_told(desk, capsys):
    desk.hand_in(b"%PDF-" + bytes(95))
    settings = desk.tools.settings
    short = settings.model_copy(update={"uploads_room_bytes": 140})
    wide = settings.model_copy(update={"uploads_room_bytes": 150})

    assert watch_quarantine(desk.with_(settings=wide).tools) < ALARM
    assert "documents.room-short" not in capsys.readouterr().out
    assert watch_quarantine(desk.with_(settings=short).tools) >= ALARM
    assert "documents.room-short" in capsys.readouterr().out


def test_keys_of_files_and_parts_are_wrapped_anew(desk):
    kept = desk.hand_in()
    desk.round()
    waiting = desk.hand_in()
    old = desk.tools.keys
    ring = old.with_key("k2", new_key()).led_by("k2")

    with desk.tools.sessions.begin() as session:
        work = Work(session, system("keys"), NOW)
        assert rewrap_documents(work, ring) == 3
        assert rewrap_documents(work, ring) == 0
        assert dict(document_keys_in_use(session)) == {"k2": 3}

    renewed = desk.with_(keys=ring.without(old.current))
    assert renewed.content(kept) == CLEANED
    assert waiting


def test_a_process_without_keys_checks_nothing(desk):
    assert document_keepers(replace(desk.tools, keys=None)) == {}


def test_every_object_in_use_is_known(desk):
    desk.hand_in()
    desk.hand_in(b"%PDF-1.7 second")
    desk.round()
    desk.hand_in(b"%PDF-1.7 ", b"third")

    with desk.tools.reading() as session:
        assert known_objects(session, sorted(desk.objects())) == desk.objects()
