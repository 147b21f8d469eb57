"""Of a case everybody gets what is theirs, by every address, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import FakeSearcher
from tests.house.authorization.asking import OUTCOMES
from tests.house.authorization.case_objects import (
    ALIKE,
    OUTSIDERS,
    PARTIES,
    Stage,
    read,
    rules_of,
    set_stage,
)
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools

WRITTEN = read()

ADD = "python -m tests.house.authorization.case_candidates --write"


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, seeded_file: Path
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    tools = make_tools(make_settings(folder, seeded_file), FakeSearcher())
    yield set_stage(wire(tools), folder)
    tools.engine.dispose()


def test_every_address_of_cases_is_written_down_and_no_other(stage):
    there, written = set(rules_of(stage.app)), set(WRITTEN)

    assert there - written == set(), f"add them: {ADD}"
    assert written - there == set(), "these are gone: take their lines out"


def test_every_argument_has_a_name(stage):
    asked = {
        name for rule, _ in rules_of(stage.app).values() for name in rule.arguments
    }

    assert asked - stage.named.keys() == set(), "say of which object, in case_objects"


def test_every_line_has_a_letter_for_everybody():
    for name, letters in WRITTEN.items():
        assert len(letters) == len(PARTIES), name
        assert set(letters) <= set(OUTCOMES) - {"!"}, name


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_everybody_gets_what_is_written_down(stage, name):
    rule, method = rules_of(stage.app)[name]

    found = {party: stage.outcome(party, rule, method) for party in PARTIES}

    assert found == dict(zip(PARTIES, WRITTEN[name], strict=True))


@pytest.mark.parametrize("party", OUTSIDERS)
def test_nobody_outside_gets_anything(party):
    """What may not be written down, whoever writes it."""
    place = PARTIES.index(party)
    open_to_them = {
        name
        for name, letters in WRITTEN.items()
        if letters[place] == "o" and name not in ALIKE
    }

    assert WRITTEN
    assert open_to_them == set()


@pytest.mark.parametrize(
    ("part", "parties"),
    [
        ("/facilitator/", {"owner", "colleague"}),
        ("/hospital/cases/", {"referred"}),
        ("/inquiries/mine/", {"patient"}),
    ],
)
def test_pages_of_one_side_are_open_to_that_side_alone(part, parties):
    """Each reaches a case by their own pages only, which show no more than theirs."""
    for name, letters in WRITTEN.items():
        if name.partition(" ")[2].startswith(part) and name not in ALIKE:
            given = {p for p, each in zip(PARTIES, letters, strict=True) if each == "o"}
            assert given <= parties, name


@pytest.mark.parametrize("part", ["/facilitator/", "/hospital/cases/", "/inquiries/"])
def test_somebody_gets_something(part):
    """Without this, what is nowhere for anybody would seem to be kept well."""
    there = [
        letters
        for name, letters in WRITTEN.items()
        if name.partition(" ")[2].startswith(part)
    ]

    assert any("o" in letters for letters in there)
