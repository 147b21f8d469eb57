"""Listings that are held back, taken down, or never to be listed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.listings.model import DoNotList, Draft, Listing
from directory.listings.queries import standing
from tests.web.moderation.people import moderator
from tests.web.moderation.test_review import press

REGISTER = "/en/moderation/do-not-list"
WILLOW = "/en/moderation/listings/center/nanfang-hospital"


@pytest.fixture
def me(desk):
    return moderator(desk)


@pytest.fixture
def slug(desk):
    """Return the public name of a center that the seeds hold back."""
    with desk.session() as session:
        return session.scalars(
            select(Listing.slug)
            .join(Draft, Draft.listing_id == Listing.id)
            .where(Listing.kind == "center")
            .order_by(Listing.slug)
        ).first()


def stands(desk, slug: str) -> str:
    with desk.session() as session:
        return standing(session)["center", slug].state


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_what_is_held_back_can_be_read(desk, me, slug, language):
    page = me.open(f"/{language}/moderation/held/center/{slug}")

    assert len(page.by_class("fact")) > 20


def test_four_eyes_publish_what_was_held_back(desk, me, slug):
    answer = me.send(f"/en/moderation/held/center/{slug}")
    id_ = answer.headers["Location"].rpartition("/")[2]
    mine = me.open(answer.headers["Location"])
    other = moderator(desk)
    press(other, id_, "accept-rest")
    press(other, id_, "publish")

    assert "Another moderator decides" in mine.text
    assert not list(mine.all("button", value="publish"))
    assert stands(desk, slug) == "published"
    page = me.open(f"/en/centers/{slug}")
    assert "Stated by the hospital" not in page.text


def test_it_is_brought_in_once(desk, me, slug):
    old = me.open(f"/en/moderation/held/center/{slug}")
    me.send(f"/en/moderation/held/center/{slug}")

    answer = me.client.post(
        f"/en/moderation/held/center/{slug}",
        data={
            "csrf_token": old.value("csrf_token"),
            "digest": old.value("digest"),
        },
    )

    assert answer.status_code == 409
    assert "It is in review: go there" in me.open(old.url).text


def test_a_draft_that_changed_meanwhile_is_read_again(desk, me, slug):
    page = me.post(
        f"/en/moderation/held/center/{slug}", {"digest": "0" * 64}, status=409
    )

    assert "It was changed since you opened the page" in page.text


def test_what_is_discarded_is_never_listed_again(desk, me, slug):
    url = f"/en/moderation/listings/center/{slug}/withdraw"
    unsure = me.post(url, {"reason": "It closed."}, status=422)
    silent = me.post(url, {"sure": "y"}, status=422)
    me.send(url, {"reason": "It closed.", "sure": "y"})

    assert "Tick the box" in unsure.text
    assert "Say why" in silent.text
    assert stands(desk, slug) == "withdrawn"
    with desk.session() as session:
        kept = set(session.scalars(select(DoNotList.spelling)))
    assert slug.replace("-", " ") in kept
    assert me.client.get(f"/en/centers/{slug}").status_code == 404


def test_a_published_listing_is_taken_down_for_good(desk, me):
    url = f"{WILLOW}/withdraw"
    page = me.open(url)
    me.send(url, {"reason": "It asked us to.", "sure": "y"})

    assert "This cannot be undone." in page.text
    assert me.client.get("/en/centers/nanfang-hospital").status_code == 410
    assert me.client.get(url).status_code == 404
    assert "It asked us to." in me.open(REGISTER).text


@pytest.mark.parametrize(
    "name", ["<b>Ōak</b> Hospital", "橡树医院", "مستشفى", "O'Ak; --"]
)
def test_a_name_is_kept_from_being_listed(me, name):
    typed = {"kind": "center", "name": name, "reason": f"Because of {name}"}

    first = me.send(REGISTER, typed)
    page = me.open(REGISTER)
    me.send(REGISTER, typed)
    again = me.open(REGISTER)

    assert first.status_code == 303
    assert f"Because of {name}" in page.text
    assert "The name stands in the register already." in again.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "reason": "x"}, "Enter the name"),
        ({"name": "Oak", "reason": ""}, "Say why"),
        ({"name": "!!!", "reason": "x"}, "Nothing is left of this name"),
    ],
)
def test_a_name_and_a_reason_are_needed(me, typed, said):
    page = me.post(REGISTER, {"kind": "center", **typed}, status=422)

    assert said in page.text


def test_listings_are_found_by_part_of_a_name(me):
    page = me.open("/en/moderation/listings?q=南方")

    assert "/en/moderation/listings/center/nanfang-hospital" in page.links()
    assert "No listing has this" in me.open("/en/moderation/listings?q=zzzz").text


def test_every_fact_of_a_listing_leads_to_its_form(me):
    page = me.open(WILLOW)
    facts = [link for link in page.links() if "/facts/" in link]

    assert len(facts) > 17
    for link in facts:
        me.open(link)


@pytest.mark.parametrize(
    "path",
    [
        "held/center/no-such",
        "held/poem/x",
        "listings/center/no-such",
        "listings/center/nanfang-hospital/facts/capability.none",
        "listings/center/nanfang-hospital/facts/names.en",
        "corrections/K-0000-0000",
        "samples/99",
    ],
)
def test_what_is_not_there_is_not_found(me, path):
    assert me.client.get(f"/en/moderation/{path}").status_code == 404
