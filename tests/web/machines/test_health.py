"""Alive and ready: what a balancer can see, with every part broken in turn."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from directory.adapters.index_searcher import open_searcher
from directory.cli.index import rebuild_if_needed
from directory.core.config import ensure_secrets, load
from directory.core.db import make_sessions
from directory.outbox.actions import (
    Failure,
    announce,
    claim,
    declare_dead,
    fail,
    promise,
)
from directory.outbox.queries import LATE
from directory.web.machines import health
from directory.web.machines.health import State
from directory.web.setup import dress
from tests.conftest import NOW
from tests.fakes import STATUS, FakeIndex, FakeSearcher
from tests.web.machines.standing import change, samples, tools_of, up_to_date
from tests.web.making import make_settings, make_tools


def test_a_process_that_answers_is_alive(make_app):
    response = make_app().test_client().get("/healthz")

    assert response.status_code == 200
    assert response.json == {"alive": True}
    assert response.headers["Cache-Control"] == "no-store"


def test_a_node_whose_parts_all_work_is_ready(make_app):
    app = make_app()
    up_to_date(app)
    response = app.test_client().get("/readyz")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    told = response.json
    assert (told["ready"], told["failed"], told["degraded"]) == (True, [], [])
    assert told["rate_limits"] == "off"
    assert told["parts"]["schema"]["found"] == told["parts"]["schema"]["needed"]
    assert told["parts"]["index"]["documents"] == STATUS.documents
    assert set(told["parts"]) == {
        *("database", "schema", "index", "jobs", "disk", "uploads", "paper")
    }


def test_limits_that_are_on_are_said_too(make_app):
    told = make_app(rate_limits="on").test_client().get("/readyz").json

    assert told["rate_limits"] == "on"


def drop_schema(app):
    with tools_of(app).engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def lose_index(app):
    up_to_date(app)
    searcher = tools_of(app).searcher
    searcher.now = replace(searcher.now, generation="database", full_text=False)


def lose_database(app):
    with tools_of(app).engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql("DELETE FROM sqlite_schema")
    tools_of(app).engine.dispose()


@pytest.mark.parametrize(
    ("harm", "part"),
    [(drop_schema, "schema"), (lose_index, "index"), (lose_database, "schema")],
)
def test_a_failed_part_takes_the_node_out_and_is_named(make_app, harm, part):
    app = make_app()
    up_to_date(app)
    harm(app)

    response = app.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.json["ready"] is False
    assert part in response.json["failed"]


def test_a_part_that_breaks_says_how_without_saying_what(make_app):
    searcher = FakeSearcher(now=OSError("/secret/place"))

    response = make_app(searcher).test_client().get("/readyz")

    assert response.status_code == 503
    assert response.json["parts"]["index"] == {"state": "failed", "error": "OSError"}
    assert "secret" not in response.text


def test_an_index_that_is_behind_serves_on_and_says_so(make_app):
    app = make_app()
    searcher = up_to_date(app)
    change(app, lambda work: announce(replace_time(work), "center:nanfang-hospital"))

    told = app.test_client().get("/readyz").json

    assert told["ready"] is True
    assert told["degraded"] == ["index"]
    assert told["parts"]["index"]["waiting_seconds"] == 61.0
    assert told["parts"]["index"]["changes"] == searcher.now.position + 1


def replace_time(work):
    return replace(work, now=NOW - health.BEHIND - timedelta(seconds=1))


def test_an_index_lost_on_disk_serves_on_and_says_so(make_app):
    app = make_app(FakeSearcher(kept=FakeIndex("missing")))
    up_to_date(app)

    told = app.test_client().get("/readyz").json

    assert told["ready"] is True
    assert told["parts"]["index"]["on_disk"] == "missing"
    assert told["degraded"] == ["index"]


def test_promises_that_nobody_keeps_are_seen(make_app):
    app = make_app()
    up_to_date(app)
    change(app, lambda work: promise(work, "mail.test", due=NOW - 2 * LATE))

    told = app.test_client().get("/readyz").json

    assert told["degraded"] == ["jobs"]
    assert told["parts"]["jobs"] == {
        "state": "degraded",
        "threads": told["parts"]["jobs"]["threads"],
        "due": 1,
        "overdue": 1,
        "given_up": 0,
        "lost": 0,
    }


@pytest.mark.parametrize(("target", "degraded"), [(None, ["jobs"]), ("d" * 64, [])])
def test_a_lost_promise_is_seen_and_a_dead_address_is_no_alarm(
    make_app, target, degraded
):
    app = make_app()
    up_to_date(app)

    def lose(work):
        promise(work, "mail.test")
        claimed = claim(work, {"mail.test"}, "w" * 32)
        assert claimed is not None
        if target:
            declare_dead(work, target, "550")
        fail(work, claimed, Failure("550", is_final=True, target=target), 0.5)

    change(app, lose)

    client = app.test_client()
    told = client.get("/readyz").json
    assert told["degraded"] == degraded
    assert told["parts"]["jobs"]["given_up"] == 1
    found = samples(client.get("/metrics").text)
    assert found[("directory_promises_given_up",)] == 1
    assert found[("directory_promises_lost",)] == (0 if target else 1)
    assert found[("directory_addresses_dead",)] == (1 if target else 0)


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (health.LOW_BYTES, State.OK),
        (health.LOW_BYTES - 1, State.DEGRADED),
        (health.FULL_BYTES, State.DEGRADED),
        (health.FULL_BYTES - 1, State.FAILED),
    ],
)
def test_space_runs_out_in_two_steps(free, state):
    assert health.space(free).state is state


def test_reading_how_things_stand_waits_for_no_writer(make_app):
    """A held write lock must not make a healthy node look dead."""
    app = make_app()
    up_to_date(app)
    with make_sessions(tools_of(app).engine)() as session:
        session.connection()

        response = app.test_client().get("/readyz")

    assert response.status_code == 200


def test_a_node_on_either_database_is_ready_and_measured(database_url, tmp_path):
    settings = ensure_secrets(
        load({}, data=tmp_path, database_url=database_url, rate_limits="off")
    )
    tools = make_tools(settings, FakeSearcher())
    client = dress(Flask("directory"), tools).test_client()

    told = client.get("/readyz")
    measured = samples(client.get("/metrics").text)
    tools.engine.dispose()

    assert told.status_code == 200, told.text
    parts: Any = told.json
    assert parts["parts"]["database"]["system"] == tools.engine.dialect.name
    unreadable = [
        key for key in measured if key[0] == "directory_unreadable" and measured[key]
    ]
    assert unreadable == []
    assert measured[("directory_listings", ("kind", "center"))] == 0


@pytest.fixture
def real_node(tmp_path, seeded_file):
    """Return an application whose search is the real one, without an index yet."""
    settings = make_settings(tmp_path, seeded_file)
    tools = make_tools(settings, None)
    searcher = open_searcher(settings.index_folder, tools.reading, tools.clock)
    yield dress(Flask("directory"), replace(tools, searcher=searcher))
    tools.engine.dispose()


def test_a_node_without_an_index_answers_but_is_not_ready(real_node):
    client = real_node.test_client()

    ready = client.get("/readyz")
    answer = client.get("/api/v1/centers?city=guangzhou")

    assert ready.status_code == 503
    assert ready.json["failed"] == ["index"]
    assert ready.json["parts"]["index"]["on_disk"] == "missing"
    assert answer.status_code == 200
    assert answer.json["full_text"] is False
    assert answer.json["total"] == 8


def test_a_node_whose_index_is_lost_under_it_serves_on(real_node):
    tools = tools_of(real_node)
    client = real_node.test_client()
    rebuild_if_needed(tools.settings, tools.engine, tools.clock)
    tools.searcher.refresh()
    before = client.get("/readyz").json
    shutil.rmtree(tools.settings.index_folder)

    after = client.get("/readyz").json
    answer = client.get("/api/v1/search?q=tocilizumab")

    assert (before["ready"], before["degraded"]) == (True, [])
    assert (after["ready"], after["degraded"]) == (True, ["index"])
    assert answer.status_code == 200
    assert answer.json["full_text"] is True
    assert answer.json["total"] > 0


@pytest.mark.parametrize(
    ("token", "request_", "is_told"),
    [
        ("", {}, True),
        ("", {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, False),
        ("", {"headers": {"X-Forwarded-For": "192.0.2.7"}}, False),
        ("invented-token", {}, False),
        ("invented-token", {"headers": {"Authorization": "Bearer other"}}, False),
        (
            "invented-token",
            {
                "headers": {"Authorization": "Bearer invented-token"},
                "environ_base": {"REMOTE_ADDR": "192.0.2.7"},
            },
            True,
        ),
    ],
)
def test_strangers_are_told_only_whether_a_node_is_ready(
    make_app, token, request_, is_told
):
    app = make_app(metrics_token=token)

    ready = app.test_client().get("/readyz", **request_)
    lose_index(app)
    lost = app.test_client().get("/readyz", **request_)

    assert ("parts" in ready.json) is is_told
    if not is_told:
        assert ready.json in ({"ready": True}, {"ready": False})
        assert lost.json == {"ready": False}
    assert lost.status_code == 503
