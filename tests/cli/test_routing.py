"""Sets of rules are compared over past cases from the terminal."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from directory.cases.model import Case
from directory.cli.demo import load_demo
from directory.cli.demo_cases import invent_cases
from directory.cli.routing import routing
from directory.cli.wiring import Wiring
from directory.core.actor import system
from directory.core.config import Settings, ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from tests.conftest import NOW

SEED = Settings.folder("seed")


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory, seeded_file):
    """A folder of data with invented cases, to be copied."""
    folder = tmp_path_factory.mktemp("demonstrated")
    settings = ensure_secrets(load({}, data=folder))
    shutil.copyfile(seeded_file, folder / "directory.sqlite3")
    engine = make_engine(settings.database_url)
    with make_sessions(engine, retention=settings.retention).begin() as session:
        work = Work(session, system("test"), NOW)
        load_demo(SEED / "demo", work, lambda _password: "hash")
        keys = KeyRing.parse(settings.encryption_keys)
        assert invent_cases(work, keys, 12) == 12
        assert invent_cases(work, keys, 12) == 0
        assert session.query(Case).filter_by(is_invented=True).count() == 12
    engine.dispose()
    return folder


@pytest.fixture
def wiring(tmp_path, demonstrated):
    data = shutil.copytree(demonstrated, tmp_path / "data")
    settings = ensure_secrets(load({}, data=data))

    def nothing(*_given):
        raise AssertionError("not needed")

    return Wiring(
        settings=lambda: settings,
        engine=lambda settings: make_engine(settings.database_url),
        files=nothing,
        tools=nothing,
        app=nothing,
        background=nothing,
        clock=lambda: NOW,
    )


def run(wiring, *given):
    return CliRunner().invoke(routing, ["replay", *map(str, given)], obj=wiring)


def test_the_same_rules_change_nothing(wiring):
    said = run(wiring, "--rules", SEED / "routing" / "rules.yaml", "--days", 40)

    assert said.exit_code == 0, said.output
    assert "cases       12 of the last 40 days" in said.output
    assert "first       another first choice in 0" in said.output
    assert "the set in force (version 1)" in said.output


def test_other_rules_are_compared_case_by_case(wiring, tmp_path):
    other = tmp_path / "other.json"
    none = {"about": "capability", "key": "lodging_nearby"}
    rule = {"name": "nobody", "check": {"about": "load", "at_least": 1}}
    only = {"name": "only", "check": none, "verdict": "prefer", "weight": 9}
    rules = [rule | {"verdict": "exclude"}, only]
    other.write_text(json.dumps({"format": 1, "rules": rules}))

    said = run(wiring, "--rules", other, "--days", 40, "--lines")

    assert said.exit_code == 0, said.output
    assert said.output.count(" -> ") >= 2
    assert "no effect   after: none" in said.output


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"format": 1}', "rules: this field is missing"),
        ("b.json", "{", "line 1: this is not JSON"),
        ("c.yaml", "format: 1\nformat: 1\n", "expected"),
        ("d.yaml", "format: 1\nrules: []\n", "rules"),
        ("e.json", '{"format": 1, "rules": [{"name": "A b"}]}', "rule 'A b' (1)"),
    ],
)
def test_a_bad_file_is_refused_with_its_faults(wiring, tmp_path, name, text, said):
    file = tmp_path / name
    file.write_text(text)

    answer = run(wiring, "--rules", file)

    assert answer.exit_code == 1
    assert said in answer.output
