"""The page of who sees what promises what the program does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.permissions import GRANTS, Permission
from directory.web.public.privacy import NOTHING, READERS, SEES, Data, Party
from tests.browser import Browser
from tests.web.conftest import wire
from tests.web.desk import desk

__all__ = ["desk"]

READING = (
    Permission.READ_CASES,
    Permission.READ_REFERRALS,
    Permission.LOOK_INTO_CASE,
)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_page_opens_in_every_language(desk, language):
    page = desk.passer_by().open(f"/{language}/privacy")

    assert page.language.startswith(language)
    (table,) = page.all("table")
    rows = [list(row) for row in table.iter("tr")]
    assert {len(row) for row in rows} == {len(Party) + 1}
    assert len(rows) == len(Data) + 1


def test_every_footer_leads_there(desk):
    assert "/en/privacy" in desk.passer_by().open("/en/").links()


def test_days_are_those_of_the_settings(desk):
    settings = desk.tools.settings.model_copy(
        update={
            "keep_closed_days": 411,
            "keep_drafts_days": 23,
            "keep_withdrawn_days": 17,
            "keep_uploads_days": 1,
        }
    )

    page = Browser(wire(replace(desk.tools, settings=settings))).open("/en/privacy")

    for said in ("411 days", "23 days", "17 days", "1 day."):
        assert said in page.text


def test_who_is_said_to_see_something_may_read_cases():
    for _data, party in SEES:
        reader = READERS[party]
        assert reader.role is None or reader.role in GRANTS[reader.permission]


def test_whoever_may_read_cases_is_on_the_page():
    named = {reader.role for reader in READERS.values()}

    for permission in READING:
        assert GRANTS[permission] <= named


@pytest.mark.parametrize("role", NOTHING)
def test_those_of_whom_it_says_nothing_may_read_nothing(role):
    assert all(role not in GRANTS[permission] for permission in READING)


def test_notes_are_the_owners_and_contact_is_no_hospitals():
    assert (Data.NOTES, Party.PATIENT) not in SEES
    assert (Data.NOTES, Party.HOSPITAL) not in SEES
    assert (Data.CONTACT, Party.HOSPITAL) not in SEES
    assert (Data.NOTES, Party.ADMIN) not in SEES
