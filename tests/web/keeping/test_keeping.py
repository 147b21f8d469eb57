"""Public pages are given again while nothing changed, and never after."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
from sqlalchemy import event

from directory.core.actor import system
from directory.core.work import Work
from directory.listings.actions import withdraw
from directory.listings.rules.document import Kind
from directory.search.rules.values import Hit, Match, Reading, Results, Suggestion
from directory.search.rules.values import Kind as ResultKind
from directory.web import keeping
from directory.web.context import EXTENSION
from directory.web.keeping import MOST_BYTES, Page, Pages
from tests.conftest import NOW
from tests.fakes import STATUS, FakeSearcher

SLUG = "nanfang-hospital"
PAGES = ["/en/", "/en/centers?q=icu", f"/en/centers/{SLUG}", "/en/therapies",
         "/en/facilitators", "/en/guides", "/en/guides/cost", "/en/sitemap.xml",
         f"/en/compare?center={SLUG}&center=ruijin-hospital", "/en/feed.atom",
         "/api/v1/centers?q=icu"]  # fmt: skip


def hit(slug: str = SLUG) -> Hit:
    names = {"en": "Invented Kept"}
    return Hit(ResultKind.CENTER, slug, names, None, Match.TEXT, (), (), None)


def finding(*hits: Hit) -> FakeSearcher:
    reading = Reading("", "en")  # type: ignore[arg-type]
    return FakeSearcher(Results(reading, len(hits), 0, 1, 20, hits, {}))


class Offering(FakeSearcher):
    """Offers the same to everybody, whatever is typed."""

    def __init__(self, results, offers):
        super().__init__(results)
        self.offers = offers

    def suggest(self, text, language, limit=8):
        super().suggest(text, language, limit)
        return self.offers


@pytest.fixture
def searcher():
    return finding(hit())


@pytest.fixture
def app(make_app, searcher):
    return make_app(searcher)


@pytest.fixture
def client(app):
    return app.test_client(use_cookies=False)


@pytest.fixture
def queries(app):
    """Return the statements that the database is asked, as they come."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(app.extensions[EXTENSION].engine, "before_cursor_execute", note)
    return said


def asked_of(queries: list[str]) -> list[str]:
    return [said for said in queries if said.lstrip().startswith("SELECT")]


def withdrawn(app, slug: str = SLUG) -> None:
    tools = app.extensions[EXTENSION]
    with tools.sessions.begin() as session:
        withdraw(Work(session, system("test"), NOW), Kind.CENTER, slug, "invented")


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_given_again_as_it_was(client, queries, url):
    first = client.get(url, headers={"Accept-Encoding": "br"})
    queries.clear()

    again = client.get(url, headers={"Accept-Encoding": "br"})

    assert again.status_code == first.status_code == 200
    assert again.data == first.data
    told = [dict(answer.headers) for answer in (first, again)]
    assert len({headers.pop("X-Request-ID") for headers in told}) == 2
    assert told[0] == told[1]
    assert len(asked_of(queries)) == 1


@pytest.mark.parametrize("url", PAGES)
def test_who_has_a_page_is_told_so_without_search_or_template(
    app, client, searcher, queries, url
):
    tag = client.get(url).headers["ETag"]
    app.extensions[keeping.EXTENSION] = Pages(keeping_release(app))
    searcher.asked.clear()
    queries.clear()

    again = client.get(url, headers={"If-None-Match": tag})
    head = client.head(url, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"].startswith("public")
    assert "Accept-Encoding" in again.headers["Vary"]
    assert head.status_code == 304
    assert searcher.asked == []
    assert len(asked_of(queries)) == 2


def keeping_release(app) -> str:
    release: str = app.extensions[keeping.EXTENSION].release
    return release


def test_a_withdrawn_listing_vanishes_with_the_next_request(app, client):
    first = client.get("/en/centers?q=icu")
    tag = first.headers["ETag"]
    assert "Invented Kept" in first.text
    assert client.get(f"/en/centers/{SLUG}").status_code == 200

    withdrawn(app)

    later = client.get("/en/centers?q=icu", headers={"If-None-Match": tag})
    assert later.status_code == 200
    assert "Invented Kept" not in later.text
    assert client.get(f"/en/centers/{SLUG}").status_code == 410


def test_a_withdrawn_listing_is_not_offered_while_the_index_is_behind(app, searcher):
    offered = Suggestion("center", SLUG, {"en": "Invented Kept"}, "Invented Kept")
    other = Suggestion("therapy", SLUG, {"en": "Invented Other"}, "Invented Other")
    app.extensions[EXTENSION] = replace(
        app.extensions[EXTENSION], searcher=Offering(searcher.results, (offered, other))
    )
    client = app.test_client(use_cookies=False)
    first = client.get("/en/suggest?q=inv")
    assert [one["key"] for one in first.get_json()["items"]] == [SLUG, SLUG]

    withdrawn(app)

    later = client.get(
        "/en/suggest?q=inv", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert [one["kind"] for one in later.get_json()["items"]] == ["therapy"]
    assert later.get_json()["says"] == "1 suggestion"


def test_hits_are_looked_up_once_for_each_change(app, client, queries):
    client.get("/en/centers?q=first")
    queries.clear()
    client.get("/en/centers?q=second")
    once = len(asked_of(queries))
    withdrawn(app, "ruijin-hospital")
    queries.clear()

    client.get("/en/centers?q=third")

    assert once == 1
    assert any("listing" in said for said in asked_of(queries))


def test_every_thing_that_a_page_depends_on_changes_its_tag(app, client, searcher):
    def tag(url="/en/centers?q=icu", **more):
        return client.get(url, **more).headers["ETag"]

    tags = {
        "as it is": tag(),
        "language": tag("/zh/centers?q=icu"),
        "question": tag("/en/centers?q=bed"),
        "encoding": tag(headers={"Accept-Encoding": "gzip"}),
        "host": tag(base_url="http://127.0.0.1"),
        "scheme": tag(base_url="https://localhost"),
    }
    searcher.now = replace(STATUS, generation="another")
    tags["state"] = tag()
    searcher.now = STATUS
    tools = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(tools, clock=lambda: NOW + timedelta(days=1))
    tags["day"] = tag()
    app.extensions[EXTENSION] = tools
    app.extensions[keeping.EXTENSION] = Pages("another release")
    tags["release"] = tag()
    withdrawn(app, "ruijin-hospital")
    tags["place"] = tag()

    assert len(set(tags.values())) == len(tags)
    assert all(re.fullmatch(r'"[0-9a-f]{40}"', each) for each in tags.values())


def test_a_release_is_known_by_its_templates_and_settings(make_app):
    releases = {
        keeping_release(make_app()),
        keeping_release(make_app(base_url="https://one.example.org")),
        keeping_release(make_app(base_url="https://two.example.org")),
    }

    assert len(releases) == 3


def test_each_encoding_is_kept_apart(client):
    url = f"/en/centers/{SLUG}"
    for _ in range(2):
        plain = client.get(url, headers={"Accept-Encoding": "identity"})
        small = client.get(url, headers={"Accept-Encoding": "br"})
        older = client.get(url, headers={"Accept-Encoding": "gzip"})

        assert brotli.decompress(small.data) == plain.data
        assert gzip.decompress(older.data) == plain.data


@pytest.mark.parametrize(
    "cookie", ["session=invented", "draft=invented", "language=en; other=1"]
)
def test_who_brings_a_cookie_gets_a_page_of_their_own(app, client, cookie):
    client.get("/en/centers?q=icu", headers={"Cookie": cookie})

    assert len(app.extensions[keeping.EXTENSION]) == 0


def test_the_language_that_a_cookie_chose_is_the_page_that_is_given(client):
    english = client.get("/centers?q=icu", headers={"Accept-Language": "en"})
    chinese = client.get("/centers?q=icu", headers={"Cookie": "language=zh"})
    again = client.get("/centers?q=icu", headers={"Accept-Language": "en"})

    assert 'lang="zh-Hans"' in chinese.text
    assert again.data == english.data
    assert set(again.headers["Vary"].split(", ")) >= {"Accept-Language", "Cookie"}


@pytest.mark.parametrize(
    "url",
    ["/inquiries/new", "/inquiries/track", "/healthz", "/readyz", "/metrics",
     "/en/centers/no-such-center", "/en/guides/provenance", "/language?to=zh"],
)  # fmt: skip
def test_what_is_private_missing_or_unannounced_is_not_kept(app, client, url):
    client.get(url)

    assert len(app.extensions[keeping.EXTENSION]) == 0


def test_a_search_that_finds_nothing_is_counted_each_time(make_app):
    app = make_app(finding())
    client = app.test_client()
    for _ in range(3):
        client.get("/en/centers?q=zqnothing")

    waiting = app.extensions[EXTENSION].unanswered.take()
    assert sum(waiting.values()) == 3


def test_a_star_is_no_tag_of_a_page_that_is_not_there(client):
    given = {"If-None-Match": "*"}

    assert client.get("/en/centers/no-such-center", headers=given).status_code == 404


def test_kept_pages_are_bounded_and_end():
    pages = Pages("release")
    for number in range(200):
        pages.put(str(number), Page(b"x" * 1_000_000, (), float("inf")))
    assert pages.size <= MOST_BYTES
    assert pages.get("0") is None
    assert pages.get("199") is not None
    pages.put("large", Page(b"x" * MOST_BYTES, (), float("inf")))
    assert pages.get("large") is None
    pages.put("old", Page(b"x", (), 0.0))
    assert pages.get("old") is None
    assert pages.size == sum(
        page.size for page in map(pages.get, map(str, range(200))) if page
    )
