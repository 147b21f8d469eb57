"""Files of a case, on the pages of its owner and of a hospital."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from directory.adapters.cleaning import ChildCleaner
from directory.audit.model import Entry
from directory.cases.actions import documents as actions
from directory.core.actor import Role
from directory.core.sealed_files import put_sealed
from directory.inquiries.actions.documents import PATIENT
from directory.inquiries.model import Consent, Document
from directory.inquiries.rules.documents import FILE_MOST_BYTES
from directory.jobs.keepers import keepers
from directory.jobs.promises import keep_promises
from tests.adapters.handed_in_pdf import pdf
from tests.web.hospital.handing_in import BOUNDARY, multipart


def check(ward) -> None:
    """Look through what waits, with a real cleaner."""
    tools = replace(ward.desk.tools, cleaner=ChildCleaner())
    while keep_promises(tools, keepers(tools)):
        pass


@pytest.fixture
def owner(ward):
    """Return the browser of somebody of the organization that owns the case."""
    office = ward.case().organization_id
    return ward.desk.sit(Role.FACILITATOR, organization=office)


@pytest.fixture
def record(ward) -> str:
    """Return a file that the patient sent and that was checked."""
    tools = ward.desk.tools
    stored = put_sealed(tools.files, tools.keys, "documents", [pdf()], most_bytes=10**9)
    work = ward.work()
    document = actions.attach(
        work, tools.keys, ward.inquiry, PATIENT, "Выписка.pdf", stored, room_bytes=10**9
    )
    work.session.commit()
    work.session.close()
    check(ward)
    return document


def rows(ward) -> list[Document]:
    with ward.desk.session() as session:
        found = list(session.scalars(select(Document).order_by(Document.made_at)))
        session.expunge_all()
    return found


def readings(ward) -> int:
    with ward.desk.session() as session:
        events = list(session.scalars(select(Entry.event)))
    return events.count("document.read")


def owners(ward, rest: str = "", language: str = "en") -> str:
    return f"/{language}/facilitator/cases/{ward.row().case_id}/documents{rest}"


def add(browser, url: str, content: bytes | None = None, **more: object):
    """Add a file with the form of a page."""
    file = (io.BytesIO(pdf() if content is None else content), "letter.pdf")
    return browser.send(url, {"file": file, **more})


def stop_sharing(ward) -> None:
    with ward.desk.tools.sessions.begin() as session:
        session.execute(
            update(Consent)
            .where(Consent.purpose == "share")
            .values(withdrawn_at=ward.desk.clock.now)
        )


def test_owner_and_hospital_read_a_record_and_each_reading_is_noted(
    ward, owner, record
):
    assert "Выписка.pdf" in ward.east.open(ward.url("/documents")).text
    assert "Выписка.pdf" in owner.open(owners(ward)).text

    for browser, url in (
        (ward.east, ward.url(f"/documents/{record}/file")),
        (owner, owners(ward, f"/{record}/file")),
    ):
        got = browser.client.get(url)
        assert got.data.startswith(b"%PDF-")
        assert got.headers["Content-Disposition"].startswith("attachment; ")
        assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert got.headers["Cache-Control"] == "no-store"
    assert readings(ward) == 2


def test_nobody_else_finds_a_file(ward, owner, record):
    stranger = ward.desk.sit(Role.FACILITATOR)
    nobody = ward.desk.passer_by()

    for browser, url in (
        (ward.west, ward.url("/documents")),
        (ward.west, ward.url(f"/documents/{record}/file")),
        (stranger, owners(ward)),
        (stranger, owners(ward, f"/{record}/file")),
        (owner, owners(ward, f"/{'0' * 32}/file")),
    ):
        assert browser.client.get(url).status_code == 404
    assert nobody.client.get(ward.url(f"/documents/{record}/file")).status_code in {
        302,
        303,
    }
    assert readings(ward) == 0


def test_after_consent_ended_the_hospital_finds_nothing_while_its_page_is_open(
    ward, record
):
    token = ward.east.open(ward.url("/documents")).value("csrf_token")
    stop_sharing(ward)

    assert ward.east.client.get(ward.url("/documents")).status_code == 404
    got = ward.east.client.get(ward.url(f"/documents/{record}/file"))
    assert got.status_code == 404
    file = (io.BytesIO(pdf()), "a.pdf")
    answer = ward.east.client.post(
        ward.url("/documents"), data={"csrf_token": token, "file": file}
    )
    assert answer.status_code == 404
    assert len(rows(ward)) == 1


def test_a_hospital_adds_a_file_of_its_own_and_takes_it_away(ward, owner):
    assert add(ward.east, ward.url("/documents")).status_code == 303
    check(ward)

    (row,) = rows(ward)
    assert (row.side, row.center, row.state) == ("hospital", ward.row().center, "kept")
    assert "letter.pdf" in owner.open(owners(ward)).text
    url = ward.url(f"/documents/{row.id}/remove")
    assert owner.client.get(owners(ward, f"/{row.id}/remove")).status_code == 404
    ward.east.open(url)
    assert ward.east.send(url).status_code == 303
    assert rows(ward) == []


def test_an_owner_adds_a_file_for_one_center_or_for_all(ward, owner):
    center = ward.row().center
    assert add(owner, owners(ward), center=center).status_code == 303
    assert add(owner, owners(ward), center="").status_code == 303
    assert add(owner, owners(ward), center="invented").status_code == 422
    check(ward)

    assert [row.center for row in rows(ward)] == [center, None]
    page = ward.east.open(ward.url("/documents"))
    assert page.text.count("letter.pdf") >= 2


def test_a_file_of_the_patient_is_not_taken_away_by_others(ward, owner, record):
    assert owner.client.get(owners(ward, f"/{record}/remove")).status_code == 404
    url = ward.url(f"/documents/{record}/remove")
    assert ward.east.client.get(url).status_code == 404


@pytest.mark.parametrize("side", ["owner", "east"])
@pytest.mark.parametrize(
    ("size", "status"),
    [(FILE_MOST_BYTES + 1, 422), (FILE_MOST_BYTES + 20_000_000, 413)],
)
def test_a_file_that_is_too_large_is_refused_at_its_field(
    ward, owner, side, size, status
):
    browser, url = (
        (owner, owners(ward))
        if side == "owner"
        else (ward.east, ward.url("/documents"))
    )
    token = browser.open(url).value("csrf_token")

    answer = browser.client.post(
        url,
        data=multipart({"csrf_token": token, "center": ""}, b"%PDF-" + bytes(size - 5)),
        content_type=f"multipart/form-data; {BOUNDARY}",
    )

    assert answer.status_code == status
    assert "larger than 50 MB" in answer.get_data(as_text=True)
    assert rows(ward) == []


@pytest.mark.parametrize("side", ["owner", "east"])
def test_while_the_store_is_away_the_page_says_so(ward, owner, side):
    browser, url = (
        (owner, owners(ward))
        if side == "owner"
        else (ward.east, ward.url("/documents"))
    )
    ward.desk.tools.files.is_away = True

    answer = add(browser, url, center="")

    assert answer.status_code == 503
    assert rows(ward) == []


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_read_in_every_language(ward, owner, record, language):
    assert record
    add(ward.east, ward.url("/documents"))
    check(ward)

    ward.east.open(ward.url("/documents", language))
    owner.open(owners(ward, language=language))
