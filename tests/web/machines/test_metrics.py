"""Measured: what whoever runs the directory can see, and nobody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from directory.outbox.actions import announce, promise
from directory.web.observe import FOLDER, SECONDS
from tests.conftest import NOW, ROOT
from tests.fakes import FakeSearcher
from tests.web.machines.standing import change, samples, up_to_date


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


def test_a_proxy_on_this_machine_that_names_nobody_shows_no_metrics(make_app):
    client = make_app(trusted_hosts=("directory.example",)).test_client()

    public, own = (
        client.get(
            "/metrics",
            base_url=f"http://{host}",
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        for host in ("directory.example", "127.0.0.1:8000")
    )

    assert (public.status_code, own.status_code) == (404, 200)


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
    assert found[("directory_search_pages_total", ("how", "made"))] == 1
    assert found[("directory_search_pages_total", ("how", "kept"))] == 0
    assert found[("directory_search_seconds_bucket", ("le", str(SECONDS[-1])))] == 1


def test_gauges_say_how_things_stand(make_app):
    app = make_app()
    searcher = up_to_date(app)
    change(app, lambda work: promise(work, "mail.test", due=NOW))
    change(app, lambda work: announce(work, "center:nanfang-hospital"))

    found = samples(app.test_client().get("/metrics").text)

    assert found[("directory_index_documents",)] == searcher.now.documents
    assert found[("directory_index_changes_behind",)] == 1
    assert found[("directory_index_position",)] == searcher.now.position
    assert found[("directory_index_segments",)] == searcher.now.segments
    assert found[("directory_index_documents_gone",)] == searcher.now.removed
    for part, size in searcher.now.bytes.items():
        assert found[("directory_index_bytes", ("part", part))] == size
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
        "documents",
    }
    assert not any(unreadable.values())


def test_one_part_that_cannot_be_read_does_not_hide_the_rest(make_app):
    searcher = FakeSearcher(now=OSError())

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
        "how",
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


COUNTS = """
import sys
from pathlib import Path
from flask import Flask
from directory.web.setup import dress
from tests.fakes import FakeSearcher
from tests.web.making import make_settings, make_tools
folder = Path(sys.argv[1]) / sys.argv[3]
folder.mkdir()
settings = make_settings(folder, Path(sys.argv[2]))
client = dress(Flask("directory"), make_tools(settings, FakeSearcher())).test_client()
client.get("/healthz")
sys.stdout.write(client.get("/metrics").text)
"""


def test_processes_that_share_a_folder_are_counted_together(seeded_file, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    told = [
        subprocess.run(
            [sys.executable, "-c", COUNTS, tmp_path, seeded_file, name],
            env=os.environ | {FOLDER: str(shared), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in ("one", "two")
    ]

    key = (
        "directory_requests_total",
        ("method", "GET"),
        ("route", "/healthz"),
        ("status", "200"),
    )
    found = [samples("".join(lines_of_metrics(text))) for text in told]
    assert [each[key] for each in found] == [1, 2]
    assert found[1][("directory_listings", ("kind", "center"))] == 47


def lines_of_metrics(text):
    """Leave out what was logged meanwhile."""
    return (
        line
        for line in text.splitlines(keepends=True)
        if line.startswith(("#", "directory_"))
    )
