"""Every refusal and every fault ends in a page that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Response, abort

from directory.core.errors import DirectoryError, NotFoundError, RefusedError
from directory.listings.queries import WithdrawnError
from directory.web.context import session, work
from directory.web.errors import WORDS, answer_machines, words_for
from tests.browser import Browser
from tests.web.conftest import wire

CANARY = "zqcanary-words-of-somebody"


class OddError(DirectoryError):
    """Something that nobody gave a status."""

    code = "test.odd"


def failing(tools: Any, error: Exception | int) -> Browser:
    """Return a reader of a site with a page that fails."""
    site = Browser(wire(tools))

    def fail() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    site.app.add_url_rule("/test-fail", "test_fail", fail)
    return site


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("status", sorted(WORDS))
def test_each_status_has_a_page_in_each_language(tools, status, language):
    page = failing(tools, status).open(f"/{language}/test-fail", status=status)

    assert page.heading
    assert page.value("q") == ""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError(center="x"), 404),
        (WithdrawnError(center="x"), 410),
        (RefusedError(permission="x"), 403),
        (OddError(), 409),
        (RuntimeError(CANARY), 500),
        (KeyError(CANARY), 500),
        (RecursionError(), 500),
        (418, 418),
        (504, 504),
    ],
)
def test_an_error_gets_its_status_and_shows_nothing_of_itself(tools, error, status):
    page = failing(tools, error).open("/test-fail", status=status)

    shown = page.response.get_data(as_text=True)
    assert CANARY not in shown
    assert "Traceback" not in shown
    may_be_kept = page.response.headers["Cache-Control"] != "no-store"
    assert may_be_kept is (status in {404, 410})


def test_a_fault_is_logged_without_anybodys_words(tools, capsys):
    failing(tools, RuntimeError(CANARY)).open(f"/test-fail?q={CANARY}", status=500)

    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "test_errors.py" in said
    assert CANARY not in said


def test_a_fault_of_the_error_page_itself_is_still_answered(tools):
    site = failing(tools, RuntimeError(CANARY))
    site.app.jinja_env.globals["language"] = None

    answer = site.client.get("/test-fail")

    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"


def test_machines_below_a_path_get_data(tools):
    site = Browser(wire(tools))
    answer_machines(
        site.app,
        "/machine/",
        lambda status, code, facts: Response(
            f"{status} {code} {sorted(facts)}", status, mimetype="text/plain"
        ),
    )

    answer = site.client.get("/machine/nothing")

    assert answer.status_code == 404
    assert answer.get_data(as_text=True) == "404 http.404 []"


def test_work_is_kept_only_when_the_page_succeeds(tools):
    site = Browser(wire(tools))
    ended: list[str] = []

    def act(outcome: str) -> tuple[str, int]:
        held = work().session
        held.commit = lambda: ended.append("commit")  # type: ignore[method-assign]
        held.close = lambda: ended.append("close")  # type: ignore[method-assign]
        if outcome == "raise":
            raise OddError
        return "", int(outcome)

    site.app.add_url_rule("/test-work/<outcome>", "test_work", act)
    for outcome in ("200", "303", "422", "raise"):
        site.client.get(f"/test-work/{outcome}")

    assert ended == ["commit", "close", "commit", "close", "close", "close"]


def test_a_session_is_closed_at_the_end(tools):
    site = Browser(wire(tools))
    held: list[Any] = []

    def look() -> str:
        held.append(session())
        return ""

    site.app.add_url_rule("/test-session", "test_session", look)

    site.client.get("/test-session")

    assert not held[0].in_transaction()


@pytest.mark.parametrize("status", [402, 418, 451, 505])
def test_other_statuses_take_the_words_of_their_hundred(status):
    assert words_for(status) is WORDS[status // 100 * 100]
