"""Headers on every answer, cookies, guards, caching, forged forwarding."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from directory.tools import Tools
from directory.web.security import ALWAYS
from tests.browser import Browser
from tests.web.conftest import wire

EVERYWHERE = [
    ("GET", "/", 200),
    ("GET", "/centers", 200),
    ("HEAD", "/centers", 200),
    ("GET", "/nothing", 404),
    ("POST", "/centers", 405),
    ("GET", "/language", 400),
    ("GET", "/language?to=zh", 303),
    ("GET", "/suggest?q=a", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/static/nothing.css", 404),
    ("OPTIONS", "/centers", 200),
    ("TRACE", "/centers", 405),
]


def variant(tools: Tools, **settings: object) -> Browser:
    """Return a reader of a site that differs in its settings."""
    changed = tools.settings.model_copy(update=settings)
    return Browser(wire(replace(tools, settings=changed)))


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
def test_every_answer_has_the_headers(browser, method, path, status):
    answer = browser.client.open(path, method=method)

    assert answer.status_code == status
    for name, value in ALWAYS:
        assert answer.headers[name] == value


def test_static_files_have_the_headers_and_last(browser):
    page = browser.open("/")
    sheet = next(page.all("link", rel="stylesheet")).get("href")

    answer = browser.client.get(sheet, headers={"Accept-Encoding": "br"})
    answer.close()

    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    for name, value in ALWAYS:
        assert answer.headers[name] == value
    assert browser.client.get(f"/zh{sheet}").status_code == 404


def test_the_policy_allows_nothing_inline_and_nothing_foreign():
    policy = dict(ALWAYS)["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_transport_security_only_over_https(browser, tools):
    secure = variant(tools, base_url="https://directory.example")

    assert "Strict-Transport-Security" not in browser.client.get("/").headers
    answer = secure.client.get("/", base_url="https://directory.example")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_cookies_over_https_are_bound_to_the_host(tools):
    secure = variant(tools, base_url="https://directory.example")

    answer = secure.client.get("/language?to=zh", base_url="https://directory.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-language=zh;")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", ""])
def test_a_foreign_host_name_is_refused(browser, host):
    answer = browser.client.get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert host.encode() not in answer.data or not host.strip()


def test_addresses_come_from_the_setting_not_from_the_request(tools):
    site = variant(tools, base_url="https://directory.example")

    page = site.open("/en/", base_url="http://localhost")

    canonical = next(page.all("link", rel="canonical")).get("href")
    assert canonical == "https://directory.example/en/"


FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "444",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "host=evil.example;proto=https",
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_forwarding_changes_nothing(browser, name):
    plain = browser.client.get("/en/centers")
    forged = browser.client.get("/en/centers", headers={name: FORGED[name]})

    assert forged.data == plain.data


def test_a_named_proxy_is_believed_for_its_hops_only(tools):
    site = variant(tools, proxy_hops=1)
    seen: list[str] = []

    @site.app.before_request
    def note() -> None:
        from flask import request

        seen.append(request.remote_addr or "")

    site.client.get("/", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    assert seen == ["203.0.113.9"]


def flooded(site: Browser, path: str, times: int) -> list[int]:
    return [site.client.get(path).status_code for _ in range(times)]


def test_a_flood_is_stopped_with_words_and_a_time(tools):
    site = variant(tools, rate_limits="on")
    site.app.config["LIMIT_OF_READING"] = "5 per hour"

    statuses = flooded(site, "/robots.txt", 6)

    assert statuses == [200] * 5 + [429]
    answer = site.client.get("/robots.txt")
    assert int(answer.headers["Retry-After"]) > 0
    assert b"Too many requests" in answer.data
    assert answer.headers["Cache-Control"] == "no-store"


def post_target(app: Flask) -> str:
    """Return a path that takes a post, added for the test."""
    app.add_url_rule("/test-post", "test_post", lambda: "done", methods=["POST"])
    return "/test-post"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 400),
        ({"Origin": "http://localhost"}, 400),
    ],
)
def test_a_post_needs_a_token_and_its_own_site(tools, headers, status):
    site = Browser(wire(tools))
    path = post_target(site.app)

    answer = site.client.post(path, headers=headers)

    assert answer.status_code == status


def test_limits_go_on_by_node_while_the_shared_store_is_away(tools):
    site = variant(tools, rate_limits="on", redis_url="redis://127.0.0.1:1/0")

    site.app.config["LIMIT_OF_READING"] = "5 per hour"

    statuses = flooded(site, "/robots.txt", 6)

    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("protocol", "host", "status"),
    [
        ("HTTP/1.1", None, 400),
        ("HTTP/1.1", "", 400),
        ("HTTP/1.1", "localhost", 200),
        ("HTTP/1.0", None, 200),
    ],
)
def test_a_request_names_its_host_where_its_version_must(
    browser, protocol, host, status
):
    environ = EnvironBuilder(path="/en/").get_environ()
    environ["SERVER_PROTOCOL"] = protocol
    del environ["HTTP_HOST"]
    if host is not None:
        environ["HTTP_HOST"] = host

    answer = Response.from_app(browser.app.wsgi_app, environ, buffered=True)

    assert answer.status_code == status
    if status == 400:
        assert answer.mimetype == "text/plain"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
