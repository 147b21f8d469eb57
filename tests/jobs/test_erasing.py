"""Files of what was erased go however often the store is away; tombstones stay."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from directory.cases.actions import erasing
from directory.cases.model import Message
from directory.cli.erasures import erasures
from directory.cli.wiring import Wiring
from directory.core.errors import DirectoryError
from directory.core.files import FilesUnavailableError
from directory.inquiries.model import Document, Inquiry
from directory.jobs import erasing as job
from directory.jobs.expiry import expire_drafts
from directory.outbox.model import Promise
from tests.conftest import NOW
from tests.jobs.erasing_office import office

__all__ = ["office"]


def test_files_go_and_a_tombstone_comes(office):
    assert len(office.in_area("documents")) == 3

    office.erase()
    assert len(office.in_area("documents")) == 3
    office.round()

    assert office.in_area("documents") == []
    name = UUID(office.people.inquiry).hex
    assert office.in_area("erased") == [f"erased/{name}"]
    words = json.loads(office.store.objects[f"erased/{name}"][0])
    assert words.keys() == {"inquiry", "erased_at"}


def test_a_store_that_is_away_is_asked_again_until_nothing_is_left(office):
    office.store.is_away = True
    office.erase()
    for _ in range(3):
        office.round(hours=1)
    assert len(office.in_area("documents")) == 3

    office.store.is_away = False
    office.round(hours=1)

    assert office.in_area("documents") == []
    assert len(office.in_area("erased")) == 1


def test_a_tombstone_given_up_is_put_later(office):
    office.store.is_away = True
    office.erase()
    office.round()
    office.round(hours=25)
    with office.tools.reading() as session:
        given_up = session.scalars(
            select(Promise.kind).where(Promise.given_up_at.is_not(None))
        ).all()
    assert erasing.BURY in given_up
    with pytest.raises(FilesUnavailableError):
        job.bury_rest(office.tools)

    office.store.is_away = False

    assert [job.bury_rest(office.tools), job.bury_rest(office.tools)] == [1, 0]
    assert list(job.tombstones(office.tools)) == [office.people.inquiry]


def test_the_hourly_round_erases_what_is_past_its_time(office):
    office.now += timedelta(days=800)

    assert expire_drafts(office.tools) == 1

    assert office.count(Message) == 0
    office.round()
    assert office.in_area("documents") == []


@pytest.fixture
def run(office):
    tools = office.tools
    wiring = Wiring(
        settings=lambda: tools.settings,
        engine=lambda _settings: tools.engine,
        files=lambda _settings: tools.files,
        tools=lambda _settings: tools,
        app=lambda *_: None,  # type: ignore[arg-type]
        background=lambda _tools: lambda: None,
        clock=tools.clock,
    )

    def one(*words: str) -> str:
        result = CliRunner().invoke(erasures, words, obj=wiring)
        if isinstance(result.exception, DirectoryError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return one


def buried_elsewhere(office, inquiry):
    """Put a tombstone of before the database was brought back to an old state."""
    key = f"erased/{UUID(inquiry).hex}"
    office.store.objects[key] = (b"{}", NOW)


def test_a_restored_inquiry_is_erased_again_by_its_tombstone(office, run):
    buried_elsewhere(office, office.people.inquiry)
    assert office.count(Message) == 1

    assert "inquiries erased again: 1" in run("apply")
    assert "inquiries erased again: 0" in run("apply")

    assert office.count(Message) == 0
    assert office.count(Document) == 0
    with office.tools.reading() as session:
        assert session.get_one(Inquiry, office.people.inquiry).wrapped_key is None


def test_a_list_of_erasures_is_applied_after_a_restore(office, run, tmp_path):
    listed = tmp_path / "erased.txt"
    listed.write_text(f"{office.people.inquiry} 2026-11-23T08:00:00+00:00\n\n")

    said = run("apply", str(listed))

    assert "inquiries erased again: 1" in said
    assert "tombstones put: 1" in said
    assert run("list").split()[0] == office.people.inquiry


def test_a_draft_that_came_back_goes_with_the_next_round(office, run):
    session = office.people.patient.session
    draft = office.people.patient
    session.add(
        Inquiry(
            id="01990000-0000-7000-8000-000000000001",
            state="draft",
            revision=1,
            language="en",
            draft_digest=b"d" * 32,
            wrapped_key=b"w",
            wrapped_by="k1",
            made_at=draft.now,
            changed_at=draft.now,
            erase_after=draft.now + timedelta(days=30),
        )
    )
    session.commit()
    buried_elsewhere(office, "01990000-0000-7000-8000-000000000001")

    run("apply")
    expire_drafts(office.tools)

    assert office.count(Inquiry) == 1


def test_a_list_that_is_none_is_refused_by_its_line(office, run, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("\nsomething else\n")

    with pytest.raises(job.TombstoneMalformedError, match="line=2"):
        run("apply", str(wrong))
    assert office.count(Message) == 1
