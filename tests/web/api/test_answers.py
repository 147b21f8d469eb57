"""The API over the real seeds and the real search, as the contract shows it."""

from __future__ import annotations

import pytest

from directory.exports.answers import Answer
from directory.exports.knowledge import Guide, Therapy
from directory.exports.listings import Center, Facilitator
from directory.listings.queries import standing
from directory.listings.rules.document import CAPABILITIES

GUIDES = {
    "overview",
    "how-it-works",
    "effectiveness",
    "safety",
    "eligibility",
    "cost",
    "insurance",
    "access",
    "international",
    "process",
    "records",
    "visa",
    "follow-up",
    "research",
    "comparison",
    "therapies",
    "provenance",
}


@pytest.fixture
def ask(site):
    """Return a way to ask for a path of the API, with parameters."""
    client = site.test_client()

    def given(path, **parameters):
        response = client.get(f"/api/v1{path}", query_string=parameters or None)
        assert response.status_code == 200, response.text
        assert response.mimetype == "application/json"
        return response.json

    return given


def test_the_query_of_the_contract_is_answered_as_it_shows(ask):
    told = ask("/search", q="tocilizumab icu canton")

    Answer.model_validate(told)
    query = told["query"]
    assert query["text"] == "tocilizumab icu canton"
    assert query["language"] == "en"
    assert [
        (part["kind"], part["key"], part["text"]) for part in query["understood"]
    ] == [
        ("capability", "tocilizumab", "tocilizumab"),
        ("capability", "icu", "icu"),
        ("city", "guangzhou", "canton"),
    ]
    assert (query["rest"], query["did_you_mean"]) == ("", None)
    assert (query["covered"], query["explanation"]) == (True, None)
    assert (told["page"], told["per_page"]) == (1, 20)
    assert told["total"] == len(told["items"]) > 0
    for item in told["items"]:
        assert item["kind"] == "center"
        assert item["city"] == "guangzhou"
        assert item["url"] == f"/centers/{item['slug']}"
        assert set(item["name"]) >= {"en", "zh"}
        assert "city: Guangzhou" in item["why"]
        assert len(item["why"]) == 3
        assert item["verified_on"] == "2026-11-22"
    (chosen,) = [each for each in told["facets"]["city"] if each["selected"]]
    assert chosen == {
        "key": "guangzhou",
        "label": "Guangzhou",
        "count": told["total"],
        "selected": True,
    }


def test_words_of_an_answer_are_in_the_language_asked_for(ask):
    told = ask("/search", q="icu canton", lang="zh")

    assert told["query"]["language"] == "en"
    assert any(why.endswith("广州") for why in told["items"][0]["why"])
    assert {each["label"] for each in told["facets"]["city"]} >= {"广州", "北京"}


@pytest.mark.parametrize("text", ["car-t in shenzhen", "liver cancer", "深圳", "qwxzv"])
def test_what_is_not_covered_is_explained_and_no_center_poses_as_an_answer(ask, text):
    told = ask("/search", q=text)

    assert told["query"]["covered"] is False
    assert len(told["query"]["explanation"]) > 20
    assert [item for item in told["items"] if item["kind"] == "center"] == []


@pytest.mark.parametrize(
    ("path", "kind", "total"),
    [
        ("/centers", "center", 47),
        ("/facilitators", "facilitator", 12),
        ("/therapies", "therapy", 13),
        ("/guides", "guide", 17),
        ("/search", None, 89),
    ],
)
def test_everything_published_can_be_read_page_by_page(ask, path, kind, total):
    first = ask(path, per_page=10)
    seen = [item["slug"] for item in first["items"]]
    assert first["total"] == total
    following = first["links"]["next"]
    while following:
        page = ask(following.removeprefix("/api/v1"))
        seen += [item["slug"] for item in page["items"]]
        if kind:
            assert {item["kind"] for item in page["items"]} == {kind}
        following = page["links"]["next"]

    assert len(seen) == total
    if path != "/search":
        assert len(set(seen)) == total


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/centers", Center),
        ("/facilitators", Facilitator),
        ("/therapies", Therapy),
        ("/guides", Guide),
    ],
)
def test_every_item_leads_to_its_whole(ask, path, model):
    for item in ask(path, per_page=100)["items"]:
        told = ask(f"{path}/{item['slug']}")

        model.model_validate(told)
        assert (told["kind"], told["slug"]) == (item["kind"], item["slug"])
        assert told["name"] == item["name"]
        assert told["url"] == item["url"]
        assert told["verified_on"] == item["verified_on"]


def test_guides_are_those_of_the_contract(ask):
    assert {item["slug"] for item in ask("/guides", per_page=100)["items"]} == GUIDES


def test_the_seeds_are_as_honest_on_their_way_out_as_they_are(ask):
    """47 centers with 17 capabilities each: sourced, unverified, not stated."""
    bases = {"sourced": 0, "unverified": 0, None: 0}
    for item in ask("/centers", per_page=100)["items"]:
        facts = ask(f"/centers/{item['slug']}")["capabilities"]
        assert [fact["key"] for fact in facts] == list(CAPABILITIES)
        for fact in facts:
            bases[fact["basis"]] += 1
            assert (fact["basis"] is None) is (fact["value"] == "not-stated")
            assert (fact["basis"] == "sourced") is (fact["source"] is not None)

    assert bases == {"sourced": 127, "unverified": 103, None: 569}


@pytest.mark.parametrize(
    ("parameters", "holds"),
    [
        (
            {"city": ["beijing", "tianjin"]},
            lambda i: i["city"] in {"beijing", "tianjin"},
        ),
        (
            {"capability": ["icu", "tocilizumab"]},
            lambda i: i["match"] != "text" and len(i["why"]) == 2,
        ),
        (
            {"status": "confirmed", "capability": "icu"},
            lambda i: i["match"] == "confirmed",
        ),
        ({"audience": "pediatric", "status": "confirmed"}, lambda i: i["why"]),
    ],
)
def test_filters_hold_of_every_result(ask, parameters, holds):
    items = ask("/centers", per_page=100, **parameters)["items"]

    assert items
    assert all(holds(item) for item in items)


@pytest.mark.parametrize("path", ["/centers", "/facilitators", "/therapies"])
def test_every_choice_that_is_offered_can_be_made(ask, path):
    offered = ask(path)["facets"]
    assert offered

    for name, choices in offered.items():
        for choice in choices:
            told = ask(path, per_page=1, **{name: choice["key"]})["facets"][name]
            (made,) = [each for each in told if each["key"] == choice["key"]]
            assert made["selected"] is True
            assert made["count"] == choice["count"]


def test_several_cities_widen_and_several_capabilities_narrow(ask):
    def total(**parameters):
        return ask("/centers", status="confirmed", **parameters)["total"]

    one, other = total(city="beijing"), total(city="shanghai")
    assert total(city=["beijing", "shanghai"]) == one + other
    assert total(capability=["icu", "apheresis"]) <= min(
        total(capability="icu"), total(capability="apheresis")
    )


def test_what_is_not_stated_is_neither_hidden_nor_first(ask):
    told = ask("/centers", capability="tocilizumab", per_page=100)

    silent = [
        place
        for place, item in enumerate(told["items"])
        if any(why.endswith("not stated") for why in item["why"])
    ]
    firm = [
        place
        for place, item in enumerate(told["items"])
        if item["match"] == "confirmed"
    ]
    assert silent
    assert told["confirmed"] == len(firm)
    assert not firm or max(firm) < min(silent)


def test_a_reading_can_be_undone(ask):
    read = ask("/search", q="icu canton")["query"]["understood"]
    told = ask("/search", q="icu canton", drop="city:guangzhou")["query"]["understood"]

    assert ("city", "guangzhou") in {(part["kind"], part["key"]) for part in read}
    assert ("city", "guangzhou") not in {(part["kind"], part["key"]) for part in told}


def test_a_name_with_several_meanings_offers_them_by_name(ask):
    (part,) = ask("/search", q="中山")["query"]["understood"]

    labels = {other["key"]: other["label"] for other in part["others"]}
    assert "Sun Yat-sen" in labels["sun-yat-sen-university-cancer-center"]


def test_drafts_are_nowhere(ask, site, tools):
    with tools.reading() as session:
        drafts = {
            slug
            for (kind, slug), where in standing(session).items()
            if where.state == "draft" and kind == "center"
        }
    assert len(drafts) == 9

    found = {item["slug"] for item in ask("/search", per_page=100)["items"]}
    assert not drafts & found
    client = site.test_client()
    for slug in drafts:
        assert client.get(f"/api/v1/centers/{slug}").status_code == 404
