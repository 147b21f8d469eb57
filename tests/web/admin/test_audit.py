"""Administrators read the log, and have its chain verified."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import update

from directory.audit.actions import record
from directory.audit.model import Entry
from directory.core.actor import Role, system
from directory.core.work import Work


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


@pytest.fixture
def log(desk):
    """Add entries that tests look for, on two days."""
    for number in range(130):
        with desk.tools.sessions.begin() as session:
            record(
                Work(session, system("test"), desk.clock()),
                "invented.happened" if number % 2 else "invented.undone",
                f"thing:{number:03}",
                number=number,
            )
    desk.clock.move(days=1)
    with desk.tools.sessions.begin() as session:
        work = Work(session, system("later"), desk.clock())
        record(work, "invented.happened", "thing:later", words="=1+1")


def subjects(page) -> list[str]:
    return [
        "".join(list(row.iter("td"))[3].itertext())
        for row in page.all("tr")
        if list(row.iter("td"))
    ]


def look(desk, query: str):
    return desk.sit(Role.ADMIN).open(f"/en/admin/audit?{query}")


def test_the_newest_comes_first_and_pages_go_by_number(desk, log):
    first = look(desk, "event=invented.")
    older = desk.sit(Role.ADMIN).open(first.link("Older"))
    back = desk.sit(Role.ADMIN).open(older.link("Newer"))

    assert subjects(first)[:2] == ["thing:later", "thing:129"]
    assert len(subjects(first)) == 50
    assert subjects(older)[0] == "thing:080"
    assert subjects(back) == subjects(first)
    assert "Older" in back.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=system:later", ["thing:later"]),
        (
            "subject=thing:07&event=invented.undone",
            ["thing:078", "thing:076", "thing:074", "thing:072", "thing:070"],
        ),
        ("event=invented.&since=2026-11-23", ["thing:later"]),
        ("event=invented.&until=2026-11-21", []),
        ("subject=thing:%25", []),
        ("event=invented.happened&since=2026-11-23&until=2026-11-23", ["thing:later"]),
    ],
)
def test_entries_are_found(desk, log, query, found):
    page = look(desk, query)

    assert (subjects(page) if found else []) == found
    if not found:
        assert "Nothing of that kind is in the log." in page.text


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "until=9999-12-31",
        "before=x",
        "after=99999999999999999999",
        "actor=%00",
    ],
)
def test_nonsense_in_the_address_is_passed_over(desk, query):
    assert look(desk, query).status == 200


def test_one_entry_is_shown_whole(desk, log, admin):
    with desk.session() as session:
        row = session.query(Entry).filter_by(subject="thing:later").one()

    page = desk.sit(Role.ADMIN).open(f"/en/admin/audit/{row.seq}")

    for said in (row.seal, row.previous, "invented.happened", '"words": "=1+1"'):
        assert said in page.text
    assert desk.sit(Role.ADMIN).client.get("/en/admin/audit/999999").status_code == 404


def test_the_chain_is_verified_and_that_is_written_down(desk, admin):
    before = admin.open("/en/admin/audit")
    assert "Never verified here." in before.text

    answer = admin.client.post(
        "/en/admin/audit/verify", data={"csrf_token": before.value("csrf_token")}
    )

    assert answer.status_code == 303
    assert "whole" in admin.open("/en/admin/audit").text
    assert "Verified" in admin.open("/en/admin/").text


def test_a_tampered_entry_is_named(desk, log, admin):
    with desk.tools.sessions.begin() as session:
        session.execute(update(Entry).where(Entry.seq == 40).values(actor="somebody"))
    admin = desk.sit(Role.ADMIN)
    token = admin.open("/en/admin/audit").value("csrf_token")

    admin.client.post("/en/admin/audit/verify", data={"csrf_token": token})

    page = admin.open("/en/admin/audit")
    assert "entry 40: it does not say what its seal was made over" in page.text
    assert subjects(admin.open(page.link("Look at it")))
    assert "broken" in admin.open("/en/admin/").text


def test_the_log_leaves_as_csv(desk, log):
    admin = desk.sit(Role.ADMIN)
    token = admin.open("/en/admin/audit").value("csrf_token")

    answer = admin.client.post(
        "/en/admin/audit/export?event=invented.", data={"csrf_token": token}
    )

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 131
    assert rows[0]["subject"] == "thing:later"
    assert rows[0]["facts"] == '{"words": "=1+1"}'
