import re

import pytest
from sqlalchemy import inspect

from directory.core.db import make_engine
from directory.migrations import FOLDER, current, downgrade, head, known, upgrade


@pytest.fixture
def empty_engine(empty_database_url):
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def scripts():
    return sorted((FOLDER / "versions").glob("*.py"))


def test_scripts_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in scripts()]

    assert numbers == list(range(1, len(numbers) + 1))
    assert head() == f"{numbers[-1]:04d}"


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_a_script_never_imports_the_program(path):
    program = re.compile(r"^\s*(from|import) directory\b", re.MULTILINE)

    assert not program.search(path.read_text())


def test_the_way_up_and_down_leaves_nothing_behind(empty_engine):
    upgrade(empty_engine)
    assert current(empty_engine) == head()

    downgrade(empty_engine, "base")

    assert current(empty_engine) is None
    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}


def test_coming_up_twice_changes_nothing(empty_engine):
    upgrade(empty_engine)
    upgrade(empty_engine)

    assert current(empty_engine) == head()


def test_a_revision_from_elsewhere_is_not_known():
    assert known(head())
    assert not known("9999")
