"""People see their organizations, managers look after who belongs to them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.accounts.model import Invitation, Membership, Organization, Person
from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import Role
from directory.core.links import Purpose
from directory.outbox.model import Promise
from tests.web.people import add_organization, add_person, join


def office_of(desk, browser):
    with desk.session() as session:
        return session.get(Organization, desk.seat(browser).organization).public_id


def person_of(desk, browser):
    with desk.session() as session:
        return session.get(Person, desk.seat(browser).person).public_id


def colleague(desk, browser, role=Role.HOSPITAL_EDITOR) -> str:
    """Add somebody to the organization of who sits there; return the public id."""
    with desk.tools.sessions.begin() as session:
        office = session.get(Organization, desk.seat(browser).organization)
        someone = add_person(session)
        join(session, someone, office, role)
        return someone.public_id


def events(desk) -> list[str]:
    with desk.session() as session:
        return list(session.scalars(select(Entry.event).order_by(Entry.seq)))


@pytest.fixture
def manager(desk):
    return desk.sit(Role.HOSPITAL_MANAGER)


@pytest.fixture
def path(desk, manager):
    return f"/en/account/organizations/{office_of(desk, manager)}"


def invited(desk, path, manager, email="new@example.org", role="hospital-editor"):
    """Invite somebody; return the row."""
    manager.send(f"{path}/invite", {"email": email, "roles": role, "language": "ru"})
    with desk.session() as session:
        return session.scalars(
            select(Invitation).order_by(Invitation.id.desc())
        ).first()


def link(desk, invitation) -> str:
    token = desk.tools.links.sign(
        Purpose.ACCEPT_INVITATION, invitation.public_id, invitation.expires_at
    )
    return f"/en/account/invitations/{token}"


def test_somebody_who_belongs_nowhere_is_told_what_to_do(desk):
    page = desk.sit().open("/en/account/organizations")

    assert "You do not belong to any organization yet." in page.text


def test_switching_is_seen_on_every_page_and_leads_back(desk, manager):
    with desk.tools.sessions.begin() as session:
        other = add_organization(session, OrganizationKind.HOSPITAL, "Invented Other")
        person = session.get(Person, desk.seat(manager).person)
        join(session, person, other, Role.HOSPITAL_EDITOR)
        wanted = other.public_id

    answer = manager.send(
        "/en/account/organizations?next=/hospital/recheck",
        {"office": wanted, "next": "/hospital/recheck"},
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/hospital/recheck"
    page = manager.open("/en/account/organizations")
    bar = page.by_class("staffbar__office")[0]
    assert bar.text == "Invented Other"
    assert events(desk)[-1] == "organization.switched"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org"]
)
def test_switching_leads_to_no_other_site(desk, manager, elsewhere):
    office = office_of(desk, manager)

    with desk.tools.sessions.begin() as session:
        other = add_organization(session, OrganizationKind.HOSPITAL)
        person = session.get(Person, desk.seat(manager).person)
        join(session, person, other, Role.HOSPITAL_EDITOR)
    answer = manager.send(
        "/en/account/organizations", {"office": office, "next": elsewhere}
    )

    assert answer.headers["Location"] == "/en/account/organizations"


def test_nobody_switches_to_what_they_do_not_belong_to(desk, manager):
    with desk.tools.sessions.begin() as session:
        other = add_organization(session, OrganizationKind.HOSPITAL).public_id

    answer = manager.send("/en/account/organizations", {"office": other})

    assert answer.status_code in {200, 422}
    assert "organization.switched" not in events(desk)


def test_an_invitation_is_promised_listed_and_withdrawn(desk, manager, path):
    row = invited(desk, path, manager)

    page = manager.open(f"{path}/members")
    assert "new@example.org" in page.text
    with desk.session() as session:
        promise = session.scalars(
            select(Promise).where(Promise.kind == "mail.invitation")
        ).one()
        assert promise.payload == {"invitation": row.public_id}
    token = page.value("csrf_token")
    answer = manager.client.post(
        f"{path}/invitations/{row.public_id}/withdraw", data={"csrf_token": token}
    )
    assert answer.status_code == 303
    assert "new@example.org" not in manager.open(f"{path}/members").text
    over = desk.passer_by().open(link(desk, row), 410)
    assert "It was withdrawn." in over.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "nobody"}, "like name@example.org"),
        ({"email": ""}, "Enter an email address"),
        ({"email": "a@example.org", "roles": "admin"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_invited_stays_on_the_page(desk, manager, path, typed, said):
    given = {"email": "", "roles": "hospital-editor", "language": "en", **typed}

    page = manager.post(f"{path}/invite", given, 422)

    assert said in page.text
    with desk.session() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_an_address_is_invited_once_at_a_time(desk, manager, path):
    invited(desk, path, manager)

    page = manager.post(
        f"{path}/invite",
        {"email": "NEW@example.org", "roles": "hospital-editor", "language": "en"},
        422,
    )

    assert "has an open invitation" in page.text


def test_somebody_new_names_themselves_chooses_a_password_and_belongs(
    desk, manager, path
):
    row = invited(desk, path, manager)
    visitor = desk.passer_by()

    answer = visitor.send(
        link(desk, row),
        {"name": "Invented Newcomer", "password": "fish orbit lamp quartz"},
    )

    assert answer.status_code == 303
    with desk.session() as session:
        person = session.scalars(
            select(Person).where(Person.email == "new@example.org")
        ).one()
        assert person.confirmed_at is not None
        assert person.language == "ru"
        assert person.password.startswith("$argon2id$")
        held = session.scalars(
            select(Membership.role).where(Membership.person_id == person.id)
        ).all()
    assert held == ["hospital-editor"]
    again = visitor.open(link(desk, row), 410)
    assert "accepted already" in again.text


def test_a_weak_password_is_refused_and_the_name_stays(desk, manager, path):
    row = invited(desk, path, manager)

    page = desk.passer_by().post(
        link(desk, row), {"name": "Invented Newcomer", "password": "password1234"}, 422
    )

    assert page.value("name") == "Invented Newcomer"
    assert "easily guessed" in page.text
    assert page.title.startswith("Error:")


def test_whoever_has_the_address_accepts_by_a_press(desk, manager, path):
    guest = desk.sit()
    with desk.session() as session:
        address = session.get(Person, desk.seat(guest).person).email
    row = invited(desk, path, manager, email=address.upper())
    page = guest.open(link(desk, row))
    assert page.heading == "You are invited"

    answer = guest.send(link(desk, row))

    assert answer.status_code == 303
    assert "editor" in guest.open("/en/account/organizations").text


def test_somebody_else_cannot_accept_it(desk, manager, path):
    row = invited(desk, path, manager)
    other = desk.sit()

    page = other.open(link(desk, row))

    assert "signed in with another address" in page.text
    token = other.open("/en/account/organizations")
    assert token.status == 200
    assert "invitation.accepted" not in events(desk)


def test_an_address_with_an_account_is_asked_to_sign_in(desk, manager, path):
    with desk.tools.sessions.begin() as session:
        address = add_person(session).email
    row = invited(desk, path, manager, email=address)

    page = desk.passer_by().open(link(desk, row))

    assert "There is an account with this address." in page.text


def test_an_invitation_runs_out_after_a_week(desk, manager, path):
    row = invited(desk, path, manager)
    desk.clock.move(days=7, seconds=1)

    page = desk.passer_by().open(link(desk, row), 410)

    assert "It ran out" in page.text


def test_a_broken_link_is_no_page(desk):
    assert desk.passer_by().client.get("/en/account/invitations/x.y").status_code == 404


def test_a_role_that_is_taken_away_ends_with_the_next_request(desk, manager, path):
    editor = desk.sit(
        Role.HOSPITAL_EDITOR, organization=desk.seat(manager).organization
    )
    assert editor.open("/en/hospital/recheck").status == 200
    person = person_of(desk, editor)

    answer = manager.send(f"{path}/members/{person}/remove")

    assert answer.status_code == 303
    assert editor.client.get("/en/hospital/recheck").status_code == 403
    assert events(desk)[-1] == "member.removed"


def test_an_editor_becomes_a_manager_and_the_log_says_what_changed(desk, manager, path):
    person = colleague(desk, manager)

    manager.send(f"{path}/members/{person}", {"roles": "hospital-manager"})

    with desk.session() as session:
        last = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert last.event == "member.roles-changed"
    assert last.subject == f"person:{person}"
    assert last.facts["before"] == ["hospital-editor"]
    assert last.facts["after"] == ["hospital-manager"]


def test_the_last_manager_stays(desk, manager, path):
    me = person_of(desk, manager)

    page = manager.post(f"{path}/members/{me}", {"roles": "hospital-editor"}, 422)
    assert "Nobody else manages this organization" in page.text
    page = manager.post(f"{path}/members/{me}/remove", {}, 422)
    assert "Nobody else manages this organization" in page.text


def test_an_administrator_cannot_make_themselves_a_moderator(desk):
    admin = desk.sit(Role.ADMIN)
    office, me = office_of(desk, admin), person_of(desk, admin)

    page = admin.post(
        f"/en/account/organizations/{office}/members/{me}",
        {"roles": "admin+moderator"},
        422,
    )

    assert "Nobody can give more rights to themselves" in page.text


def test_changing_roles_asks_who_one_is_after_a_while(desk, manager, path):
    person = colleague(desk, manager)
    desk.clock.move(minutes=16)

    answer = manager.client.get(f"{path}/members/{person}")

    assert answer.status_code == 303
    assert "/account/prove" in answer.headers["Location"]


def test_an_editor_manages_nobody(desk, manager, path):
    editor = desk.sit(
        Role.HOSPITAL_EDITOR, organization=desk.seat(manager).organization
    )

    assert editor.client.get(f"{path}/members").status_code == 404
