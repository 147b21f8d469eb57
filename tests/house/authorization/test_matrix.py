"""Everybody is answered as the matrix says, and no address is missing from it."""

from __future__ import annotations

import pytest

from tests.house.authorization.asking import (
    COLUMNS,
    OUTCOMES,
    address,
    names,
    prove,
    read,
)
from tests.web.people import sign_in

MATRIX = read()

ADD = "python -m tests.house.authorization.candidates --write"


def test_every_address_is_in_the_matrix_and_no_other(asked_site):
    there, written = set(names(asked_site)), set(MATRIX.routes)

    assert there - written == set(), f"add them: {ADD}"
    assert written - there == set(), "these are gone: take their lines out"


def test_every_line_has_a_letter_for_everybody():
    for name, letters in MATRIX.routes.items():
        assert len(letters) == len(COLUMNS), name
        assert set(letters) <= set(OUTCOMES) - {"!"}, name


def test_no_sample_is_left_over(asked_site):
    rules = {rule.rule for rule, _method in names(asked_site).values()}

    assert set(MATRIX.samples) <= rules


@pytest.mark.parametrize("name", sorted(MATRIX.routes))
def test_everybody_is_answered_as_the_matrix_says(crowd, name):
    rule, method = names(crowd.app)[name]
    url = address(crowd.app, rule, MATRIX.samples)

    found = {column: crowd.outcome(column, method, url) for column in COLUMNS}

    assert found == dict(zip(COLUMNS, MATRIX.routes[name], strict=True))


@pytest.mark.parametrize(
    ("part", "column"),
    [
        ("/admin/", "moderator"),
        ("/admin/", "manager"),
        ("/admin/", "admin-unproved"),
        ("/moderation/", "admin"),
        ("/moderation/", "manager"),
        ("/moderation/", "moderator-unproved"),
        ("/hospital/", "person"),
        ("/admin/", "token"),
        ("/moderation/", "token"),
        ("/hospital/", "token"),
        ("/hospital/cases/", "editor"),
        ("/hospital/cases/", "manager"),
        ("/hospital/cases/", "facilitator"),
        ("/hospital/cases/", "coordinator-unproved"),
        ("/facilitator/", "coordinator"),
        ("/facilitator/", "admin"),
        ("/facilitator/", "moderator"),
        ("/facilitator/", "facilitator-unproved"),
        ("/admin/", "coordinator"),
        ("/admin/", "patient"),
        ("/facilitator/", "patient"),
    ],
)
def test_nothing_of_theirs_is_open_to_others(part, column):
    """What the matrix itself may not say, whoever writes it."""
    place = list(COLUMNS).index(column)
    theirs = {
        name: letters[place]
        for name, letters in MATRIX.routes.items()
        if name.partition(" ")[2].startswith(part)
    }

    assert theirs
    assert {name: each for name, each in theirs.items() if each in "on"} == {}


def test_the_token_for_forms_is_taken(asked_site):
    """If it were not, every post would seem to be open."""
    client = sign_in(asked_site).client

    right = client.post("/en/account/details", data={"csrf_token": prove(client)})
    wrong = client.post("/en/account/details", data={"csrf_token": "wrong"})

    assert right.status_code == 422
    assert wrong.status_code == 400
