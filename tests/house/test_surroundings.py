"""What is missing is said aloud, and may be missing only where nobody demands it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT, leave_out


def test_a_test_is_left_out_with_its_reason(monkeypatch):
    monkeypatch.delenv("DIRECTORY_TESTS_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="PostgreSQL left out: no server"):
        leave_out("PostgreSQL", "no server")


def test_nothing_is_left_out_where_all_is_required(monkeypatch):
    monkeypatch.setenv("DIRECTORY_TESTS_REQUIRE", "all")

    with pytest.raises(pytest.fail.Exception, match="may not be left out"):
        leave_out("PostgreSQL", "no server")


@pytest.mark.parametrize(("required", "code"), [("", 0), ("all", 1)])
def test_each_part_that_is_missing_is_named_once(tmp_path, required, code):
    # A machine without a browser, fonts, or any means to install them.
    for program in ("bash", "grep", "id", "mktemp", "rm", "tail"):
        (tmp_path / program).symlink_to(shutil.which(program) or os.devnull)
    finished = subprocess.run(
        [shutil.which("bash") or "bash", ROOT / ".ci" / "surroundings"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path), "DIRECTORY_TESTS_REQUIRE": required},
    )

    lines = [line for line in finished.stdout.splitlines() if line[:8] == "SKIPPED "]
    assert finished.returncode == code
    assert sum("browser" in line for line in lines) == 1
    assert sum("Chinese" in line for line in lines) == 1
    # It may be installed where the PATH of this test does not lead.
    missing = not os.access("/usr/sbin/clamd", os.X_OK)
    assert sum("clamd" in line for line in lines) == missing
