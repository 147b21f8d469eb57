"""A hospital adds what bears its draft out, and takes it away."""

from __future__ import annotations

import io
from dataclasses import replace

import pysqlite3
import pytest
from sqlalchemy import event, select

from directory.outbox.model import Promise
from directory.submissions.rules.files import MOST_BYTES, MOST_FILES
from directory.web.context import EXTENSION
from tests.adapters.handed_in import GOOD_PNG, REFUSED_AT_ONCE
from tests.adapters.handed_in_pdf import pdf
from tests.adapters.s3_server import Server
from tests.web.hospital.handing_in import (
    BOUNDARY,
    SLUG,
    address,
    check,
    draft_of,
    multipart,
    rows,
    send,
    store_of,
)


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


@pytest.fixture
def draft(desk, office):
    return draft_of(desk, office)


@pytest.fixture
def store(desk):
    return store_of(desk)


def test_the_page_begins_empty_and_holds_two_forms(office, draft):
    page = office.open(f"{address(draft)}?field=capability.icu")

    assert "Nothing was added yet" in page.text
    chosen = [
        one.get("value")
        for one in page.all("option")
        if one.get("selected") is not None
    ]
    assert chosen == ["capability.icu", "capability.icu"]
    assert [one.get("enctype") for one in page.all("form")].count(
        "multipart/form-data"
    ) == 1


@pytest.mark.parametrize("locale", ["en", "zh", "ru", "ar"])
def test_the_pages_read_in_each_language(desk, office, draft, locale):
    send(office, draft, pdf())
    (row,) = rows(desk)

    office.open(address(draft).replace("/en/", f"/{locale}/"))
    office.open(
        f"{address(draft)}/{row.public_id}/remove".replace("/en/", f"/{locale}/")
    )


@pytest.mark.parametrize(
    ("make", "flaw"), REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE
)
def test_what_is_no_pdf_or_picture_is_refused_at_the_field(
    desk, office, draft, store, make, flaw
):
    answer = send(office, draft, make(), "harmless.pdf")

    assert answer.status_code == 422
    assert rows(desk) == []
    assert store.objects == {}


def test_the_reason_stands_at_the_field_and_what_was_chosen_stays(office, draft):
    page = office.post(
        address(draft),
        {
            "about": "capability.icu",
            "file": (io.BytesIO(b"<script>"), "harmless.pdf"),
        },
        status=422,
    )

    assert page.title.startswith("Error:")
    assert "is not a PDF, JPEG or PNG" in page.text
    assert page.by_class("nhsuk-error-summary")
    chosen = [
        one.get("value")
        for one in page.all("option")
        if one.get("selected") is not None
    ]
    assert "capability.icu" in chosen


def test_no_file_at_all_is_asked_for(office, draft):
    page = office.post(address(draft), {"about": ""}, status=422)

    assert "Choose a file" in page.text


@pytest.mark.parametrize(
    ("size", "status"), [(MOST_BYTES, 303), (MOST_BYTES + 1, 422), (40_000_000, 413)]
)
def test_files_of_twenty_megabytes_are_taken_and_no_larger_ones(
    desk, office, draft, size, status
):
    content = b"%PDF-" + bytes(size - 5)

    token = office.open(address(draft)).value("csrf_token")
    body = multipart({"csrf_token": token, "about": ""}, content)
    answer = office.client.post(
        address(draft), data=body, content_type=f"multipart/form-data; {BOUNDARY}"
    )

    assert answer.status_code == status
    assert len(rows(desk)) == (status == 303)
    if status != 303:
        assert "larger than 20 MB" in answer.get_data(as_text=True)


def test_other_pages_take_no_more_than_before(office, draft):
    answer = office.client.post(
        f"{address(draft)}/links", data={"url": "x" * 2_000_000}
    )

    assert answer.status_code == 413


def test_while_the_store_is_away_the_form_keeps_what_was_typed(
    desk, office, draft, store
):
    token = office.open(address(draft)).value("csrf_token")
    store.is_away = True

    answer = office.client.post(
        address(draft),
        data={
            "csrf_token": token,
            "about": "capability.icu",
            "file": (io.BytesIO(pdf()), "paper.pdf"),
        },
    )

    words = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "does not answer at this moment" in words
    assert 'value="capability.icu" selected' in words
    assert rows(desk) == []
    store.is_away = False
    assert send(office, draft, pdf()).status_code == 303


def test_a_real_store_that_goes_away_and_comes_back(desk, office, draft):
    server, later = Server(), None
    try:
        desk.app.extensions[EXTENSION] = replace(desk.tools, files=server.store())
        assert send(office, draft, pdf(), "first.pdf").status_code == 303
        server.stop()

        answer = send(office, draft, pdf(), "second.pdf")
        assert answer.status_code == 503
        assert 'value="capability.icu" selected' in answer.get_data(as_text=True)
        assert [row.name for row in rows(desk)] == ["first.pdf"]

        later = Server()
        desk.app.extensions[EXTENSION] = replace(desk.tools, files=later.store())
        assert send(office, draft, pdf(), "second.pdf").status_code == 303
    finally:
        server.stop()
        if later is not None:
            later.stop()


def test_without_keys_nothing_is_taken(desk, office, draft):
    desk.app.extensions[EXTENSION] = replace(desk.tools, keys=None)

    assert send(office, draft, pdf()).status_code == 503
    assert rows(desk) == []


def test_what_was_handed_in_is_shown_and_not_changed(desk, office):
    draft = draft_of(desk, office, "submitted")

    page = office.open(address(draft))

    assert "was handed in" in page.text
    assert not list(page.all("input", type="file"))
    token = page.value("csrf_token")
    answer = office.client.post(
        address(draft),
        data={"csrf_token": token, "about": "", "file": (io.BytesIO(pdf()), "a.pdf")},
    )
    assert answer.status_code == 409
    assert desk.tools.files.objects == {}


def test_a_link_is_added_with_what_it_says(desk, office, draft):
    answer = office.client.post(
        f"{address(draft)}/links",
        data={
            "csrf_token": office.open(address(draft)).value("csrf_token"),
            "link_about": "",
            "url": " https://hospital.example.org/icu ",
            "link_name": "<b>Our ICU</b>",
        },
    )

    assert answer.status_code == 303
    (row,) = rows(desk)
    assert (row.url, row.state) == ("https://hospital.example.org/icu", "clean")
    page = office.open(address(draft))
    assert "<b>Our ICU</b>" in page.text
    assert page.link("Open the page <b>Our ICU</b>") == row.url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hospital.example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://a:b@example.org/",
        "https://example.org/ and more",
        "https://example.org:99999999/",
        "https://[::1",
        "//example.org",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_told_at_the_field(desk, office, draft, url):
    token = office.open(address(draft)).value("csrf_token")

    answer = office.client.post(
        f"{address(draft)}/links",
        data={"csrf_token": token, "url": url, "link_name": "zq-typed"},
    )

    assert answer.status_code == 422
    assert "zq-typed" in answer.get_data(as_text=True)
    assert rows(desk) == []


def test_there_is_room_for_twenty_files(desk, office, draft, store):
    for _ in range(MOST_FILES):
        assert send(office, draft, GOOD_PNG, "scan.png").status_code == 303

    answer = send(office, draft, GOOD_PNG, "scan.png")

    assert answer.status_code == 422
    assert "room for 20" in answer.get_data(as_text=True)
    assert len(store.objects) == MOST_FILES


def test_a_refused_file_says_why_on_the_page(desk, office, draft):
    send(office, draft, pdf()[:300])
    check(desk)

    page = office.open(address(draft))
    assert "refused" in page.text
    assert "damaged or incomplete" in page.text


def test_a_post_without_its_token_is_refused_and_keeps_what_was_typed(
    desk, office, draft, store
):
    for path, data in (
        (
            address(draft),
            {"about": "capability.icu", "file": (io.BytesIO(pdf()), "a.pdf")},
        ),
        (
            f"{address(draft)}/links",
            {"link_about": "capability.icu", "url": "https://example.org/zq"},
        ),
    ):
        answer = office.client.post(path, data=data)

        assert answer.status_code == 400
        assert 'value="capability.icu" selected' in answer.get_data(as_text=True)
    assert "https://example.org/zq" in answer.get_data(as_text=True)
    assert rows(desk) == []
    assert store.objects == {}


@pytest.fixture
def locked(desk):
    """Return what another process does that writes for longer than we wait."""

    def hurry(connection, *_rest):
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(desk.tools.engine, "checkout", hurry)
    other = desk.tools.engine.raw_connection()
    yield lambda: other.cursor().execute("BEGIN IMMEDIATE")
    other.rollback()
    other.close()


@pytest.fixture
def full(desk, monkeypatch):
    """Return what makes each commit fail, as on a disk that is full."""

    def refuse(_connection):
        raise pysqlite3.OperationalError("database or disk is full")

    engine = desk.tools.engine
    return lambda: monkeypatch.setattr(engine.dialect, "do_commit", refuse)


@pytest.fixture(params=["locked", "full"])
def stop(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("path", ["", "/links"])
def test_while_nothing_can_be_written_the_forms_keep_what_was_typed(
    desk, office, draft, path, stop
):
    token = office.open(address(draft)).value("csrf_token")
    stop()

    answer = office.client.post(
        f"{address(draft)}{path}",
        data={
            "csrf_token": token,
            "about": "capability.icu",
            "file": (io.BytesIO(pdf()), "a.pdf"),
            "link_about": "capability.icu",
            "url": "https://example.org/zq",
        },
    )

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert 'value="capability.icu" selected' in answer.get_data(as_text=True)
    assert rows(desk) == []


def test_what_is_asked_for_in_vain_promises_nothing(desk, office, draft):
    send(office, draft, b"<script>")

    with desk.session() as session:
        assert session.scalars(select(Promise)).all() == []
