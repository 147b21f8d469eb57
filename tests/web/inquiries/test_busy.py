"""While nothing can be stored, what people typed is not lost."""

import pysqlite3
import pytest
from sqlalchemy import event

from tests.browser import read
from tests.inquiries.invented import CANARY
from tests.web.inquiries.pages import (
    CONSENTS,
    ILLNESS,
    PERSON,
    WHERE,
    answer,
    go,
    rows,
    send,
)

BUSY = "busy or being looked after"


@pytest.fixture
def locked(tools):
    """Return what another process does that writes for longer than we wait."""

    def hurry(connection, *_rest):
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(tools.engine, "checkout", hurry)
    other = tools.engine.raw_connection()
    yield lambda: other.cursor().execute("BEGIN IMMEDIATE")
    other.rollback()
    other.close()


@pytest.fixture
def full(tools, monkeypatch):
    """Return what makes each commit fail, as on a disk that is full."""

    def refuse(_connection):
        raise pysqlite3.OperationalError("database or disk is full")

    return lambda: monkeypatch.setattr(tools.engine.dialect, "do_commit", refuse)


@pytest.fixture(params=["locked", "full"])
def stop(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    ("url", "data", "kept"),
    [
        ("new", PERSON, str(PERSON["email"])),
        ("illness", ILLNESS, str(ILLNESS["question"])),
        ("where", WHERE, 'value="west-invented" checked'),
        ("consents", CONSENTS, 'name="transfer" type="checkbox" value="y" checked'),
    ],
)
def test_a_page_that_cannot_be_stored_comes_back_as_typed(
    browser, stop, url, data, kept, capsys
):
    if url != "new":
        go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    if url == "consents":
        go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
        go(browser, "/inquiries/where", WHERE, "/inquiries/documents")
    token = browser.open(f"/inquiries/{url}").value("csrf_token")
    stop()

    response = browser.client.post(
        f"/inquiries/{url}", data={"csrf_token": token, **data}
    )

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert response.headers["Cache-Control"] == "no-store"
    assert BUSY in read(f"/inquiries/{url}", response).text
    assert kept in " ".join(response.get_data(as_text=True).split())
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err


def test_an_inquiry_that_cannot_be_sent_stays_on_its_check(app, browser, clock, stop):
    answer(browser)
    clock.move(minutes=1)
    stop()

    response = send(browser)

    assert response.status_code == 503
    page = read("/inquiries/check", response)
    assert BUSY in page.text
    assert CANARY in page.text
    assert rows(app) == ["draft"]
    assert page.value("csrf_token")


def test_a_page_that_cannot_be_read_either_is_the_ordinary_503(browser, tools):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    token = browser.open("/inquiries/illness").value("csrf_token")
    with tools.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inquiry RENAME TO elsewhere")

    response = browser.client.post(
        "/inquiries/illness", data={"csrf_token": token, **ILLNESS}
    )

    assert response.status_code == 503
    assert BUSY in read("/inquiries/illness", response).text
