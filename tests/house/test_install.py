"""Installing says what it needs, and does nothing when nothing changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROGRAMS = ("bash", "cat", "cmp", "cp", "dirname", "grep", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout on a machine that has no Python and no uv."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copytree(ROOT / ".lock", tmp_path / ".lock")
    (tmp_path / "bin").mkdir()
    for program in PROGRAMS:
        (tmp_path / "bin" / program).symlink_to(shutil.which(program) or program)
    return tmp_path


def install(checkout: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / "bash", checkout / ".ci" / "install", "run"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(checkout / "bin"), **environ},
    )


@pytest.mark.parametrize("python", ["", "/bin/false", "/nowhere/python3"])
def test_without_a_python_that_fits_it_says_what_to_install(checkout, python):
    finished = install(checkout, PYTHON=python)

    assert finished.returncode == 1
    assert "No Python 3.11, 3.12 or 3.13 found" in finished.stderr
    assert not (checkout / ".venv").exists()


def test_what_is_installed_already_is_left_alone(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    shutil.copy(checkout / ".lock" / "run.txt", checkout / ".venv/installed-run.txt")

    finished = install(checkout)

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_changed_pins_are_installed_again(checkout):
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # Says that it fits, and cannot install anything.
    python.write_text(f'#!{checkout}/bin/bash\n[ "$1" = -c ]\n')
    python.chmod(0o755)
    shutil.copy(checkout / ".lock" / "test.txt", checkout / ".venv/installed-run.txt")

    finished = install(checkout)

    assert finished.stdout.startswith("installing ")
    assert finished.returncode != 0
