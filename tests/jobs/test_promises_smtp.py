"""From the promise to the reader's mailbox, through a real SMTP server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from directory.adapters.mail_smtp import SmtpMailer
from directory.core.mail import Relay
from directory.core.text import Language
from directory.jobs.promises import Round
from directory.outbox.queries import dead
from directory.outbox.rules import LEASE
from tests.adapters.mail_desk import Desk, free_port, listening
from tests.conftest import ROOT
from tests.jobs.posting import BASE, open_post_office

SENDER = "no-reply@directory.example.org"


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def office(engine, tmp_path, port):
    mailer = SmtpMailer(Relay("127.0.0.1", port), SENDER, patience=5.0)
    return open_post_office(engine, tmp_path, mailer)


def test_letters_arrive_as_they_were_written_in_each_language(office, desk, port):
    for language in Language:
        office.promise(language=language, to=f"{language}@example.org")
    with listening(desk, port):
        assert office.round() == Round(kept=len(Language))

    arrived = {one["To"].addresses[0].username: one for one in desk.messages()}
    assert set(arrived) == {language.value for language in Language}
    for language in Language:
        message = arrived[language.value]
        text, html = (part.get_content() for part in message.iter_parts())
        assert message["Content-Language"] == language.tag
        assert f"{BASE}/somewhere?a=1&b=2" in text
        assert f'href="{BASE}/somewhere?a=1&amp;b=2"' in html
        direction = "rtl" if language is Language.AR else "ltr"
        assert f'<html lang="{language.tag}" dir="{direction}">' in html
    assert "1 декабря 2026" in arrived["ru"].get_body(("plain",)).get_content()
    assert "2026年12月1日" in arrived["zh"].get_body(("plain",)).get_content()


def test_a_server_that_is_down_for_an_hour_loses_nothing(office, desk, port):
    for number in range(12):
        office.promise(to=f"reader{number}@example.org")
    for _ in range(60):
        while office.round():
            pass
        office.clock.forward(minutes=1)
    assert all(row.failure == "ConnectionRefusedError" for row in office.rows())

    with listening(desk, port):
        for _ in range(40):
            while office.round():
                pass
            office.clock.forward(minutes=1)

    assert sorted(one.rcpt_tos[0] for one in desk.taken) == sorted(
        f"reader{number}@example.org" for number in range(12)
    )
    assert all(row.kept_at for row in office.rows())


def test_a_greylisted_letter_comes_back(office, desk, port):
    desk.at_recipient += ["451 4.7.1 greylisted"] * 3
    office.promise()
    with listening(desk, port):
        rounds = [office.round()]
        for _ in range(3):
            office.clock.forward(minutes=5)
            rounds.append(office.round())

    assert rounds == [Round(later=1)] * 3 + [Round(kept=1)]
    assert len(desk.taken) == 1


def test_an_address_that_is_unknown_is_dead(office, desk, port):
    desk.at_recipient.append("550 5.1.1 <reader@example.org> unknown")
    office.promise()
    office.promise()
    with listening(desk, port):
        assert office.round() == Round(given_up=2)

    first, second = office.rows()
    assert (first.failure, second.failure) == ("550 5.1.1", "550 5.1.1")
    assert "reader" not in json.dumps([first.failure, first.target, first.about])
    with office.tools.reading() as session:
        assert dead(session, first.target) == "550 5.1.1"


def test_who_gets_a_letter_twice_can_tell(office, desk, port):
    desk.at_end.append("drop")
    office.promise()
    with listening(desk, port):
        assert office.round() == Round(later=1)
        office.clock.forward(minutes=1)
        assert office.round() == Round(kept=1)

    first, second = desk.messages()
    assert first["Message-ID"] == second["Message-ID"]


def test_line_breaks_in_names_stay_in_their_line(office, desk, port):
    for field in ("addressee", "office"):
        office.promise(**{field: "Name\r\nBcc: other@example.org\r\n\r\nWords"})
    office.promise(addressee="Name\r\nBcc\r\n\r\nWords")
    with listening(desk, port):
        assert office.round() == Round(kept=3)

    assert desk.messages()[2]["To"].addresses[0].display_name == "Name Bcc Words"
    for envelope, message in zip(desk.taken, desk.messages(), strict=True):
        assert envelope.rcpt_tos == ["reader@example.org"]
        assert message["Bcc"] is None
        assert "\n" not in message["Subject"]
        assert "\nBcc" not in message.get_body(("plain",)).get_content()


WORKER = """
import sys
from pathlib import Path

from directory.adapters.mail_smtp import SmtpMailer
from directory.core.db import make_engine
from directory.core.mail import Relay
from tests.jobs.posting import open_post_office

url, folder, port, sender, after = sys.argv[1:]
mailer = SmtpMailer(Relay("127.0.0.1", int(port)), sender, patience=30.0)


class Reporting:
    def send(self, mail):
        if after == "claimed":
            wait()
        mailer.send(mail)
        if after == "sent":
            wait()


def wait():
    print("here", flush=True)
    sys.stdin.read()


office = open_post_office(make_engine(url), Path(folder), Reporting())
print(office.round(), flush=True)
"""


def killed(url: str, folder: Any, port: int, after: str) -> None:
    """Start a worker and kill it with signal 9 at a place in the middle."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, url, folder, str(port), SENDER, after],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"here\n"
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert worker.stdin is not None
    worker.stdin.close()
    worker.stdout.close()


@pytest.mark.parametrize(("after", "arrivals"), [("claimed", 1), ("sent", 2)])
def test_a_worker_that_is_killed_leaves_its_promise_to_others(
    office, desk, port, database_url, tmp_path, after, arrivals
):
    office.promise()
    with listening(desk, port):
        killed(database_url, tmp_path, port, after)
        assert office.round() == Round()
        office.clock.forward(seconds=LEASE.total_seconds())

        assert office.round() == Round(kept=1)

    messages = desk.messages()
    assert len(messages) == arrivals
    assert len({message["Message-ID"] for message in messages}) == 1
    (row,) = office.rows()
    assert (row.tries, row.faults, row.failure) == (2, 1, None)
