"""The register says what people agreed to, in which words, and until when."""

from __future__ import annotations

import csv
import io

import pytest

from directory.audit.model import Entry
from directory.cases.actions import erasing
from directory.core.actor import Role
from directory.inquiries.actions import following
from directory.inquiries.model import Consent
from tests.inquiries.invented import CANARY
from tests.web.seated import seated

READERS = ("admin", "facilitator")


@pytest.fixture
def readers(desk):
    """Return an administrator, a manager of the owner, and one of another office."""
    with seated(desk) as people:
        owner = people.owner.actor.organization
        following.withdraw_consent(people.patient, people.inquiry, 3)
        people.patient.session.commit()
    return {
        "admin": desk.sit(Role.ADMIN),
        "facilitator": desk.sit(Role.FACILITATOR_MANAGER, organization=owner),
        "stranger": desk.sit(Role.FACILITATOR_MANAGER),
    }


@pytest.mark.parametrize("who", READERS)
def test_consents_are_counted_by_wording_and_listed_by_case(readers, who):
    page = readers[who].open(f"/en/{who}/consents")

    tables = list(page.all("table"))
    assert len(tables) == 2
    purposes = {
        "Storing and reading what is said about health",
        "Sending it across borders to mainland China",
        "Showing it to one center or facilitator",
    }
    assert all(purpose in page.text for purpose in purposes)
    assert CANARY not in page.text


def test_the_register_of_another_organization_is_empty(readers):
    page = readers["stranger"].open("/en/facilitator/consents")

    assert "No consent was given yet" in page.text


@pytest.mark.parametrize("who", READERS)
def test_the_exact_words_are_found_by_their_digest(desk, readers, who):
    with desk.session() as session:
        digest = session.query(Consent).first().wording_digest

    page = readers[who].open(f"/en/{who}/consents/{digest}")

    assert digest in page.text
    readers[who].open(f"/en/{who}/consents/{'0' * 64}", status=404)


@pytest.mark.parametrize("who", READERS)
def test_the_register_is_taken_along_and_that_is_written_down(desk, readers, who):
    browser = readers[who]
    token = browser.open(f"/en/{who}/consents").value("csrf_token")

    response = browser.client.post(
        f"/en/{who}/consents/export", data={"csrf_token": token}
    )

    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert len(rows) == 3
    assert {row["recipient"] for row in rows} == {"", "center:east-invented"}
    assert [row["taken back"] != "" for row in rows] == [False, False, True]
    with desk.session() as session:
        last = session.query(Entry).order_by(Entry.seq.desc()).first()
    assert (last.event, last.facts["rows"]) == ("table.exported", 3)


@pytest.mark.parametrize("who", READERS)
def test_taking_it_along_needs_proof_anew(desk, readers, who):
    browser = readers[who]
    token = browser.open(f"/en/{who}/consents").value("csrf_token")
    desk.clock.move(minutes=16)

    response = browser.client.post(
        f"/en/{who}/consents/export", data={"csrf_token": token}
    )

    assert response.status_code == 303


def test_of_an_erased_inquiry_the_consents_stay_without_names(desk):
    with seated(desk) as people:
        erasing.erase_as_patient(people.patient, people.inquiry)
        people.patient.session.commit()

    page = desk.sit(Role.ADMIN).open("/en/admin/consents")

    assert "east-invented" not in page.text
    assert len(list(page.all("tr"))) > 4


def test_who_manages_nothing_reads_no_register(desk, readers):
    member = desk.sit(
        Role.FACILITATOR, organization=desk.seat(readers["facilitator"]).organization
    )

    member.open("/en/facilitator/consents", status=403)
    assert readers
