"""Administrators find people and organizations, and look after accounts."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from directory.accounts.model import Organization, Person, SignIn
from directory.audit.model import Entry
from directory.core.actor import Role
from tests.web.people import add_person

SECRET = "invented-totp-secret-that-nobody-may-see"


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


def add(desk, **given) -> str:
    with desk.tools.sessions.begin() as session:
        row = add_person(session, **given)
        row.tf_primary_method, row.tf_totp_secret = "authenticator", SECRET
        row.mf_recovery_codes = ["invented-code"]
        return row.public_id


def person(desk, public_id: str):
    with desk.session() as session:
        return session.scalars(
            select(Person).where(Person.public_id == public_id)
        ).one()


def last_event(desk) -> tuple[str, str]:
    with desk.session() as session:
        last = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    return last.event, last.subject


def names(page) -> list[str]:
    return [
        "".join(cell.itertext()).split("\n")[0].strip()
        for cell in page.all("th", scope="row")
    ]


@pytest.mark.parametrize(
    "path", ["", "people", "organizations", "audit", "organizations/new"]
)
@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_page_opens_in_every_language(admin, path, language):
    page = admin.open(f"/{language}/admin/{path}")

    assert page.language.startswith(language)


def test_people_are_found_by_part_of_name_or_address(desk, admin):
    add(desk, name="Invented Aaa", email="needle@example.org")
    add(desk, name="Invented 100%", email="other@example.org")

    assert names(admin.open("/en/admin/people?q=NEEDLE")) == ["Invented Aaa"]
    assert names(admin.open("/en/admin/people?q=100%25")) == ["Invented 100%"]
    assert names(admin.open("/en/admin/people?q=a%25b")) == []


def test_people_are_sorted_and_turned_round(desk, admin):
    add(desk, name="invented aaa", email="z@example.org")
    add(desk, name="Invented Bbb", email="y@example.org")

    by_name = names(admin.open("/en/admin/people?q=invented&sort=name"))
    turned = names(admin.open("/en/admin/people?q=invented&sort=-name"))

    assert by_name[:2] == ["invented aaa", "Invented Bbb"]
    assert turned == by_name[::-1]


def test_people_come_in_pages(desk, admin):
    with desk.tools.sessions.begin() as session:
        for number in range(120):
            add_person(session, name=f"Paged {number:03}")

    first = admin.open("/en/admin/people?q=Paged")
    last = admin.open("/en/admin/people?q=Paged&page=3")

    assert names(first)[0] == "Paged 000"
    assert len(names(first)) == 50
    assert names(last)[-1] == "Paged 119"
    assert any("page=3" in link and "q=Paged" in link for link in first.links())


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=99999999",
        "sort=password",
        "role=god",
        "state=x",
        "q=%00",
    ],
)
def test_nonsense_in_the_address_is_passed_over(admin, query):
    assert admin.open(f"/en/admin/people?{query}").status == 200
    assert admin.open(f"/en/admin/organizations?kind=x&{query}").status == 200


def test_no_page_shows_what_people_sign_in_with(desk, admin):
    public_id = add(desk)

    for path in ("people", f"people/{public_id}", f"people/{public_id}/reset-factor"):
        page = admin.client.get(f"/en/admin/{path}").text
        assert SECRET not in page
        assert "invented-code" not in page
        assert "argon2" not in page


def test_a_list_leaves_as_csv_that_is_no_formula(desk, admin):
    add(desk, name='=HYPERLINK("https://example.org")', email="formula@example.org")
    token = admin.open("/en/admin/people").value("csrf_token")

    answer = admin.client.post(
        "/en/admin/people/export?q=formula", data={"csrf_token": token}
    )

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1].startswith("'=HYPERLINK")
    assert SECRET not in answer.text
    assert last_event(desk) == ("table.exported", "table:people")


@pytest.mark.parametrize("table", ["people", "organizations", "audit"])
def test_no_list_leaves_without_proof_of_who_takes_it(desk, admin, table):
    token = admin.open(f"/en/admin/{table}").value("csrf_token")
    desk.clock.move(minutes=16)

    answer = admin.client.post(f"/en/admin/{table}/export", data={"csrf_token": token})

    assert answer.status_code == 303
    assert "/account/prove" in answer.headers["Location"]


def test_a_closed_account_is_out_at_once_and_can_be_opened(desk, admin):
    editor = desk.sit(Role.HOSPITAL_EDITOR)
    with desk.session() as session:
        public_id = session.get(Person, desk.seat(editor).person).public_id
    assert editor.open("/en/account/organizations").status == 200

    admin.send(f"/en/admin/people/{public_id}/disable")

    assert editor.client.get("/en/account/organizations").status_code == 303
    assert not person(desk, public_id).active
    assert last_event(desk) == ("person.disabled", f"person:{public_id}")
    admin.send(f"/en/admin/people/{public_id}/enable")
    assert person(desk, public_id).active
    assert last_event(desk) == ("person.enabled", f"person:{public_id}")
    # What was ended stays ended.
    assert editor.client.get("/en/account/organizations").status_code == 303


def test_a_lost_factor_is_taken_away_with_every_session(desk, admin):
    public_id = add(desk)
    lost = desk.sit(Role.MODERATOR, person=person(desk, public_id).id)

    admin.send(f"/en/admin/people/{public_id}/reset-factor")

    row = person(desk, public_id)
    assert (row.tf_primary_method, row.tf_totp_secret, row.mf_recovery_codes) == (
        None,
        None,
        None,
    )
    with desk.session() as session:
        ended = session.scalars(
            select(SignIn.ended_at).where(SignIn.person_id == row.id)
        ).all()
    assert ended == [desk.clock()]
    assert lost.client.get("/en/account/organizations").status_code == 303
    assert last_event(desk) == ("person.factor-reset", f"person:{public_id}")


@pytest.mark.parametrize("act", ["disable", "reset-factor"])
def test_nobody_does_it_to_themselves(desk, admin, act):
    with desk.session() as session:
        me = session.get(Person, desk.seat(admin).person).public_id

    page = admin.post(f"/en/admin/people/{me}/{act}", {}, 422)

    assert "Somebody else has to do this" in page.text


def test_what_there_is_not_is_no_page(desk, admin):
    assert admin.client.get(f"/en/admin/people/{'0' * 32}").status_code == 404
    assert admin.client.get(f"/en/admin/people/{add(desk)}/erase").status_code == 404


def test_an_organization_is_founded_and_found(desk, admin):
    answer = admin.send(
        "/en/admin/organizations/new",
        {
            "name": "Invented Founded Hospital",
            "kind": "hospital",
            "domains": "Founded.example.org, other.example.org",
        },
    )

    assert answer.status_code == 303
    page = admin.open(answer.headers["Location"])
    assert names(page) == ["Invented Founded Hospital"]
    with desk.session() as session:
        row = session.scalars(
            select(Organization).where(Organization.name == "Invented Founded Hospital")
        ).one()
    assert row.domains == ["founded.example.org", "other.example.org"]
    assert last_event(desk) == ("organization.founded", f"organization:{row.public_id}")
    assert (
        admin.open(f"/en/account/organizations/{row.public_id}/members").status == 200
    )


@pytest.mark.parametrize("typed", ["no domain", "https://example.org", "x@example.org"])
def test_what_is_no_domain_is_refused(admin, typed):
    page = admin.post(
        "/en/admin/organizations/new",
        {"name": "Invented", "kind": "hospital", "domains": typed},
        422,
    )

    assert "Enter domains such as" in page.text
    assert page.value("name") == "Invented"
