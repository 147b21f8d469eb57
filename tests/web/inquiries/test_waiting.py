"""While another process keeps the one writer, pages are still answered."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from itertools import islice
from threading import Event

import pytest
from sqlalchemy import event

from directory.web import context
from directory.web.context import MOST_WRITING
from tests.browser import read
from tests.inquiries.invented import CANARY
from tests.web.inquiries.pages import PERSON, TOKEN, rows

THREADS = 16

HOLD = """
import pysqlite3, sys
connection = pysqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""
"""Another program that writes for as long as it likes."""


@pytest.fixture
def patient(tools):
    """Let writers wait for a minute, so that none of them gives up meanwhile."""

    def wait_long(connection, *_rest):
        connection.execute("PRAGMA busy_timeout=60000")

    event.listen(tools.engine, "checkout", wait_long)


@pytest.fixture
def held(tools, patient):
    """Keep the writer in another process; what is returned lets go of it."""
    path = tools.engine.url.database
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"

        def let_go() -> None:
            if other.poll() is None:
                other.communicate("go\n")

        yield let_go
        let_go()


def test_readers_are_answered_while_writers_wait(app, browser, request):
    forms = []
    for _ in range(THREADS):
        client = app.test_client()
        shown = client.get("/inquiries/new").get_data(as_text=True)
        forms.append((client, {"csrf_token": TOKEN.findall(shown)[0], **PERSON}))
    let_go = request.getfixturevalue("held")
    begun = Event()

    def post(client, data):
        begun.set()
        return client.post("/inquiries/new", data=data)

    def look():
        return app.test_client().get("/centers/east-invented").status_code

    # As many threads as the server has: readers come when all of them have a post.
    with ThreadPoolExecutor(THREADS) as threads:
        posts = [threads.submit(post, *form) for form in forms]
        begun.wait()
        reads = [threads.submit(look) for _ in range(2 * THREADS)]
        statuses = [read.result() for read in reads]
        # Those that may not wait were refused; the others wait on.
        list(islice(as_completed(posts), THREADS - MOST_WRITING))
        waiting = [post for post in posts if not post.done()]
        let_go()
        wait(posts)

    answers = [post.result() for post in posts]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert set(statuses) == {200}
    assert len(waiting) == MOST_WRITING
    assert [post.result().status_code for post in waiting] == [303] * MOST_WRITING
    assert len(refused) == THREADS - MOST_WRITING
    for answer in refused:
        page = read("/inquiries/new", answer)
        assert "busy or being looked after" in page.text
        assert str(PERSON["email"]) in answer.get_data(as_text=True)
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Cache-Control"] == "no-store"
    assert len(rows(app)) == MOST_WRITING


def test_places_are_given_back(app, held):
    held()
    for _ in range(3 * MOST_WRITING):
        client = app.test_client()
        shown = client.get("/inquiries/new").get_data(as_text=True)
        data = {"csrf_token": TOKEN.findall(shown)[0], **PERSON}

        assert client.post("/inquiries/new", data=data).status_code == 303
        refused = client.post(
            "/inquiries/new", data={"csrf_token": "wrong", **PERSON, "question": CANARY}
        )
        assert refused.status_code in {400, 422}


def test_places_are_given_back_when_the_database_fails_at_the_end(app, monkeypatch):
    def fail(_session):
        raise OSError("The connection is gone.")

    for _ in range(3 * MOST_WRITING):
        with app.test_request_context("/"):
            begun = context.work()
            with monkeypatch.context() as failing:
                failing.setattr(type(begun.session), "close", fail)
                with pytest.raises(OSError, match="gone"):
                    context.close()
            begun.session.close()
