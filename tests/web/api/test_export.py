"""``export`` says what the API says, of everything that is published."""

from __future__ import annotations

import csv
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from directory.cli.export import COLUMNS, FORMAT, export
from directory.cli.wiring import Wiring


@pytest.fixture
def typed(tools, site):
    wiring = Wiring(
        settings=lambda: tools.settings,
        engine=lambda _settings: tools.engine,
        files=lambda *_: pytest.fail("no store is needed"),
        tools=lambda _settings: tools,
        app=lambda *_: site,
        background=lambda *_: pytest.fail("no thread is needed"),
        clock=tools.clock,
    )

    def one(*words: str) -> str:
        done = CliRunner().invoke(export, words, obj=wiring)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    return one


def objects(words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in words.splitlines()]


def test_each_line_is_the_answer_of_the_api(typed, browser):
    head, *found = objects(typed())

    assert head["format"] == FORMAT
    kinds = Counter(one["kind"] for one in found)
    assert kinds["center"] == 47
    assert kinds["guide"] == 17
    assert kinds.keys() == {"center", "facilitator", "therapy", "guide"}
    folders = {
        "center": "centers",
        "facilitator": "facilitators",
        "therapy": "therapies",
        "guide": "guides",
    }
    seen = set()
    for one in found:
        # Each of a kind is made alike, and a few of them are asked for.
        if kinds[one["kind"]] > 20 and one["kind"] in seen:
            continue
        seen.add(one["kind"])
        path = f"/api/v1/{folders[one['kind']]}/{one['slug']}?lang=en"
        answer = browser.client.get(path).get_json()
        assert {"kind": one["kind"], **answer} == one


def test_labels_are_in_the_language_that_is_asked_for(typed):
    found = {one.get("slug"): one for one in objects(typed("--language", "zh"))}

    labels = found["nanfang-hospital"]["labels"]
    assert labels["city"]["guangzhou"] == "广州"


def test_the_table_has_each_fact_with_its_source(typed, browser):
    rows = list(csv.DictReader(StringIO(typed("--csv").removeprefix("\ufeff"))))

    assert tuple(rows[0]) == COLUMNS
    mine = [row for row in rows if row["listing"] == "nanfang-hospital"]
    answer = browser.client.get("/api/v1/centers/nanfang-hospital").get_json()
    icu = next(row for row in mine if row["field"] == "capability.icu")
    told = next(one for one in answer["capabilities"] if one["key"] == "icu")
    assert icu["value"] == told["value"]
    assert icu["checked on"] == told["checked_on"]
    assert icu["source"] == (told["source"] or {"url": ""})["url"]
    assert {row["value"] for row in mine} >= {"not-stated"}
    for row in rows:
        assert (row["basis"] == "sourced") <= bool(row["source"]), row


def test_a_file_is_there_whole_or_not_at_all(typed, tmp_path):
    file = tmp_path / "all.jsonl"

    assert str(file) in typed(str(file))

    assert objects(file.read_text())[0]["format"] == FORMAT
    assert [path.name for path in Path(tmp_path).iterdir()] == ["all.jsonl"]
