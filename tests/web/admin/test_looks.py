"""Administrators look into a case for a reason, and everybody concerned sees it."""

from __future__ import annotations

import pytest

from directory.audit.model import Entry
from directory.cases.model import Case, Look, Move
from directory.core.actor import Role
from tests.web.seated import seated

NEW = "/en/admin/looks/new"
WHY = "The daughter complained that nobody answers her."


@pytest.fixture
def case(desk):
    """Return the reference of a case."""
    with seated(desk) as people:
        reference = people.row().reference
        people.patient.session.commit()
    return reference


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


def told(case, **changes):
    return {"reference": case, "code": "complaint", "words": WHY} | changes


def begun(admin, reference):
    """Write down a reason; return the address of the case."""
    response = admin.send(NEW, told(reference))
    assert response.status_code == 303
    return response.headers["Location"]


def test_the_case_is_shown_after_the_reason_was_written_down(desk, admin, case):
    page = admin.open(begun(admin, case))

    assert case in page.heading
    assert "multiple myeloma" in page.text.lower()
    assert case not in page.title
    with desk.session() as session:
        look = session.query(Look).one()
        assert WHY.encode() not in look.reason
        events = [entry.event for entry in session.query(Entry).order_by(Entry.seq)]
        assert events[-1] == "case.looked-into"
        assert session.query(Move).filter_by(kind="case.looked-into").count() == 1


def test_looking_changes_nothing_of_the_case(desk, admin, case):
    with desk.session() as session:
        before = session.query(Case).one()
        kept = (before.step, before.state, before.due_at, before.organization_id)

    admin.open(begun(admin, case))

    with desk.session() as session:
        after = session.query(Case).one()
        assert (after.step, after.state, after.due_at, after.organization_id) == kept


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": "too short"}, "Use 20 to 1,000 characters"),
        ({"words": "a" + " " * 30}, "Use 20 to 1,000 characters"),
        ({"words": ""}, "Write down the reason"),
        ({"code": ""}, "Choose a reason"),
        ({"code": "curiosity"}, "Not a valid choice"),
        ({"reference": "ZZZZ-ZZZZ"}, "There is no such case"),
        ({"reference": ""}, "Enter the reference"),
    ],
)
def test_without_a_reason_nothing_is_shown(desk, admin, case, changes, said):
    page = admin.post(NEW, told(case, **changes), status=422)

    assert said in page.text
    assert "multiple myeloma" not in page.text.lower()
    with desk.session() as session:
        assert session.query(Look).count() == 0


def test_the_hour_ends(desk, admin, case):
    address = begun(admin, case)

    for _ in range(5):
        desk.clock.move(minutes=11, seconds=59)
        admin.open(address)
    desk.clock.move(seconds=5)

    admin.open(address, status=404)


def test_a_look_is_ended_early_by_a_button(desk, admin, case):
    address = begun(admin, case)
    desk.clock.move(minutes=2)
    token = admin.open(address).value("csrf_token")

    response = admin.client.post(f"{address}/end", data={"csrf_token": token})

    assert response.status_code == 303
    assert "closed to you again" in admin.open("/en/admin/looks").text
    admin.open(address, status=404)


def test_another_administrator_reads_only_the_list(desk, admin, case):
    address = begun(admin, case)

    other = desk.sit(Role.ADMIN)

    other.open(address, status=404)
    listed = other.open("/en/admin/looks")
    assert case in listed.text
    assert WHY not in listed.text
    assert "1 look in the last seven days" in other.open("/en/admin/").text


@pytest.mark.usefixtures("case")
def test_a_reason_needs_proof_anew(desk, admin):
    desk.clock.move(minutes=16)

    response = admin.client.get(NEW)

    assert response.status_code == 303
    assert "/account/prove" in response.headers["Location"]


@pytest.mark.parametrize("role", [Role.FACILITATOR_MANAGER, Role.HOSPITAL_COORDINATOR])
def test_nobody_else_looks(desk, case, admin, role):
    address = begun(admin, case)
    other = desk.sit(role)

    for path in (address, NEW, "/en/admin/looks"):
        other.open(path, status=403)


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("path", ["looks", "looks/new", "consents"])
def test_every_page_opens_in_every_language(admin, path, language):
    page = admin.open(f"/{language}/admin/{path}")

    assert page.language.startswith(language)
