"""A facilitator keeps its own listing by the same pages, as far as they concern it."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from directory.listings.queries import facilitator_page

SLUG = "cancerfax"


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG, Role.FACILITATOR)


def test_it_finds_its_listing_and_what_is_due(office):
    page = office.open("/en/hospital/")

    assert "CancerFax" in page.text


def test_it_renews_what_is_due(desk, office):
    desk.clock.move(days=100)
    office = desk.sit(Role.FACILITATOR, organization=desk.seat(office).organization)
    address = f"/en/hospital/recheck/{SLUG}"
    page = office.open(address)
    fields = [box.get("value") for box in page.all("input", type="checkbox")]
    assert fields

    answer = office.send(address, {"number": page.value("number"), "fields": fields})

    assert answer.status_code == 303
    with desk.session() as session:
        shown = facilitator_page(session, SLUG, today=desk.tools.clock().date())
    assert shown.version == 2


def test_what_belongs_to_centers_is_refused(office):
    token = office.open(f"/en/hospital/recheck/{SLUG}").value("csrf_token")

    drafted = office.client.post(
        f"/en/hospital/listings/{SLUG}/draft", data={"csrf_token": token}
    )

    assert drafted.status_code in {403, 404}
    assert office.client.get(f"/en/hospital/capacity/{SLUG}").status_code == 404
