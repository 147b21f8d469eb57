"""``jobs once`` keeps what is due, and says what came of it."""

from __future__ import annotations

import secrets

import pytest

from directory.accounts.model import Person
from directory.core.actor import system
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.outbox.actions import promise
from directory.outbox.model import Promise
from tests.adapters.mail_desk import Desk, listening
from tests.cli.test_commands import run
from tests.conftest import NOW

BASE = {"DIRECTORY_BASE_URL": "https://directory.example.org"}


@pytest.fixture
def engine(sqlite_url):
    engine = make_engine(sqlite_url)
    with make_sessions(engine).begin() as session:
        person = Person(
            public_id=secrets.token_hex(16),
            email="invented@example.org",
            name="Invented Person",
            language="zh",
            active=True,
            added_at=NOW,
            fs_uniquifier=secrets.token_hex(16),
        )
        session.add(person)
        session.flush()
        work = Work(session, system("test"), NOW)
        promise(work, "mail.confirm-address", person=person.public_id)
    yield engine
    engine.dispose()


def test_letters_leave_through_the_server_that_is_set(engine, sqlite_url, tmp_path):
    desk = Desk()
    with listening(desk) as relay:
        url = f"smtp://{relay.host}:{relay.port}"
        finished = run(
            tmp_path / "data",
            *("jobs", "once"),
            DIRECTORY_DATABASE_URL=sqlite_url,
            DIRECTORY_SMTP_URL=url,
            **BASE,
        )

    assert finished.returncode == 0, finished.stderr
    assert "promises kept: 1, to be tried again: 0, given up: 0" in finished.stdout
    (message,) = desk.messages()
    assert message["To"].addresses[0].addr_spec == "invented@example.org"
    assert message["Content-Language"] == "zh-Hans"
    text = message.get_body(("plain",)).get_content()
    assert "\nhttps://directory.example.org/zh/account/confirm/" in text.replace(
        "\r\n", "\n"
    )
    assert "invented@example.org" not in finished.stdout + finished.stderr


def test_without_a_server_the_log_says_where_letters_lie(engine, sqlite_url, tmp_path):
    finished = run(tmp_path / "data", "jobs", "once", DIRECTORY_DATABASE_URL=sqlite_url)

    (path,) = (tmp_path / "data" / "mail").iterdir()
    assert "promises kept: 1" in finished.stdout
    assert str(path) in finished.stderr
    assert "http://127.0.0.1:8000/zh/account/confirm/" in path.read_text()
    with make_sessions(engine, reading=True)() as session:
        assert session.query(Promise).filter(Promise.kept_at.is_(None)).count() == 0


def test_a_server_that_is_away_delays_and_loses_nothing(engine, sqlite_url, tmp_path):
    finished = run(
        tmp_path / "data",
        *("jobs", "once"),
        DIRECTORY_DATABASE_URL=sqlite_url,
        DIRECTORY_SMTP_URL="smtp://127.0.0.1:1",
        **BASE,
    )

    assert "promises kept: 0, to be tried again: 1, given up: 0" in finished.stdout
    assert "ConnectionRefusedError" in finished.stderr


def test_mail_without_a_public_address_stops_the_start(tmp_path):
    finished = run(tmp_path, "jobs", "once", DIRECTORY_SMTP_URL="smtp://127.0.0.1")

    assert finished.returncode == 1
    assert finished.stderr.strip() == (
        "cart-directory: DIRECTORY_SMTP_URL: needs DIRECTORY_BASE_URL, where links in"
        " mail lead"
    )
