"""Claiming a listing, from the center's page to a moderator's decision."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from directory.listings.rules.document import Kind
from directory.submissions.queries.claims import domains_of
from tests.web.people import add_person

SLUG = "nanfang-hospital"
NEW = f"/en/account/claims/new?center={SLUG}"
TYPED = {"position": "International office", "note": "We answer on weekdays."}


def somebody(desk, email):
    with desk.tools.sessions.begin() as session:
        person = add_person(session, email=email).id
    return desk.sit(person=person)


@pytest.fixture
def domain(desk):
    """Return the domain that the center publishes as its own."""
    with desk.session() as session:
        return min(domains_of(session, Kind.CENTER, SLUG))


@pytest.fixture
def office(desk, domain):
    return somebody(desk, f"desk@{domain}")


@pytest.fixture
def stranger(desk):
    return somebody(desk, "desk@mail.example.org")


@pytest.fixture
def moderator(desk):
    return desk.sit(Role.MODERATOR)


def claimed(browser, address=NEW, **more):
    answer = browser.send(address, {**TYPED, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def test_a_visitor_is_told_what_a_claim_is_and_where_to_begin(desk):
    page = desk.passer_by().open(NEW)

    assert "Make an account" in page.text
    assert "next=" in page.link("I have an account: sign in")


def test_an_address_at_the_hospital_waits_for_a_moderator(office, moderator):
    public_id = claimed(office)

    assert (
        "waits for a moderator" in office.open(f"/en/account/claims/{public_id}").text
    )
    assert "Nanfang" in moderator.open("/en/moderation/claims").text


def test_approval_opens_the_listing(desk, office, moderator):
    public_id = claimed(office)

    answer = moderator.send(
        f"/en/moderation/claims/{public_id}", {"decision": "approve"}
    )

    assert answer.status_code == 303
    assert "approved" in office.open(f"/en/account/claims/{public_id}").text
    assert office.client.get(f"/en/hospital/recheck/{SLUG}").status_code == 200


def test_declining_needs_a_reason_which_the_person_reads(office, moderator):
    public_id = claimed(office)
    address = f"/en/moderation/claims/{public_id}"

    page = moderator.post(address, {"decision": "decline"}, status=422)
    assert "Say why" in page.text
    moderator.send(address, {"decision": "decline", "reason": "<b>Not</b> known there"})

    assert (
        "<b>Not</b> known there" in office.open(f"/en/account/claims/{public_id}").text
    )


def test_a_letter_proves_what_an_address_does_not(stranger, moderator):
    public_id = claimed(stranger)
    address = f"/en/account/claims/{public_id}"
    assert "letter" in stranger.open(address).text
    token = moderator.open(f"/en/moderation/claims/{public_id}").value("csrf_token")
    sent = moderator.client.post(
        f"/en/moderation/claims/{public_id}/letter", data={"csrf_token": token}
    )
    code = sent.text.partition('class="secret" dir="ltr">')[2].partition("<")[0]

    wrong = stranger.client.post(
        f"{address}/letter",
        data={"csrf_token": stranger.open(address).value("csrf_token"), "code": "X"},
    )
    assert wrong.status_code == 422
    right = stranger.client.post(
        f"{address}/letter",
        data={"csrf_token": stranger.open(address).value("csrf_token"), "code": code},
    )

    assert right.status_code == 303
    assert "The code is right" in stranger.open(address).text


def test_two_moderators_decide_and_the_second_is_told(desk, office, moderator):
    public_id = claimed(office)
    address = f"/en/moderation/claims/{public_id}"
    second = desk.sit(Role.MODERATOR)
    token = second.open(address).value("csrf_token")
    moderator.send(address, {"decision": "approve"})

    answer = second.client.post(
        address,
        data={"csrf_token": token, "decision": "decline", "reason": "Too late."},
    )

    assert answer.status_code == 422
    assert "Somebody else has decided" in answer.text


def test_claiming_twice_leads_to_the_first_claim(office):
    public_id = claimed(office)

    assert claimed(office) == public_id


def test_what_is_kept_already_says_who_to_ask(desk, office):
    desk.keeper(SLUG)

    page = office.post(NEW, TYPED, status=409)

    assert "Ask your colleague" in page.text
    assert page.value("position") == TYPED["position"]


def test_what_is_not_listed_yet_can_be_claimed(stranger, moderator):
    public_id = claimed(
        stranger,
        "/en/account/claims/new",
        kind="center",
        named="Invented Hospital of Tianjin",
        city="tianjin",
        website="www.invented.example.org",
    )

    page = moderator.open(f"/en/moderation/claims/{public_id}")
    assert "Not listed yet" in page.text
    assert "www.invented.example.org" in page.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("position", "", "Enter what you do there"),
        ("position", "x" * 201, "cannot be longer"),
        ("position", "a\u202eb", "cannot be seen"),
        ("note", "y" * 2001, "cannot be longer"),
    ],
)
def test_what_does_not_fit_is_told_at_the_field(office, field, typed, said):
    page = office.post(NEW, {**TYPED, field: typed}, status=422)

    assert said in page.text


def test_a_website_that_is_none_is_refused(stranger):
    page = stranger.post(
        "/en/account/claims/new",
        {**TYPED, "kind": "center", "named": "A", "city": "beijing", "website": "no"},
        status=422,
    )

    assert "such as www.example.org" in page.text


def test_nobody_sees_anothers_claim(desk, office, stranger):
    public_id = claimed(office)

    assert stranger.client.get(f"/en/account/claims/{public_id}").status_code == 404
    assert stranger.client.get(f"/en/moderation/claims/{public_id}").status_code == 403
    assert (
        desk.passer_by().client.get(f"/en/account/claims/{public_id}").status_code
        == 303
    )


def test_an_unknown_center_cannot_be_claimed(office):
    assert (
        office.client.get("/en/account/claims/new?center=no-such-place").status_code
        == 404
    )


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_are_sound_in_every_language(desk, office, moderator, language):
    public_id = claimed(office)
    for address in ("", "/new", f"/new?center={SLUG}", f"/{public_id}"):
        office.open(f"/{language}/account/claims{address}")
    desk.passer_by().open(f"/{language}/account/claims/new?center={SLUG}")
    moderator.open(f"/{language}/moderation/claims")
    moderator.open(f"/{language}/moderation/claims/{public_id}")
