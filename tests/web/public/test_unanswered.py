"""What found nothing is noted in words alone, and written down by a job."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from directory.cli.unanswered import unanswered as command
from directory.cli.wiring import Wiring
from directory.jobs.unanswered import forget_old, write_unanswered
from directory.search.queries import unanswered
from tests.conftest import NOW
from tests.web.making import make_app

__all__ = ["make_app"]


@pytest.fixture
def waiting(tools):
    """Return what waits to be written down, empty at first."""
    tools.unanswered.take()
    yield tools.unanswered
    tools.unanswered.take()


def test_a_query_without_any_result_is_noted(browser, waiting):
    browser.open("/en/centers?q=Moonbeam+Fjord")

    assert waiting.take() == {"moonbeam fjord": 1}


@pytest.mark.parametrize(
    "address",
    [
        "/en/centers?q=",
        "/en/centers?q=icu+guangzhou",
        "/en/centers?q=eque-cel",
        "/en/centers?q=moonbeam+fjord&city=tianjin",
        "/en/centers?q=moonbeam+fjord&page=2",
        "/en/centers?q=moonbeam+fjord+someone%40example.org",
        "/en/suggest?q=moonbeam+fjord",
        "/api/v1/search?q=moonbeam+fjord",
    ],
)
def test_nothing_else_is_noted(browser, waiting, address):
    browser.client.get(address)

    assert waiting.take() == {}


def test_a_job_writes_it_down_and_a_command_lists_it(make_app):
    app = make_app()
    tools = app.extensions["directory"]
    for typed in ("moon", "moon", "sun"):
        tools.unanswered.note(typed)

    assert write_unanswered(tools) == 2
    assert write_unanswered(tools) == 0
    assert forget_old(tools) == 0
    with tools.reading() as session:
        listed = unanswered(session, since=NOW.date(), limit=10)
    assert [(one.text, one.times) for one in listed] == [("moon", 2), ("sun", 1)]

    wiring = Wiring(
        settings=lambda: tools.settings,
        engine=lambda _: tools.engine,
        files=lambda _: tools.files,
        tools=lambda _: tools,
        app=lambda *_: pytest.fail("no application is needed"),
        background=lambda *_: pytest.fail("no thread is needed"),
        clock=lambda: NOW,
    )
    said = CliRunner().invoke(command, ["--limit", "1"], obj=wiring)
    assert said.exit_code == 0
    assert said.output.splitlines()[0].split() == ["2", "2026-11-22", "moon"]
    assert "1 different queries" in said.output


def test_what_cannot_be_written_down_waits_on(make_app):
    tools = make_app().extensions["directory"]
    tools.unanswered.note("moon")
    tools.engine.dispose()
    with tools.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE search_unanswered")
        connection.exec_driver_sql("COMMIT")

    with pytest.raises(Exception, match="search_unanswered"):
        write_unanswered(tools)
    assert tools.unanswered.take() == {"moon": 1}
