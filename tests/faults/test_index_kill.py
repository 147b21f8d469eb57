"""The process that writes the index is killed; the index equals the database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.conftest import ROOT

KILLS = int(os.environ.get("DIRECTORY_TESTS_KILLS", "10"))
SEED = 20261122


def test_after_each_kill_the_index_equals_the_database(sqlite_url, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.index_kills"),
            *(sqlite_url, tmp_path / "index", str(KILLS), str(SEED)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + 5 * KILLS,
    )

    assert done.returncode == 0, done.stderr
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == KILLS
    assert [one for one in rounds if not one["killed"]] == [], done.stderr
    assert [one for one in rounds if one["unusable"]] == []
    assert [one for one in rounds if not one["equal"]] == []
    assert {one["states"] for one in rounds} == {1}
    # The kills did come while something was being written.
    assert any(one["behind"] or one["unfinished"] for one in rounds)
    assert max(one["documents"] for one in rounds) > 3
