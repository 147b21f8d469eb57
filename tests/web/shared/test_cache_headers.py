"""What caches may keep: every public page, and nothing that is for one reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from directory.web import keeping
from directory.web.blueprints import BLUEPRINTS, Audience
from tests.browser import Browser

NOT_KEPT = {
    "/language": "leads on, and remembers the language in a cookie",
    "/guides/provenance": "shows the last sample, which is no change of a listing",
    "/corrections/new": "carries a form with a token for one reader",
    "/corrections/<reference>": "shows how far one correction is",
    "/corrections/confirm/<token>": "carries a button with a token for one reader",
    "/compare.pdf": "a file that is set anew, no oftener than a limit allows",
    "/centers/<slug:slug>/pdf": "a file that is set anew, as often as a limit allows",
    "/plan/plan.pdf": "a file that is set anew, no oftener than a limit allows",
    "/plan/records.pdf": "a file that is set anew, no oftener than a limit allows",
    "/plan/plan.ics": "a file that is made for somebody's own days",
}
"""Public addresses whose answers are not given again, and why."""

SLUGS = {"centers": "ruijin-hospital", "guides": "visa"}
"""A public name of something of each kind; others are read from their lists."""


def address(browser: Browser, rule: str) -> str:
    """Return an address of a rule that leads to something that is there.

    Raises:
        KeyError: If a rule has a part that nothing is known of here.
    """
    if "<slug:city>" in rule:
        return rule.replace("<slug:city>", "beijing")
    if "<slug:slug>" not in rule:
        return f"{rule}?q=icu" if rule == "/suggest" else rule
    kind = rule.split("/")[1]
    if kind not in SLUGS:
        lists = browser.open(f"/en/{kind}").links()
        SLUGS[kind] = next(
            name
            for name in (link.removeprefix(f"/en/{kind}/") for link in lists)
            if re.fullmatch(r"[a-z0-9-]+", name)
            and name not in {"compare", "approvals"}
        )
    found = rule.replace("<slug:slug>", SLUGS[kind]).replace("<int:number>", "1")
    if "<field>" in found:
        page = browser.open(f"/en/{kind}/{SLUGS[kind]}")
        known = next(link for link in page.links() if f"{SLUGS[kind]}/facts/" in link)
        found = known.removeprefix("/en")
    if "<" in found:
        raise KeyError(rule)
    return found


def rules(app: Flask, *, private: bool) -> Iterator[Rule]:
    """Return what can be opened of the groups that are for one reader, or not."""
    names = {
        group.blueprint.name
        for group in BLUEPRINTS
        if group.audience.is_private is private
        and (private or group.audience is Audience.PUBLIC)
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in names and "GET" in (rule.methods or ()):
            yield rule


def some_address(app: Flask, rule: Rule) -> str:
    """Return an address that a rule answers, whether or not anything is there.

    Raises:
        LookupError: If none of the values that are known here fit the rule.
    """
    adapter = app.url_map.bind("localhost")
    for value in ("1", "a" * 32, "a" * 64, "A" * 12, "C-2026-017", "zh"):
        made = re.sub(r"<[^>]*>", value, rule.rule)
        try:
            if adapter.match(made, method="GET")[0] == rule.endpoint:
                return made
        except HTTPException:
            continue
    raise LookupError(rule.rule)


def keeps(browser: Browser, url: str) -> bool:
    """Tell whether an address is given again; whatever was kept before is forgotten."""
    known = browser.app.extensions[keeping.EXTENSION]
    browser.app.extensions[keeping.EXTENSION] = keeping.Pages(known.release)
    browser.client.get(url, headers={"Accept-Encoding": "gzip"})
    return len(browser.app.extensions[keeping.EXTENSION]) > 0


def test_every_public_page_is_kept_or_says_why_not(browser: Browser, site: Flask):
    public = {rule.rule for rule in rules(site, private=False)}

    assert public >= NOT_KEPT.keys(), "a reason for a page that is not there"
    for rule in sorted(public - NOT_KEPT.keys()):
        url = f"/en{address(browser, rule)}"
        answer = browser.client.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["Cache-Control"].startswith("public, max-age="), url
        again = browser.client.get(
            url, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b""), url
        assert keeps(browser, url), f"{rule} is not kept, and nothing says why"


def test_what_is_not_kept_is_really_not(browser: Browser):
    for rule in sorted(NOT_KEPT):
        url = "/en" + re.sub(r"<[^>]*>", "ruijin-hospital", rule)
        assert not keeps(browser, url), url


def test_no_cache_keeps_what_is_for_one_reader(browser: Browser, site: Flask):
    seen = 0
    for rule in rules(site, private=True):
        url = f"/en{some_address(site, rule)}"
        answer = browser.client.get(url)
        assert answer.headers["Cache-Control"] == "no-store", url
        assert "ETag" not in answer.headers, url
        seen += 1

    assert seen > 50
