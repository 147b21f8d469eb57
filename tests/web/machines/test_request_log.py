"""Each request leaves one line in the log, and nothing of what was typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

REQUESTS = [
    ("GET", "/api/v1/search?q=zqleukemia", "/api/v1/search", 200),
    ("GET", "/zh/api/v1/search?q=zqleukemia%0D%0Azqline", "/api/v1/search", 200),
    ("GET", "/api/v1/search?zqname=1", "/api/v1/search", 400),
    ("GET", "/api/v1/centers/zqslug", "/api/v1/centers/<slug:slug>", 404),
    ("GET", "/zqpath/zqname%0D%0Azqline", "", 404),
    ("POST", "/api/v1/search", "", 405),
    ("GET", "/healthz", "/healthz", 200),
]

ASK = """
import json, sys
from pathlib import Path
from flask import Flask
from directory.core.logs import configure
from directory.web.setup import dress
from tests.fakes import FakeSearcher
from tests.web.making import make_settings, make_tools
configure(strict=True, readable=False)
settings = make_settings(Path(sys.argv[1]), Path(sys.argv[2]))
client = dress(Flask("directory"), make_tools(settings, FakeSearcher())).test_client()
names = []
for method, path in json.loads(sys.argv[3]):
    response = client.open(
        path,
        method=method,
        headers={"User-Agent": "zqagent", "Referer": "https://zqreferer.example"},
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    names.append(response.headers["X-Request-ID"])
print(json.dumps(names))
"""


@pytest.fixture(scope="module")
def logged(seeded_file, tmp_path_factory):
    """Return the lines of the log, and the name that each answer bore."""
    asked = json.dumps([(method, path) for method, path, _, _ in REQUESTS])
    done = subprocess.run(
        [sys.executable, "-c", ASK, tmp_path_factory.mktemp("log"), seeded_file, asked],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.splitlines(), json.loads(done.stdout.splitlines()[-1])


def test_each_request_leaves_one_line_of_json(logged):
    lines, names = logged
    told = [json.loads(line) for line in lines]

    assert [(entry["method"], entry["route"], entry["status"]) for entry in told] == [
        (method, route, status) for method, _, route, status in REQUESTS
    ]
    assert [entry["request_id"] for entry in told] == names
    assert told[1]["locale"] == "zh"
    assert all(0 <= entry["milliseconds"] < 10_000 for entry in told)


def test_a_line_holds_nothing_that_was_typed_and_no_address(logged):
    lines, _ = logged

    for line in lines:
        assert set(json.loads(line)) == {
            "event",
            "level",
            "timestamp",
            "request_id",
            "method",
            "route",
            "status",
            "milliseconds",
            "locale",
            "logger",
        }
        assert "zq" not in line
        assert "192.0.2" not in line
