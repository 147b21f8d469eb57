"""Invented people can be added, are told from real ones, and never come unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from directory.accounts.actions.demonstration import SomebodyRealError, invent_person
from directory.accounts.actions.registering import NewAccount
from directory.accounts.model import Organization, Person
from directory.cli.demo import load_demo, refuse_in_production
from directory.core.config import Settings, load
from directory.core.errors import RefusedError, SettingError
from directory.core.text import Language
from directory.listings.queries import center_page
from directory.submissions.model import (
    Correction,
    ListingClaim,
    ListingKeeper,
    Submission,
    SubmissionFinding,
)
from directory.submissions.queries.capacity import center_capacity
from tests.conftest import NOW
from tests.submissions.people import acting

FOLDER = Settings.folder("seed") / "demo"


def hashed(password: str) -> str:
    return f"hash of {len(password)}"


def test_everybody_can_sign_in_and_nobody_has_an_address_of_ours(work):
    logins = load_demo(FOLDER, work, hashed)

    people = work.session.scalars(select(Person)).all()
    assert {one.email for one in logins} == {one.email for one in people}
    assert all(one.email.endswith(".example.org") for one in people)
    assert all(one.confirmed_at for one in people)
    assert len({one.password for one in logins}) == len(logins)


def test_everything_says_that_it_is_invented(work):
    load_demo(FOLDER, work, hashed)

    offices = work.session.scalars(select(Organization)).all()
    assert offices
    assert all(one.is_invented and "invented" in one.name for one in offices)
    for slug in ("demo-willow-hospital", "demo-birch-hospital"):
        page = center_page(work.session, slug, today=NOW.date())
        assert "(invented)" in page.names["en"]
        assert page.cautions[0].startswith("Invented for demonstration")


def test_hospitals_are_kept_and_say_what_they_can_take(work):
    load_demo(FOLDER, work, hashed)

    kept = work.session.scalar(select(func.count()).select_from(ListingKeeper))
    stated = center_capacity(work.session, "demo-willow-hospital", today=NOW.date())
    assert kept == 3
    assert stated.wait_weeks == 6


def test_moderators_find_something_of_each_kind_to_look_at(work):
    load_demo(FOLDER, work, hashed)

    states = work.session.scalars(select(Submission.state).order_by(Submission.state))
    assert states.all() == ["draft", "submitted"]
    assert work.session.scalars(select(SubmissionFinding.rule)).all()
    assert work.session.scalars(select(ListingClaim.state)).all() == ["unconfirmed"]
    assert work.session.scalars(select(Correction.state)).all() == ["open"]


def test_loading_again_adds_nobody_and_gives_new_passwords(work):
    first = load_demo(FOLDER, work, hashed)
    counts = [
        work.session.scalar(select(func.count()).select_from(table))
        for table in (Person, Organization, ListingKeeper)
    ]

    second = load_demo(FOLDER, work, hashed)

    assert counts == [
        work.session.scalar(select(func.count()).select_from(table))
        for table in (Person, Organization, ListingKeeper)
    ]
    assert {one.password for one in first}.isdisjoint(one.password for one in second)


def test_nobody_is_invented_at_an_address_that_somebody_could_have(work):
    account = NewAccount("A", "somebody@example.com", "hash", Language.EN)

    with pytest.raises(SomebodyRealError):
        invent_person(work, account)


def test_people_do_not_invent_people(work):
    account = NewAccount("A", "a@b.example.org", "hash", Language.EN)

    with pytest.raises(RefusedError):
        invent_person(acting(work), account)


@pytest.mark.parametrize(
    "real",
    [
        {"base_url": "https://directory.test"},
        {"database_url": "postgresql://directory@db.test/directory"},
    ],
)
def test_a_directory_for_real_people_gets_none_without_the_word(
    tmp_path: Path, real: dict[str, str]
):
    settings = load({}, data=tmp_path, **real)

    with pytest.raises(SettingError, match="--even-in-production"):
        refuse_in_production(settings, said=False)
    refuse_in_production(settings, said=True)


def test_a_directory_on_this_machine_gets_them(tmp_path: Path):
    refuse_in_production(load({}, data=tmp_path), said=False)
