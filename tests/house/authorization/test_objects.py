"""What is one organization's is nowhere for another: not refused, not there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest

from directory.core.actor import Role
from tests.house.authorization.asking import names, prove
from tests.house.authorization.objects import (
    OBJECTS,
    OTHERS,
    PARTS,
    House,
    settle,
)
from tests.web.people import At, sign_in

OURS, THEIRS = "nanfang-hospital", "zhujiang-hospital"


@pytest.fixture(scope="module")
def ours(asked_site) -> House:
    return settle(asked_site, OURS)


@pytest.fixture(scope="module")
def theirs(asked_site) -> House:
    return settle(asked_site, THEIRS)


def ask(house: House, at: At, rule: str, values: dict[str, object]) -> dict[str, int]:
    """Ask for an address by every method; return the statuses."""
    found = {}
    for known, method in names(house.app).values():
        if known.rule != rule:
            continue
        with house.app.test_request_context():
            built = known.build(values)
        assert built is not None
        headers = {}
        if rule.startswith("/api/"):
            headers["Authorization"] = f"Bearer {house.token()}"
        data = {"csrf_token": prove(at.client)} if method == "POST" else None
        response = at.client.open(
            f"/en{built[1]}", method=method, headers=headers, data=data
        )
        response.close()
        found[method] = response.status_code
    assert found, f"{rule} is gone: take it out of the table"
    return found


def all_of(house: House, rule: str) -> dict[str, object]:
    return {name: house.make(kind) for name, kind in OBJECTS[rule].items()}


def mixtures(rule: str) -> Iterator[tuple[str, str]]:
    """Return rules with one argument that may be the stranger's own."""
    objects = [name for name, kind in OBJECTS[rule].items() if kind[0] != "="]
    if len(objects) > 1:
        yield from ((rule, name) for name in objects)


def test_every_address_with_an_argument_is_in_the_tables(asked_site):
    with_arguments = {
        rule.rule for rule, _ in names(asked_site).values() if rule.arguments
    }
    elsewhere = {
        rule for rule in with_arguments if rule.startswith(tuple(PARTS))
    } | set(OTHERS)

    assert with_arguments - elsewhere - set(OBJECTS) == set(), "say whose it is"
    assert set(OBJECTS) & elsewhere == set()
    assert (set(OBJECTS) | set(OTHERS)) - with_arguments == set(), "these are gone"


def test_every_argument_of_an_object_is_named(asked_site):
    for rule, _method in names(asked_site).values():
        if rule.rule in OBJECTS:
            assert set(OBJECTS[rule.rule]) == set(rule.arguments)


@pytest.mark.parametrize("rule", sorted(OBJECTS))
def test_it_is_there_for_whom_it_belongs_to(ours, rule):
    """Without this, what is nowhere for anybody would seem to be kept well."""
    for method in ask(ours, ours.at, rule, all_of(ours, rule)):
        values = all_of(ours, rule)
        assert ask(ours, ours.at, rule, values)[method] not in {401, 403, 404}


@pytest.mark.parametrize("rule", sorted(OBJECTS))
def test_it_is_nowhere_for_another_hospital(ours, theirs, rule):
    found = ask(theirs, theirs.at, rule, all_of(ours, rule))

    assert set(found.values()) == {404}


@pytest.mark.parametrize(
    ("rule", "own"), list(chain.from_iterable(mixtures(rule) for rule in OBJECTS))
)
def test_it_is_not_reached_through_something_of_ones_own(ours, theirs, rule, own):
    values = all_of(ours, rule)
    values[own] = theirs.make(OBJECTS[rule][own])

    found = ask(theirs, theirs.at, rule, values)

    assert set(found.values()) == {404}


@pytest.mark.parametrize("rule", sorted(OBJECTS))
def test_an_editor_elsewhere_learns_as_little(ours, rule):
    """Some pages are for managers; that an object exists is told to no editor."""
    stranger = sign_in(ours.app, Role.HOSPITAL_EDITOR)
    house = House(ours.app, stranger, THEIRS)

    found = ask(house, stranger, rule, all_of(ours, rule))

    # Withdrawing is refused before anything is looked for.
    assert set(found.values()) <= {403, 404}
