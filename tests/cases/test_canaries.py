"""What a person entrusts to us is found nowhere in clear, and after erasing nowhere.

A case is walked with everything that can be written about it, each text with a word
in it that stands nowhere else. Then everything that is kept, sent and said is searched
for it: the database as an intruder finds it, its backup, the store of files, the data
folder with its index, letters, logs, numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import Engine, inspect, select, text, update

from directory.adapters.cleaning import ChildCleaner
from directory.adapters.files_folder import FolderStore
from directory.cases.actions import consulting, following_up, quoting, referring
from directory.cases.actions.documents import attach
from directory.cases.actions.letters import give_letter
from directory.cases.actions.looks import look_into
from directory.cases.actions.notes import add_task, write_note
from directory.cases.actions.talking import say, say_as_hospital, say_as_patient
from directory.cases.rules.follow_up import OWN, Planned
from directory.cases.rules.looks import LookCode
from directory.cases.rules.states import Lack, Step
from directory.core.actor import Role
from directory.core.config import ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError
from directory.core.files import FileStore
from directory.core.sealed_files import put_sealed
from directory.inquiries.actions.documents import PATIENT
from directory.inquiries.model import Document, Inquiry
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.documents import AREA
from directory.jobs.expiry import expire_drafts
from directory.jobs.keepers import keepers
from directory.jobs.promises import keep_promises
from directory.knowledge.actions import put_claim, put_guide
from directory.tools import Tools
from tests.adapters import imaging
from tests.adapters.handed_in_pdf import pdf
from tests.adapters.s3_server import Server
from tests.cases.giving import GOOD_UNTIL, PDF, QUOTE, VALUES, accepted
from tests.cases.giving import template as keep_template
from tests.cases.people import Cast, cast
from tests.conftest import NOW
from tests.fakes import FakePaper, FakeSearcher, MemoryMailer
from tests.house.authorization.asking import opened, prove
from tests.inquiries.invented import CANARY
from tests.knowledge.seeds import claims, guides
from tests.submissions.people import acting
from tests.web.conftest import wire

FILE_NAME = f"{CANARY}-report.pdf"
WORDS = (
    CANARY.encode(),
    CANARY.upper().encode(),
    VALUES["passport"].encode(),
    b"zq-kept",
    *imaging.SECRETS,
)
"""What must be found nowhere."""

TELLING = (b"immunomodulator", b"fourth line", b"anti-cd38")
"""Answers that say something of the illness, likewise, outside of seeds and words."""


@dataclass
class World:
    """A directory with everything that a person wrote in it.

    Args:
        people: Around one case.
        tools: The outside world.
        folder: Everything that is kept beside the database.
        sealed: What stood sealed in the database while the inquiry lived.
    """

    people: Cast
    tools: Tools
    folder: Path
    now: datetime = NOW
    sealed: list[bytes] = field(default_factory=list)

    @property
    def mailer(self) -> MemoryMailer:
        """Return what took the letters."""
        assert isinstance(self.tools.mailer, MemoryMailer)
        return self.tools.mailer

    def work_through(self, **later: float) -> None:
        """Keep every promise that is due so much later."""
        self.people.patient.session.commit()
        self.now += timedelta(**later)
        while keep_promises(self.tools, keepers(self.tools), chance=lambda: 0.5):
            pass

    def objects(self) -> dict[str, bytes]:
        """Return what the store holds, by key."""
        return {
            one.key: b"".join(self.tools.files.open(one.key))
            for area in (AREA, "erased", "evidence")
            for one in self.tools.files.keys(area)
        }

    def in_folder(self) -> bytes:
        """Return every byte in the data folder, secrets of our own left out."""
        return b"\n".join(
            path.name.encode() + path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and "secrets" not in path.parts
        )


def in_database(engine: Engine) -> bytes:
    """Return everything that the database holds, as an intruder would find it."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return b"".join(
            found.read_bytes() for found in sorted(path.parent.glob(f"{path.name}*"))
        )
    with engine.connect() as connection:
        return b"\n".join(
            bytes(value)
            if isinstance(value, bytes | memoryview)
            else str(value).encode()
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
            for value in row
        )


def backup(engine: Engine, into: Path) -> bytes:
    """Return a backup, made as operations are told to."""
    if engine.dialect.name != "sqlite":
        return in_database(engine)
    connection = pysqlite3.connect(str(engine.url.database))
    connection.execute("VACUUM INTO ?", [str(into)])
    connection.close()
    return into.read_bytes()


def all_sealed(engine: Engine) -> list[bytes]:
    """Return every value that stands sealed in rows of inquiries and cases."""
    about = ("inquiry", "case_", "referral", "call", "quote", "invitation", "follow_up")
    with engine.connect() as connection:
        return [
            bytes(value)
            for table in inspect(connection).get_table_names()
            if table.startswith(about)
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
            for value in row
            if isinstance(value, bytes | memoryview) and len(value) > 16
        ]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "data" / "files")
    server: Server = request.getfixturevalue("server")
    return server.store(f"canaries/{tmp_path.name}")


@pytest.fixture
def world(work, engine, tmp_path, store):
    folder = tmp_path / "data"
    settings = ensure_secrets(
        load({}, data=folder, base_url="http://localhost", rate_limits="off")
    )
    keys = KeyRing.parse(settings.encryption_keys)
    made: list[World] = []
    tools = Tools(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=lambda: made[0].now,
        searcher=FakeSearcher(),  # type: ignore[arg-type]
        keys=keys,
        mailer=MemoryMailer(),
        files=store,
        cleaner=ChildCleaner(),
        paper=FakePaper(),
    )
    made.append(World(cast(work, keys), tools, folder, NOW + timedelta(minutes=3)))
    walk(made[0])
    made[0].sealed = all_sealed(engine)
    return made[0]


def walk(world: World) -> None:
    """Write everything that can be written, as everybody who can."""
    people, keys = world.people, world.people.keys
    session, inquiry, case = people.patient.session, people.inquiry, people.case
    session.execute(update(Inquiry).values(email_confirmed_at=people.patient.now))
    referral = people.referral()
    referring.need_more(
        people.east, keys, referral.id, [Lack.OTHER], CANARY, referral.version
    )
    for name, content in (
        (FILE_NAME, pdf()),
        (f"{CANARY}.dcm", imaging.dicom()),
    ):
        stored = put_sealed(world.tools.files, keys, AREA, [content], most_bytes=10**9)
        attach(people.patient, keys, inquiry, PATIENT, name, stored, room_bytes=10**9)
    say(people.owner, keys, case, None, f"{CANARY} owner", "1" * 32, "en")
    say_as_patient(people.patient, keys, inquiry, None, CANARY, "2" * 32, "ru")
    accepted(people)
    say_as_hospital(people.east, keys, referral.id, CANARY, "3" * 32, "zh")
    write_note(people.owner, keys, case, f"{CANARY} note", key="4" * 32)
    add_task(people.owner, keys, case, f"{CANARY} task", key="5" * 32)
    begins = people.patient.now.replace(minute=0, second=0) + timedelta(days=3)
    call = consulting.offer_times(
        people.east,
        keys,
        referral.id,
        [begins],
        45,
        has_interpreter=True,
        how=f"{CANARY} room",
    )
    consulting.choose_time(people.patient, keys, inquiry, call, begins)
    session.commit()
    accepted(people, Step.ESTIMATE)
    quoting.send_quote(
        people.east, keys, referral.id, QUOTE, currency="CNY", valid_until=GOOD_UNTIL
    )
    keep_template(people)
    accepted(people, Step.TRAVEL)
    give_letter(
        people.east,
        keys,
        world.tools.files,
        referral.id,
        VALUES,
        PDF,
        number=1,
        template_version=1,
    )
    guide = guides()["follow-up"]
    for claim in guide.cited:
        put_claim(people.program, claims()[claim])
    put_guide(people.program, guide)
    accepted(people, Step.FOLLOW_UP)
    following_up.plan_follow_up(
        people.east,
        keys,
        referral.id,
        date(2026, 11, 20),
        [Planned(OWN, date(2026, 12, 1), f"{CANARY}: call us")],
    )
    admin = acting(people.patient, Role.ADMIN)
    look_into(admin, keys, people.row().reference, LookCode.FAULT, f"{CANARY} " * 5)
    # What happened is told first, letters leave a little later.
    world.work_through(minutes=10)
    world.work_through(minutes=10)


def found_in(where: bytes, words: tuple[bytes, ...] = WORDS) -> list[bytes]:
    return [word for word in words if word in where]


def test_the_case_was_really_walked(world):
    """Without this, nothing would be found because nothing was written."""
    with world.tools.reading() as session:
        states = {
            (row.state, row.media_type, row.details is not None)
            for row in session.scalars(select(Document))
        }
    assert ("kept", "application/dicom", True) in states
    assert ("kept", "application/pdf", False) in states
    assert len(world.objects()) >= 3
    assert world.mailer.sent
    assert len(world.sealed) > 15
    # The reader reads: what is public stands there in clear.
    assert b"east-invented" in in_database(world.tools.engine)


def test_nothing_stands_anywhere_in_clear_while_it_lives(world, tmp_path, capsys):
    engine = world.tools.engine

    assert found_in(in_database(engine), WORDS + TELLING) == []
    assert found_in(backup(engine, tmp_path / "backup.sqlite"), WORDS + TELLING) == []
    for key, content in world.objects().items():
        assert found_in(key.encode() + content) == []
    assert found_in(world.in_folder()) == []
    logged = capsys.readouterr()
    assert found_in((logged.out + logged.err).encode(), WORDS + TELLING) == []


def test_no_letter_says_anything(world):
    for mail in world.mailer.sent:
        said = f"{mail.subject}\n{mail.text}\n{mail.html}".encode()
        assert found_in(said) == []
        for word in (b"CAR-T", b"myeloma", b"east-invented", b"East Invented"):
            assert word not in said


def test_pages_and_numbers_say_nothing_where_others_look(world):
    """Titles and addresses stay in histories, numbers on screens of operators."""
    app = wire(world.tools)
    client = opened(app, world.people.inquiry)
    places = [
        "/en/inquiries/mine",
        *(
            f"/en/inquiries/mine/{page}"
            for page in ("messages", "documents", "estimates", "consents", "history")
        ),
    ]
    for place in places:
        answer = client.get(place)
        assert answer.status_code == 200, place
        page = answer.get_data(as_text=True)
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert title
        assert found_in(title.encode(), (*WORDS, b"myeloma")) == []
        links = [part.partition('"')[0] for part in page.split('href="')[1:]]
        assert found_in("\n".join(links).encode()) == []
        assert answer.headers["Cache-Control"] == "no-store"
    assert CANARY in client.get("/en/inquiries/mine/messages").get_data(as_text=True)

    assert found_in(client.get("/metrics").data, (*WORDS, b"myeloma")) == []


def test_after_export_and_erasing_it_is_found_nowhere(world, tmp_path, capsys):
    people, engine, ring = world.people, world.tools.engine, world.people.keys
    client = opened(wire(world.tools), people.inquiry)
    exported = client.post(
        "/en/inquiries/mine/export/case.json", data={"csrf_token": prove(client)}
    )
    assert CANARY in exported.get_data(as_text=True)
    erased = client.post("/en/inquiries/mine/erase", data={"csrf_token": prove(client)})
    assert erased.headers["Location"].endswith("/inquiries/erased")

    world.work_through(hours=1)
    expire_drafts(world.tools)

    after = in_database(engine)
    saved = backup(engine, tmp_path / "after.sqlite")
    for kept in (after, saved):
        assert found_in(kept, WORDS + TELLING) == []
        assert [value for value in world.sealed if value in kept] == []
    assert [key for key in world.objects() if key.startswith(f"{AREA}/")] == []
    assert found_in(world.in_folder()) == []
    with world.tools.reading() as session, pytest.raises(NotFoundError):
        data_key_of(session, ring, people.inquiry)
    logged = capsys.readouterr()
    assert found_in((logged.out + logged.err).encode()) == []
    assert client.get("/en/inquiries/mine").status_code == 303
