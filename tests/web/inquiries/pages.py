"""What people type on the pages of inquiries, and walks through them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.browser import Browser, Page, read
from tests.inquiries.invented import CANARY

TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')

PERSON: dict[str, object] = {
    "asker": "other",
    "relationship": "parent",
    "standing": "agreed",
    "age": "adult",
    "country": "KZ",
    "language": "ru",
    "interpreter": "yes",
    "way": "email",
    "email": f"{CANARY}@example.org",
    "hours": "evening",
}
ILLNESS: dict[str, object] = {
    "health": "y",
    "diagnosis": "mm",
    "lines": "3",
    "drug_classes": ["immunomodulator", "anti-cd38"],
    "transplant": "own",
    "performance": "1",
    "wanted": ["approved-product", "second-opinion"],
    "travel": "within-quarter",
    "question": f"{CANARY}: is a fourth line too late?",
}
ALL = [f"{side}-invented" for side in ("east", "west", "north", "south")]
"""More centers than one inquiry may name."""

WHERE: dict[str, object] = {
    "whom": "centers",
    "centers": ["east-invented", "west-invented"],
}
CONSENTS: dict[str, object] = {"transfer": "y", "share-center-east-invented": "y"}


def go(browser: Browser, url: str, data: Mapping[str, object], to: str) -> TestResponse:
    """Send a page; insist on being sent on to another one.

    The page itself is not read strictly here: tests that open it do that.
    """
    shown = browser.client.get(url).get_data(as_text=True)
    (token, *_rest) = TOKEN.findall(shown)
    response = browser.client.post(url, data={"csrf_token": token, **data})
    assert response.status_code == 303, read(url, response).text[:400]
    assert response.headers["Location"] == to
    return response


def answer(browser: Browser) -> None:
    """Answer all pages, up to the check."""
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")
    go(browser, "/inquiries/consents", CONSENTS, "/inquiries/check")


def send(browser: Browser) -> TestResponse:
    """Send what was checked."""
    page = browser.open("/inquiries/check")
    return browser.client.post(
        "/inquiries/check",
        data={
            "csrf_token": page.value("csrf_token"),
            "revision": page.value("revision"),
        },
    )


def code_of(page: Page) -> str:
    """Return the code that a receipt page shows."""
    (found,) = page.by_class("receipt")
    return "".join("".join(found.itertext()).split())


def press(browser: Browser, url: str, on: str, **data: object) -> TestResponse:
    """Press a button of a page that posts to another address."""
    token = browser.open(on).value("csrf_token")
    return browser.client.post(url, data={"csrf_token": token, **data})


def rows(app: Flask) -> list[str]:
    """Return the states of all inquiries."""
    with app.extensions["directory"].reading() as session:
        return list(session.scalars(text("SELECT state FROM inquiry ORDER BY id")))
