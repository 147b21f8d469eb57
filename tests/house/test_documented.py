"""What can be set and typed is written down, and what is written down exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from directory.cli.main import commands
from directory.core.config import PREFIX, SECRETS, Settings
from tests.conftest import ROOT
from tests.house.sources import PACKAGE

OPERATIONS = (PACKAGE / "docs" / "operations.md").read_text()
README = (ROOT / "README.md").read_text()
SETTINGS = {PREFIX + field.upper() for field in Settings.model_fields}
FOR_TESTS = {"DIRECTORY_TESTS_REQUIRE"}


def named(text: str) -> set[str]:
    """Return the settings that a page names."""
    return set(re.findall(rf"\b{PREFIX}[A-Z]+(?:_[A-Z]+)*\b", text))


def typed(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from typed(command, (*before, name))
        else:
            yield " ".join((*before, name))


@pytest.mark.parametrize("page", [OPERATIONS, README], ids=["operations", "readme"])
def test_every_setting_is_documented_and_no_other(page):
    files = {f"{PREFIX}{name}_FILE" for name in SECRETS}

    assert SETTINGS - named(page) == set()
    assert named(page) - SETTINGS - files - FOR_TESTS == set()


def test_every_command_is_documented():
    missing = {name for name in typed(commands) if f"`{name}" not in OPERATIONS}

    assert missing == set()


def test_every_documented_command_exists():
    written = re.findall(r"^\| `([a-z-]+(?: [a-z-]+)*)", OPERATIONS, re.MULTILINE)

    assert written
    assert {name for name in written if name not in set(typed(commands))} == set()


def test_every_option_of_a_command_is_documented():
    missing = {
        f"{name} {option.opts[-1]}"
        for name in typed(commands)
        for option in find(name).params
        if isinstance(option, click.Option)
        and option.opts[-1] != "--help"
        and option.opts[-1] not in OPERATIONS
    }

    assert missing == set()


def find(name: str) -> click.Command:
    command: click.Command = commands
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    return command
