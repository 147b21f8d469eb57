"""Imports follow the order that setup.cfg writes down."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT
from tests.house.sources import PACKAGE, listed

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports({}))"
)


def lint(arguments: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT.format(arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_no_import_goes_up_or_round():
    finished = lint()

    assert finished.returncode == 0, finished.stdout


def test_an_import_against_the_order_would_be_found(tmp_path):
    upside_down = tmp_path / "contracts.ini"
    upside_down.write_text(
        "[importlinter]\nroot_package = directory\n"
        "[importlinter:contract:order]\nname = upside down\ntype = layers\n"
        "containers = directory\nlayers =\n    core\n    app\n"
    )

    finished = lint(f"config_filename={str(upside_down)!r}")

    assert finished.returncode == 1
    assert "BROKEN" in finished.stdout


def test_every_subject_keeps_its_rooms_in_order():
    rooms = {"actions", "queries", "ports", "model", "rules"}
    subjects = {
        f"directory.{path.name}"
        for path in PACKAGE.iterdir()
        if path.is_dir() and rooms & {room.stem for room in path.iterdir()}
    }

    assert subjects == set(listed("importlinter:contract:rooms", "containers"))
