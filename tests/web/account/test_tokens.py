"""Tokens are made once, shown once, and open the API as long as their maker may."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from sqlalchemy import select

from directory.accounts.model import ApiToken, Membership, Organization, Person
from directory.accounts.queries.tokens import bearer_of
from directory.core.actor import Role
from directory.core.permissions import FOR_TOKENS, Permission, holds
from directory.web.roles import SCOPES

FORM = {"name": "Invented program", "scopes": "listing.recheck", "days": "30"}


def make(browser):
    """Make a token; return it as the page shows it."""
    page = browser.post("/en/account/tokens/new", FORM)
    return page.by_class("secret")[0].text


def ask(desk, token: str | None, path="/api/v1/me", **headers):
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return desk.app.test_client().get(path, headers=headers)


@pytest.fixture
def editor(desk):
    return desk.sit(Role.HOSPITAL_EDITOR)


def test_everything_a_token_may_do_has_words():
    assert SCOPES.keys() == {each.value for each in FOR_TOKENS}


def test_a_token_is_shown_once_and_kept_as_a_digest(desk, editor):
    token = make(editor)

    assert re.fullmatch(r"ctd_[A-Za-z0-9_-]{43}", token)
    with desk.session() as session:
        row = session.scalars(select(ApiToken)).one()
    assert row.digest == sha256(token.encode()).hexdigest()
    assert row.beginning == token[:12]
    listed = editor.open("/en/account/tokens")
    assert token not in listed.text
    assert token[:12] in listed.text
    assert "never" in listed.text


def test_the_api_says_whom_a_token_stands_for(desk, editor):
    token = make(editor)

    answer = ask(desk, token)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    with desk.session() as session:
        person = session.get(Person, desk.seat(editor).person)
        office = session.get(Organization, desk.seat(editor).organization)
        row = session.scalars(select(ApiToken)).one()
    assert answer.json["id"] == person.public_id
    assert answer.json["organization"]["id"] == office.public_id
    assert answer.json["roles"] == ["hospital-editor"]
    assert answer.json["scopes"] == ["listing.recheck"]
    assert row.used_at == desk.clock()


@pytest.mark.parametrize(
    "shown",
    [None, "", "ctd_" + "A" * 43, "nonsense", "ctd_" + "B" * 500],
    ids=["none", "empty", "unknown", "misshapen", "endless"],
)
def test_what_is_no_token_is_refused_in_one_way(desk, shown):
    answer = ask(desk, shown)

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "api.unauthenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_cookie_opens_nothing_here(editor):
    assert editor.client.get("/api/v1/me").status_code == 401


def test_an_ended_token_opens_nothing(desk, editor):
    token = make(editor)
    with desk.session() as session:
        public_id = session.scalars(select(ApiToken.public_id)).one()

    answer = editor.send(f"/en/account/tokens/{public_id}/end")

    assert answer.status_code == 303
    refused = ask(desk, token)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_a_token_runs_out(desk, editor):
    token = make(editor)

    desk.clock.move(days=30)

    assert ask(desk, token).status_code == 401


def test_a_token_ends_with_the_membership_and_with_the_account(desk, editor):
    token = make(editor)
    person = desk.seat(editor).person

    with desk.tools.sessions.begin() as session:
        session.get(Person, person).active = False
    assert ask(desk, token).status_code == 401
    with desk.tools.sessions.begin() as session:
        session.get(Person, person).active = True
    assert ask(desk, token).status_code == 200
    with desk.tools.sessions.begin() as session:
        session.query(Membership).filter_by(person_id=person).delete()
    assert ask(desk, token).status_code == 401


def test_a_token_holds_its_scopes_and_nothing_else(desk, editor):
    token = make(editor)

    with desk.session() as session:
        actor = bearer_of(session, token, desk.clock()).actor

    held = {each for each in Permission if holds(actor, each)}
    assert held == {Permission.RECHECK_LISTING, Permission.USE_TOKENS}


def test_public_answers_are_the_same_with_a_token(desk, editor):
    token = make(editor)

    with_it, without = (
        ask(desk, token, "/api/v1/guides"),
        ask(desk, None, "/api/v1/guides"),
    )

    assert with_it.headers["Cache-Control"] == "public, max-age=60"
    assert with_it.headers["ETag"] == without.headers["ETag"]
    assert "Authorization" not in with_it.headers["Vary"]


@pytest.mark.parametrize("days", ["0", "366", "-1", "x", ""])
def test_a_token_lasts_a_year_at_most(editor, days):
    page = editor.post("/en/account/tokens/new", {**FORM, "days": days}, 422)

    assert page.title.startswith("Error:")


def test_a_token_is_good_for_nothing_that_its_maker_may_not(desk, editor):
    page = editor.post(
        "/en/account/tokens/new", {**FORM, "scopes": "listing.publish"}, 422
    )

    assert page.title.startswith("Error:")
    assert desk.sit(Role.ADMIN).open("/en/account/tokens/new").status == 200


def test_managers_see_and_end_the_tokens_of_their_organization(desk, editor):
    token = make(editor)
    organization = desk.seat(editor).organization
    manager = desk.sit(Role.HOSPITAL_MANAGER, organization=organization)
    other = desk.sit(Role.HOSPITAL_EDITOR, organization=organization)
    with desk.session() as session:
        public_id = session.scalars(select(ApiToken.public_id)).one()

    path = f"/en/account/tokens/{public_id}/end"
    assert other.client.get(path).status_code == 404
    assert token[:12] in manager.open("/en/account/tokens").text
    manager.send(path)
    assert ask(desk, token).status_code == 401
