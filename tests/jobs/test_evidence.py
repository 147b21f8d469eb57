"""Files are checked away from requests; nothing is released by a fault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.accounts.rules.roles import OrganizationKind
from directory.adapters.cleaning import ChildCleaner
from directory.core.actor import Role, system
from directory.core.crypto import KeyRing, new_key
from directory.core.files import Cleaner, Flaw, Scanner
from directory.core.sealed_files import open_sealed, put_sealed
from directory.core.work import Work
from directory.jobs.evidence import ORPHAN_AFTER, evidence_keepers, sweep
from directory.jobs.promises import Round, keep_promises
from directory.outbox.rules import GIVE_UP_AFTER
from directory.submissions.actions.evidence import attach_file, remove
from directory.submissions.model import Evidence, Submission
from directory.submissions.queries.evidence import sealed_file
from directory.tools import Tools
from tests.adapters.clamd_daemon import mortal
from tests.adapters.handed_in import EICAR, GOOD_PNG, zip_bomb
from tests.adapters.handed_in_pdf import pdf, with_embedded, with_scripts
from tests.conftest import NOW
from tests.fakes import FakeCleaner, FakeScanner, MemoryMailer, MemoryStore
from tests.jobs.posting import open_post_office
from tests.submissions.cases import as_, changed, office_of, somebody, submit

__all__ = ["mortal"]

PDF = "application/pdf"
CLEANED = b"%PDF-1.7 invented cleaned"


@dataclass
class Desk:
    """A database and a store, with a worker that checks files."""

    tools: Tools
    store: MemoryStore
    draft: str
    work: Work

    def hand_in(self, content: bytes = b"%PDF-1.7 invented", kind: str = PDF) -> str:
        """Add a file to the draft; return its public id."""
        assert self.tools.keys is not None
        stored = put_sealed(
            self.store, self.tools.keys, "evidence", [content], most_bytes=10**9
        )
        with self.tools.sessions.begin() as session:
            work = replace(self.work, session=session)
            return attach_file(work, self.draft, "", "paper.pdf", kind, stored)

    def take_away(self, evidence: str) -> None:
        """Remove a file from the draft."""
        with self.tools.sessions.begin() as session:
            remove(replace(self.work, session=session), self.draft, evidence)

    def round(self) -> Round:
        """Keep what is due."""
        keepers = evidence_keepers(self.tools)
        return keep_promises(self.tools, keepers, chance=lambda: 0.5)

    def row(self, evidence: str) -> Evidence:
        """Return the row of a file."""
        with self.tools.reading() as session:
            query = select(Evidence).where(Evidence.public_id == evidence)
            found = session.scalars(query).one()
            session.expunge_all()
        return found

    def content(self, evidence: str) -> bytes:
        """Return what somebody would be given."""
        assert self.tools.keys is not None
        file = sealed_file(self.row(evidence))
        return b"".join(open_sealed(self.store, self.tools.keys, file))

    def with_(self, *, cleaner: Cleaner | None = None, scanner: Scanner | None) -> Desk:
        """Return the same desk with another cleaner or scanner."""
        cleaner = cleaner or self.tools.cleaner
        tools = replace(self.tools, cleaner=cleaner, scanner=scanner)
        return replace(self, tools=tools)


@pytest.fixture
def desk(engine, tmp_path):
    store = MemoryStore()
    office = open_post_office(engine, tmp_path, MemoryMailer())
    tools = replace(office.tools, files=store, scanner=FakeScanner())
    with tools.sessions.begin() as session:
        work = Work(session, system("test"), NOW)
        hospital = office_of(session, OrganizationKind.HOSPITAL)
        editor = as_(work, somebody(session, Role.HOSPITAL_EDITOR, hospital))
        row = submit(editor, None, changed(), by=editor.actor)
        row.state, row.submitted_at, row.submitted_by = "draft", None, None
        draft = row.public_id
    return Desk(tools, store, draft, editor)


def test_a_file_that_passes_is_replaced_by_what_was_made_of_it(desk):
    evidence = desk.hand_in()
    handed_in = desk.row(evidence).store_key

    assert desk.round() == Round(kept=2)

    row = desk.row(evidence)
    assert row.state == "clean"
    assert desk.content(evidence) == CLEANED
    assert row.sha256 == hashlib.sha256(CLEANED).hexdigest()
    assert row.size_bytes == len(CLEANED)
    assert handed_in not in desk.store.objects
    assert desk.store.objects.keys() == {row.store_key}
    assert b"invented" not in desk.store.objects[row.store_key][0]


def test_the_scanner_sees_what_was_handed_in(desk):
    desk.hand_in()
    desk.round()

    assert desk.tools.scanner.shown == [b"%PDF-1.7 invented"]


def test_what_is_found_is_refused_and_deleted(desk):
    evidence = desk.hand_in()

    desk.with_(scanner=FakeScanner(finds="Invented.Eicar")).round()

    row = desk.row(evidence)
    assert (row.state, row.verdict) == ("rejected", "malicious")
    assert desk.store.objects == {}


def test_what_cannot_be_cleaned_is_refused_and_deleted(desk):
    evidence = desk.hand_in()

    desk.with_(cleaner=FakeCleaner(Flaw.ENCRYPTED), scanner=None).round()

    row = desk.row(evidence)
    assert (row.state, row.verdict) == ("rejected", "encrypted")
    assert desk.store.objects == {}


def test_what_becomes_another_type_is_refused(desk):
    class Forger(FakeCleaner):
        def clean(self, source, media_type, into):
            assert (source.read(), media_type) == (b"%PDF-1.7 invented", PDF)
            into.write(b"<script>")

    evidence = desk.hand_in()
    desk.with_(cleaner=Forger(), scanner=None).round()

    assert desk.row(evidence).verdict == "wrong-type"


def test_while_the_scanner_is_away_nothing_is_released(desk):
    evidences = [desk.hand_in() for _ in range(3)]
    away = desk.with_(scanner=FakeScanner(is_away=True))

    for _ in range(10):
        away.round()
        away.tools.clock.forward(minutes=45)

    assert [desk.row(one).state for one in evidences] == ["pending"] * 3
    desk.round()
    assert [desk.row(one).state for one in evidences] == ["clean"] * 3


def test_a_file_outlives_a_scanner_that_is_away_for_days(desk):
    evidence = desk.hand_in()
    away = desk.with_(scanner=FakeScanner(is_away=True))
    away.round()
    away.tools.clock.forward(seconds=GIVE_UP_AFTER.total_seconds())
    assert away.round() == Round(given_up=1)
    assert desk.round() == Round()

    sweep(desk.tools)
    desk.round()

    assert desk.row(evidence).state == "clean"


def test_while_the_store_is_away_files_wait(desk):
    evidence = desk.hand_in()
    desk.store.is_away = True

    assert desk.round() == Round(later=1)

    assert desk.row(evidence).state == "pending"
    desk.store.is_away = False
    desk.tools.clock.forward(minutes=1)
    desk.round()
    assert desk.row(evidence).state == "clean"


@pytest.mark.parametrize("loss", ["gone", "cut", "changed"])
def test_what_the_store_lost_is_refused_and_not_tried_for_ever(desk, loss):
    evidence = desk.hand_in()
    key = desk.row(evidence).store_key
    sealed, at = desk.store.objects[key]
    if loss == "gone":
        del desk.store.objects[key]
    else:
        changed = sealed[:-1] if loss == "cut" else sealed[:-1] + b"\0"
        desk.store.objects[key] = (changed, at)

    desk.round()

    assert desk.row(evidence).verdict == "damaged"


def test_without_the_key_that_sealed_it_a_file_waits(desk):
    evidence = desk.hand_in()
    other = replace(desk.tools, keys=KeyRing("k9", {"k9": new_key()}, b"i" * 32))

    assert replace(desk, tools=other).round() == Round(later=1)

    assert desk.row(evidence).state == "pending"


def test_a_process_without_keys_checks_nothing(desk):
    assert evidence_keepers(replace(desk.tools, keys=None)) == {}


def test_what_is_removed_before_it_was_checked_is_deleted(desk):
    evidence = desk.hand_in()
    desk.take_away(evidence)

    assert desk.round() == Round(kept=2)

    assert desk.store.objects == {}


def test_what_is_removed_while_it_is_checked_leaves_nothing(desk):
    class Slow(FakeCleaner):
        def clean(self, source, media_type, into):
            desk.take_away(evidence)
            super().clean(source, media_type, into)

    evidence = desk.hand_in()
    desk.with_(cleaner=Slow(), scanner=None).round()
    desk.round()

    assert desk.store.objects == {}
    assert desk.row(evidence).removed_at is not None


def test_objects_that_no_row_knows_are_swept_once_they_are_old(desk):
    known = desk.hand_in()
    ring = desk.tools.keys
    orphan = put_sealed(desk.store, ring, "evidence", [b"lost"], most_bytes=10).key
    other = put_sealed(desk.store, ring, "letters", [b"other"], most_bytes=10).key

    assert sweep(desk.tools) == 0
    desk.tools.clock.forward(seconds=ORPHAN_AFTER.total_seconds() + 1)
    assert sweep(desk.tools) == 1

    assert orphan not in desk.store.objects
    assert {desk.row(known).store_key, other} == desk.store.objects.keys()


def test_many_orphans_are_swept_in_one_round(desk):
    for number in range(450):
        desk.store.objects[f"evidence/{number:032x}"] = (
            b"",
            NOW - timedelta(hours=2),
        )

    assert sweep(desk.tools) == 450
    assert desk.store.objects == {}


def test_files_of_a_discarded_draft_are_gone_after_some_months(desk):
    desk.hand_in()
    desk.round()
    with desk.tools.sessions.begin() as session:
        session.execute(update(Submission).values(state="discarded"))

    sweep(desk.tools)
    desk.round()
    assert len(desk.store.objects) == 1
    desk.tools.clock.forward(days=91)
    sweep(desk.tools)
    desk.round()

    assert desk.store.objects == {}


@pytest.mark.parametrize(
    ("content", "kind", "state", "verdict"),
    [
        (pdf(), PDF, "clean", None),
        (with_scripts(), PDF, "clean", None),
        (GOOD_PNG, "image/png", "clean", None),
        (b"%PDF-1.7\n" + zip_bomb(), PDF, "rejected", "damaged"),
        (GOOD_PNG[:500], "image/png", "rejected", "damaged"),
    ],
    ids=["pdf", "script", "png", "bomb", "cut"],
)
def test_files_are_checked_by_a_real_child(desk, content, kind, state, verdict):
    evidence = desk.hand_in(content, kind)

    desk.with_(cleaner=ChildCleaner(), scanner=None).round()

    row = desk.row(evidence)
    assert (row.state, row.verdict) == (state, verdict)
    if state == "clean":
        assert b"zq-script" not in desk.content(evidence)


def test_a_real_scanner_refuses_eicar_and_none_releases_it_when_killed(desk, mortal):
    real = desk.with_(cleaner=ChildCleaner(), scanner=mortal.scanner)
    infected, fine = real.hand_in(with_embedded(EICAR)), real.hand_in(pdf())

    real.round()

    assert desk.row(infected).verdict == "malicious"
    assert desk.row(fine).state == "clean"
    mortal.stop()
    late = [real.hand_in(with_embedded(EICAR)), real.hand_in(pdf())]
    assert real.round() == Round(later=2)
    assert [desk.row(one).state for one in late] == ["pending", "pending"]
