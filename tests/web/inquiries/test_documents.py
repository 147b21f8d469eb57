"""Files go with an inquiry, before it is sent and after."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from directory.adapters.cleaning import ChildCleaner
from directory.audit.model import Entry
from directory.core.files import FilesUnavailableError
from directory.inquiries.model import Document
from directory.inquiries.rules.documents import FILE_MOST_BYTES, FILES_AT_MOST
from directory.jobs.keepers import keepers
from directory.jobs.promises import keep_promises
from directory.web.context import EXTENSION
from tests.adapters.handed_in_pdf import pdf
from tests.adapters.imaging import HOSPITAL, SECRETS, dicom, series
from tests.browser import Browser
from tests.web.hospital.handing_in import BOUNDARY, multipart
from tests.web.inquiries.pages import PERSON, answer, code_of, go, send

PAGE = "/inquiries/documents"
MINE = "/inquiries/mine/documents"


def add(browser, content=None, name="Befund.pdf", page=PAGE):
    """Add a file with the plain form; return the answer."""
    token = browser.open(page).value("csrf_token")
    file = (io.BytesIO(pdf() if content is None else content), name)
    return browser.client.post(page, data={"csrf_token": token, "file": file})


def check(app, cleaner=None):
    """Keep what is due, with a real cleaner."""
    tools = replace(app.extensions[EXTENSION], cleaner=cleaner or ChildCleaner())
    while keep_promises(tools, keepers(tools)):
        pass


def rows(app):
    with app.extensions[EXTENSION].reading() as session:
        found = list(session.scalars(select(Document).order_by(Document.made_at)))
        session.expunge_all()
    return found


@pytest.fixture
def asking(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    return browser


@pytest.fixture
def sent(browser, clock):
    """Return a browser in which a sent inquiry is open."""
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    code = code_of(browser.open("/inquiries/receipt"))
    press = browser.open("/inquiries/track").value("csrf_token")
    browser.client.post("/inquiries/track", data={"csrf_token": press, "code": code})
    return browser


def test_a_file_is_added_checked_and_read_back(app, asking):
    assert add(asking).status_code == 303
    assert "being checked" in asking.open(PAGE).text

    check(app)

    page = asking.open(PAGE)
    assert "Befund.pdf" in page.text
    (row,) = rows(app)
    got = asking.client.get(f"/inquiries/documents/{row.id}/file")
    assert got.data.startswith(b"%PDF-")
    assert got.headers["Content-Disposition"] == 'attachment; filename="Befund.pdf"'
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["Cache-Control"] == "no-store"
    with app.extensions[EXTENSION].reading() as session:
        events = list(session.scalars(select(Entry.event).order_by(Entry.seq)))
    assert events[-1] == "document.read"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"<script>alert(1)</script>" * 20, "is not a PDF, JPEG, PNG or DICOM file"),
        (b"%PDF-" + bytes(FILE_MOST_BYTES), "larger than 50"),
        (b"%PDF-" + bytes(FILE_MOST_BYTES + 20_000_000), "larger than 50 MB"),
    ],
    ids=["empty", "script", "large", "much-too-large"],
)
def test_what_is_not_taken_is_refused_at_the_field(app, asking, content, said):
    token = asking.open(PAGE).value("csrf_token")
    answer = asking.client.post(
        PAGE,
        data=multipart({"csrf_token": token}, content),
        content_type=f"multipart/form-data; {BOUNDARY}",
    )

    assert answer.status_code in {413, 422}
    assert said in answer.get_data(as_text=True)
    assert rows(app) == []
    assert app.extensions[EXTENSION].files.objects == {}


def test_a_file_that_is_refused_later_says_why_and_leaves_no_bytes(app, asking):
    add(asking, b"%PDF-1.7 invented and broken")
    check(app)

    assert "damaged or incomplete" in asking.open(PAGE).text
    assert app.extensions[EXTENSION].files.objects == {}


def test_the_twenty_first_file_is_refused_and_the_others_stay(app, asking):
    for number in range(FILES_AT_MOST):
        assert add(asking, name=f"{number}.pdf").status_code == 303
    # Shown to whoever sends it all the same; the page itself offers no more room.
    assert "no room for more files" in asking.open(PAGE).text
    token = asking.open("/inquiries/illness").value("csrf_token")

    answer = asking.client.post(
        PAGE, data={"csrf_token": token, "file": (io.BytesIO(pdf()), "21.pdf")}
    )

    assert answer.status_code == 422
    assert len(rows(app)) == FILES_AT_MOST


def test_while_the_store_is_away_the_page_says_so_and_stays(app, asking):
    app.extensions[EXTENSION].files.is_away = True

    answer = add(asking)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "our file store does not answer" in answer.get_data(as_text=True)
    assert rows(app) == []


def test_a_full_disk_keeps_nothing_half(app, asking, monkeypatch):
    store = app.extensions[EXTENSION].files

    def put(_key, chunks):
        next(iter(chunks))
        raise FilesUnavailableError(reason="No space left on device")

    monkeypatch.setattr(store, "put", put)

    assert add(asking).status_code == 503
    assert rows(app) == []
    assert store.objects == {}


def test_names_are_told_and_taken_out_when_asked(app, asking):
    add(asking, series(), "Bilder.zip")
    check(app)
    (row,) = rows(app)
    page = asking.open(f"/inquiries/documents/{row.id}/names")
    assert "Zqpatient Invented" in page.text
    assert HOSPITAL in page.text
    assert HOSPITAL.encode() not in (row.details or b"")

    token = page.value("csrf_token")
    asking.client.post(
        f"/inquiries/documents/{row.id}/names", data={"csrf_token": token}
    )
    assert asking.client.get(f"/inquiries/documents/{row.id}/file").status_code == 409
    check(app)

    (row,) = rows(app)
    assert row.is_deidentified
    assert "without names" in asking.open(PAGE).text
    assert "Zqpatient" not in asking.open(f"/inquiries/documents/{row.id}/names").text
    content = asking.client.get(f"/inquiries/documents/{row.id}/file").data
    assert content.startswith(b"PK")
    assert len(app.extensions[EXTENSION].files.objects) == 1
    assert not [secret for secret in SECRETS if secret in content]


def test_a_file_is_taken_away_after_asking_once(app, asking):
    add(asking)
    (row,) = rows(app)
    page = asking.open(f"/inquiries/documents/{row.id}/remove")

    asking.client.post(
        f"/inquiries/documents/{row.id}/remove",
        data={"csrf_token": page.value("csrf_token")},
    )
    check(app)

    assert rows(app) == []
    assert app.extensions[EXTENSION].files.objects == {}


@pytest.mark.parametrize("end", ["file", "remove", "names"])
def test_nobody_else_knows_of_a_file(app, asking, end):
    add(asking, dicom(), "a.dcm")
    check(app)
    (row,) = rows(app)

    other = Browser(app)
    assert other.client.get(f"/inquiries/documents/{row.id}/{end}").status_code == 404
    go(other, "/inquiries/new", PERSON, "/inquiries/illness")
    assert other.client.get(f"/inquiries/documents/{row.id}/{end}").status_code == 404


def test_files_are_added_to_what_was_sent_and_told_of(app, sent):
    assert add(sent, page=MINE).status_code == 303
    check(app)

    assert "checked" in sent.open(MINE).text
    with app.extensions[EXTENSION].reading() as session:
        events = list(session.scalars(select(Entry.event)))
    assert "document.added" in events


def test_without_a_draft_or_a_view_there_is_no_page(browser):
    assert browser.client.get(PAGE).status_code == 404
    answer = browser.client.get(MINE)
    assert answer.status_code == 303
    assert "/inquiries/track" in answer.headers["Location"]


def test_a_forged_form_adds_nothing(app, asking):
    file = (io.BytesIO(pdf()), "a.pdf")

    answer = asking.client.post(PAGE, data={"csrf_token": "invented", "file": file})

    assert answer.status_code == 400
    assert rows(app) == []


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_read_in_every_language(app, asking, language):
    add(asking, series(), "Bilder.zip")
    check(app)
    (row,) = rows(app)

    prefix = f"/{language}"
    asking.open(f"{prefix}{PAGE}")
    asking.open(f"{prefix}/inquiries/documents/{row.id}/names")
    asking.open(f"{prefix}/inquiries/documents/{row.id}/remove")
