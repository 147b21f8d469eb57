"""Reading the project's own files, for the rules of the house."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "directory"
TEMPLATES = ROOT / "templates"
NOT_KEPT = {".git", ".venv", "var", "build", "dist", "__pycache__"}


def modules(folder: Path = PACKAGE) -> Iterator[tuple[str, ast.Module]]:
    """Return path below the checkout and syntax tree of each Python file."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def kept_files() -> list[Path]:
    """Return the files under version control, or all where there is none."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        paths = [ROOT / name for name in listed if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if NOT_KEPT.isdisjoint(path.relative_to(ROOT).parts)
            and not any(part.endswith("cache") for part in path.parts)
        ]
    return [path for path in paths if path.is_file()]


def settings() -> ConfigParser:
    """Return ``setup.cfg``."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg")
    return config


def listed(section: str, option: str) -> list[str]:
    """Return the lines of a list in ``setup.cfg``, without its comments."""
    lines = settings()[section][option].splitlines()
    return [line.strip() for line in lines if line.strip() and line.strip()[0] != "#"]
