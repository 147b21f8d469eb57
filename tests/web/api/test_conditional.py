"""Answers carry a strong tag, may be read from anywhere, and set no cookie."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from directory.core.text import Language
from directory.listings.actions import withdraw
from directory.listings.queries import facilitator_pages
from directory.listings.rules.document import Kind
from directory.search.rules.values import (
    Hit,
    Match,
    Reading,
    Results,
)
from directory.search.rules.values import Kind as ResultKind
from tests.conftest import NOW
from tests.fakes import FakeSearcher
from tests.web.api.reading import act

ADDRESSES = [
    "/api/v1/search",
    "/api/v1/search?q=icu&city=guangzhou",
    "/api/v1/centers",
    "/api/v1/centers/nanfang-hospital",
    "/api/v1/facilitators",
    "/api/v1/facilitators/{facilitator}",
    "/api/v1/therapies",
    "/api/v1/therapies/eque-cel",
    "/api/v1/guides",
    "/api/v1/guides/cost",
    "/api/v1/openapi.json",
]


@pytest.fixture
def place(request, tools):
    with tools.reading() as session:
        first = facilitator_pages(session, today=NOW.date())[0]
    return request.param.replace("{facilitator}", first.slug)


everywhere = pytest.mark.parametrize("place", ADDRESSES, indirect=True)


@everywhere
def test_an_answer_that_did_not_change_is_not_sent_again(site, place):
    client = site.test_client()
    first = client.get(place)
    tag = first.headers["ETag"]

    again = client.get(place, headers={"If-None-Match": tag})
    among = client.get(place, headers={"If-None-Match": f'"other", {tag}'})
    other = client.get(place, headers={"If-None-Match": '"other"'})

    assert first.status_code == 200
    assert re.fullmatch(r'"[0-9a-f]{40,64}"', tag), "a strong tag"
    assert first.headers["Cache-Control"].startswith("public")
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert among.status_code == 304
    assert (other.status_code, other.data) == (200, first.data)


@everywhere
def test_the_head_of_an_answer_is_that_of_the_answer(site, place):
    client = site.test_client()
    whole, head = client.get(place), client.head(place)

    assert head.status_code == 200
    assert head.data == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Link", "Vary"):
        assert head.headers.get(name) == whole.headers.get(name)


@everywhere
def test_any_site_may_read_and_no_cookie_is_wanted(site, place):
    client = site.test_client()
    plain = client.get(place)
    client.set_cookie("language", "zh")
    with_cookie = client.get(place, headers={"Origin": "https://other.example"})
    asked = client.options(
        place,
        headers={
            "Origin": "https://other.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )

    assert with_cookie.data == plain.data
    for response in (plain, with_cookie, asked):
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cookie" not in plain.headers["Vary"]
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert set(asked.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_each_encoding_has_a_tag_of_its_own(site):
    client = site.test_client()
    path = "/api/v1/centers/nanfang-hospital"
    plain = client.get(path)
    small = client.get(path, headers={"Accept-Encoding": "br"})
    older = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert brotli.decompress(small.data) == plain.data
    assert gzip.decompress(older.data) == plain.data
    assert len({each.headers["ETag"] for each in (plain, small, older)}) == 3
    for each, encoding in ((plain, ""), (small, "br"), (older, "gzip")):
        assert "Accept-Encoding" in each.headers["Vary"]
        again = client.get(
            path,
            headers={
                "Accept-Encoding": encoding,
                "If-None-Match": each.headers["ETag"],
            },
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/api/v1/centers/nanfang-hospital", {}, "en"),
        ("/api/v1/centers/nanfang-hospital?lang=zh", {}, "zh"),
        ("/zh/api/v1/centers/nanfang-hospital", {}, "zh"),
        ("/zh/api/v1/centers/nanfang-hospital?lang=en", {}, "en"),
        (
            "/api/v1/centers/nanfang-hospital",
            {"Accept-Language": "zh-CN,en;q=0.5"},
            "zh",
        ),
        ("/api/v1/centers/nanfang-hospital", {"Accept-Language": "fr"}, "en"),
        (
            "/api/v1/centers/nanfang-hospital?lang=en",
            {"Accept-Language": "zh"},
            "en",
        ),
    ],
)
def test_labels_are_in_the_language_asked_for(site, path, headers, language):
    response = site.test_client().get(path, headers=headers)

    label = response.json["labels"]["city"]["guangzhou"]
    assert label == {"en": "Guangzhou", "zh": "广州"}[language]
    assert response.headers["Content-Language"] == Language(language).tag
    assert "Accept-Language" in response.headers["Vary"]


def hit(slug, kind=ResultKind.CENTER, match=Match.CONFIRMED):
    return Hit(kind, slug, {"en": slug}, "guangzhou", match, (), (), None)


def test_what_was_withdrawn_is_never_returned_though_the_index_still_has_it(make_app):
    results = Results(
        Reading("", Language.EN),
        total=4,
        confirmed=3,
        page=1,
        per_page=20,
        items=(
            hit("nanfang-hospital"),
            hit("ruijin-hospital"),
            hit("never-was-there", match=Match.PARTLY),
            hit("eque-cel", ResultKind.THERAPY),
        ),
        facets={},
    )
    app = make_app(FakeSearcher(results))
    client = app.test_client()
    before = client.get("/api/v1/search")
    act(app, lambda work: withdraw(work, Kind.CENTER, "nanfang-hospital", "Closed."))

    after = client.get(
        "/api/v1/search", headers={"If-None-Match": before.headers["ETag"]}
    )

    assert [item["slug"] for item in before.json["items"]] == [
        "nanfang-hospital",
        "ruijin-hospital",
        "eque-cel",
    ]
    assert after.status_code == 200
    assert [item["slug"] for item in after.json["items"]] == [
        "ruijin-hospital",
        "eque-cel",
    ]
    assert (after.json["total"], after.json["confirmed"]) == (2, 2)


@pytest.mark.parametrize(
    ("query", "page", "links"),
    [
        ("", 1, {"first": "", "last": "?page=3", "next": "?page=2"}),
        (
            "?page=2",
            2,
            {"first": "", "last": "?page=3", "next": "?page=3", "prev": ""},
        ),
        ("?page=3", 3, {"first": "", "last": "?page=3", "prev": "?page=2"}),
        ("?page=400", 400, {"first": "", "last": "?page=3", "prev": "?page=3"}),
        (
            "?kind=center&q=%E5%B9%BF%E5%B7%9E&lang=zh&per_page=50",
            1,
            {
                "first": "?q=%E5%B9%BF%E5%B7%9E&per_page=50&lang=zh&kind=center",
                "last": "?q=%E5%B9%BF%E5%B7%9E&per_page=50&lang=zh&kind=center",
            },
        ),
    ],
)
def test_pages_link_to_those_around_them(make_app, query, page, links):
    results = Results(Reading("", Language.EN), 47, 0, 1, 20, (), {})
    client = make_app(FakeSearcher(results)).test_client()

    response = client.get(f"/api/v1/search{query}")

    told = response.json["links"]
    assert response.json["page"] == page
    whole = {rel: f"/api/v1/search{target}" for rel, target in links.items()}
    given = {rel: told[rel] for rel in ("first", "prev", "next", "last") if told[rel]}
    assert given == whole
    found = {
        rel: target
        for target, rel in re.findall(
            r'<([^>]*)>; rel="(\w+)"', response.headers["Link"]
        )
    }
    assert found == whole
    for target in given.values():
        assert client.get(target).status_code == 200
