"""Alive, ready, measured: what whoever runs the directory can see."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from directory.core.actor import system
from directory.core.db import make_sessions
from directory.core.work import Work
from directory.outbox.actions import announce, promise
from directory.outbox.queries import LATE
from directory.web.machines import health
from directory.web.machines.health import State
from directory.web.observe import SECONDS
from tests.conftest import NOW
from tests.fakes import STATUS, FakeIndex, FakeSearcher


def tools_of(app):
    return app.extensions["directory"]


def change(app, act):
    tools = tools_of(app)
    with tools.sessions.begin() as session:
        act(Work(session, system("test"), NOW))


def up_to_date(app):
    """Return a searcher that has followed every change of this application."""
    tools = tools_of(app)
    with tools.reading() as session:
        position = health.outbox.head(session)
    tools.searcher.now = replace(STATUS, position=position)
    return tools.searcher


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


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
    assert set(told["parts"]) == {"database", "schema", "index", "jobs", "disk"}


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
    searcher = FakeSearcher()
    searcher.status = lambda: (_ for _ in ()).throw(OSError("/secret/place"))

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
    }


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


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.9.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("not an address", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
    ],
)
def test_without_a_token_only_this_machine_may_measure(
    make_app, address, headers, status
):
    client = make_app().test_client()

    response = client.get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer s3cret-of-the-scraper", 200),
        ("bearer s3cret-of-the-scraper", 200),
        ("Bearer s3cret-of-the-scrape", 404),
        ("Bearer s3cret-of-the-scraper2", 404),
        ("Basic s3cret-of-the-scraper", 404),
        ("Bearer", 404),
        ("", 404),
        ("Bearer \xe9", 404),
    ],
)
def test_with_a_token_it_is_the_token_that_counts(make_app, given, status):
    client = make_app(metrics_token="s3cret-of-the-scraper").test_client()

    there = client.get(
        "/metrics",
        headers={"Authorization": given} if given else {},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    far = client.get(
        "/metrics",
        headers={"Authorization": given} if given else {},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )

    assert (there.status_code, far.status_code) == (status, status)


def test_requests_are_counted_by_pattern_method_and_status(make_app):
    client = make_app().test_client()
    for path in ("/healthz", "/healthz", "/api/v1/centers/no-such-place", "/nowhere"):
        client.get(path)
    client.open("/healthz", method="BREW")

    found = samples(client.get("/metrics").text)

    def count(method, route, status):
        return found[
            (
                "directory_requests_total",
                ("method", method),
                ("route", route),
                ("status", status),
            )
        ]

    assert count("GET", "/healthz", "200") == 2
    assert count("GET", "/api/v1/centers/<slug:slug>", "404") == 1
    assert count("GET", "none", "404") == 1
    assert count("other", "none", "405") == 1
    key = ("directory_request_seconds_count", ("route", "/healthz"))
    assert found[key] == 2


def test_searches_are_timed(make_app):
    client = make_app().test_client()
    client.get("/api/v1/search?q=icu")

    found = samples(client.get("/metrics").text)

    assert found[("directory_search_seconds_count",)] == 1
    assert found[("directory_search_seconds_bucket", ("le", str(SECONDS[-1])))] == 1


def test_gauges_say_how_things_stand(make_app):
    app = make_app()
    searcher = up_to_date(app)
    change(app, lambda work: promise(work, "mail.test", due=NOW))
    change(app, lambda work: announce(work, "center:nanfang-hospital"))

    found = samples(app.test_client().get("/metrics").text)

    assert found[("directory_index_documents",)] == searcher.now.documents
    assert found[("directory_index_changes_behind",)] == 1
    assert found[("directory_index_age_seconds",)] == 0
    assert found[("directory_promises_due",)] == 1
    assert found[("directory_promises_overdue",)] == 0
    assert found[("directory_listings", ("kind", "center"))] == 47
    assert found[("directory_listings", ("kind", "facilitator"))] == 12
    assert found[("directory_listings", ("kind", "draft"))] == 9
    assert found[("directory_facts_overdue",)] == 0
    assert found[("directory_disk_free_bytes",)] > 0
    assert found[("directory_database_connections", ("state", "in-use"))] >= 0
    unreadable = {
        key[1][1]: value
        for key, value in found.items()
        if key[0] == "directory_unreadable"
    }
    assert set(unreadable) == {
        "index",
        "outbox",
        "listings",
        "inquiries",
        "pool",
        "disk",
    }
    assert not any(unreadable.values())


def test_one_part_that_cannot_be_read_does_not_hide_the_rest(make_app):
    searcher = FakeSearcher()
    searcher.status = lambda: (_ for _ in ()).throw(OSError)

    found = samples(make_app(searcher).test_client().get("/metrics").text)

    assert found[("directory_unreadable", ("part", "index"))] == 1
    assert found[("directory_listings", ("kind", "center"))] == 47


CANARIES = ("zqleukemia", "zqname", "zqslug", "192.0.2.77", "ZQMETHOD")


def test_metrics_hold_nobody_and_no_words_of_a_query(make_app):
    client = make_app().test_client()
    client.get(
        "/api/v1/search?q=zqleukemia", environ_base={"REMOTE_ADDR": "192.0.2.77"}
    )
    client.get("/centers?q=zqleukemia&zqname=zqname")
    client.get("/api/v1/centers/zqslug")
    client.get("/zqname/zqslug", headers={"User-Agent": "zqname"})
    client.open("/healthz", method="ZQMETHOD")

    text = client.get("/metrics").text

    assert not [canary for canary in CANARIES if canary in text]
    labels = {
        name
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for name in sample.labels
    }
    assert labels == {
        "method",
        "route",
        "status",
        "le",
        "kind",
        "basis",
        "state",
        "part",
    }


def test_every_answer_names_its_request(make_app):
    client = make_app().test_client()
    names = {
        client.get(path).headers["X-Request-ID"]
        for path in ("/healthz", "/api/v1/search", "/api/v1/nothing", "/nowhere")
    }

    assert len(names) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


def test_reading_how_things_stand_waits_for_no_writer(make_app):
    """A held write lock must not make a healthy node look dead."""
    app = make_app()
    up_to_date(app)
    with make_sessions(tools_of(app).engine)() as session:
        session.connection()

        response = app.test_client().get("/readyz")

    assert response.status_code == 200
