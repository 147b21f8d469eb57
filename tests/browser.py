"""A strict reader: opens pages as somebody who forgives nothing would.

``Browser.open`` returns a page only if its HTML is valid, says its language and
direction, has one ``h1``, a label for each field and a description for each
error, repeats no id, holds nothing inline and loads nothing from elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SILENT = frozenset({"hidden", "submit", "button", "image", "reset"})
"""Kinds of input that need no label."""

LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "embed": "src",
    "object": "data",
    "input": "src",
    "form": "action",
}
"""Attributes by which a page loads or sends something."""

CHANGES_NOTHING = ("/pre-check",)
"""Ends of addresses that are posted to without a token: nothing is kept there, and
who proves nothing needs no cookie."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class StrictReaderError(AssertionError):
    """A page that the strict reader does not accept."""


@dataclass
class Page:
    """A page that was accepted.

    Args:
        url: As asked for.
        response: What came back.
        tree: The parsed document.
    """

    url: str
    response: TestResponse
    tree: Element

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.response.status_code

    @property
    def title(self) -> str:
        """Return the words of the title."""
        return words(next(self.all("title")))

    @property
    def heading(self) -> str:
        """Return the words of the one ``h1``."""
        return words(next(self.all("h1")))

    @property
    def language(self) -> str:
        """Return the language tag of the document."""
        return self.tree.get("lang", "")

    @property
    def text(self) -> str:
        """Return the words of the main part, with single spaces."""
        return words(next(self.all("main")))

    def all(self, tag: str, **attributes: str) -> Iterator[Element]:
        """Return elements by tag, and by attributes; ``class_`` is one class."""
        wanted = attributes.pop("class_", None)
        for element in self.tree.iter(tag):
            if wanted and wanted not in element.get("class", "").split():
                continue
            if all(element.get(_name(k)) == v for k, v in attributes.items()):
                yield element

    def by_class(self, name: str) -> list[Element]:
        """Return elements of any tag that have a class."""
        return [
            element
            for element in self.tree.iter()
            if name in element.get("class", "").split()
        ]

    def link(self, said: str) -> str:
        """Return the address of the first link with these words."""
        for element in self.all("a"):
            if words(element) == said:
                return element.get("href", "")
        raise StrictReaderError(f"{self.url}: no link {said!r}")

    def links(self) -> list[str]:
        """Return the addresses of this site that the page links to."""
        return [
            href
            for element in self.all("a")
            if (href := element.get("href", "")).startswith("/")
        ]

    def value(self, name: str) -> str:
        """Return the value of the first input of a name."""
        for element in self.all("input", name=name):
            return element.get("value", "")
        raise StrictReaderError(f"{self.url}: no input {name!r}")


@dataclass
class Browser:
    """A client that keeps cookies and accepts good pages only.

    Args:
        app: The application.
        checked: Static files that were already seen to exist.
    """

    app: Flask
    client: FlaskClient = field(init=False)
    checked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Start without cookies."""
        self.client = self.app.test_client()

    def open(self, url: str, status: int = 200, **more: object) -> Page:
        """Open an address and read the page.

        Raises:
            StrictReaderError: If the status is another, or the page is not good.
        """
        return self._read(url, self.client.get(url, **more), status)

    def post(
        self, url: str, data: dict[str, object] | None = None, status: int = 200
    ) -> Page:
        """Send a form with its token and read the page that comes back."""
        return self._read(url, self.send(url, data), status)

    def send(self, url: str, data: dict[str, object] | None = None) -> TestResponse:
        """Send a form with the token of its page; return whatever comes back."""
        token = self.open(url).value("csrf_token")
        return self.client.post(url, data={"csrf_token": token, **(data or {})})

    def _read(self, url: str, response: TestResponse, status: int) -> Page:
        if response.status_code != status:
            raise StrictReaderError(
                f"{url}: status {response.status_code}, not {status}"
                f" ({response.headers.get('Location', '')})"
            )
        page = read(url, response)
        for path in static_files(page):
            if path not in self.checked:
                answer = self.client.get(path)
                answer.close()
                if answer.status_code != 200:
                    raise StrictReaderError(f"{url}: {path} is {answer.status_code}")
                self.checked.add(path)
        return page


def read(url: str, response: TestResponse) -> Page:
    """Parse a response and check it.

    Raises:
        StrictReaderError: With everything that is wrong, not only the first.
    """
    if response.mimetype != "text/html":
        raise StrictReaderError(f"{url}: {response.mimetype} is not a page")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(response.get_data(as_text=True))
    wrong = [f"line {place[0]}: {code} {facts}" for place, code, facts in parser.errors]
    page = Page(url, response, tree)
    wrong += [said for check in CHECKS for said in check(page)]
    if wrong:
        raise StrictReaderError("\n  ".join([f"{url}:", *wrong]))
    return page


def words(element: Element) -> str:
    """Return the words inside an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def static_files(page: Page) -> Iterator[str]:
    """Return the files that the page loads."""
    for element in page.tree.iter():
        if element.tag == "link" and element.get("rel") in {"stylesheet", "icon"}:
            yield urlsplit(element.get("href", "")).path
        elif element.tag in {"script", "img"} and element.get("src"):
            yield urlsplit(element.get("src", "")).path


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _document(page: Page) -> Iterator[str]:
    if not re.fullmatch(r"en|zh-Hans|ru|ar", page.language):
        yield f"language {page.language!r}"
    wanted = "rtl" if page.language == "ar" else "ltr"
    if page.tree.get("dir") != wanted:
        yield f"direction {page.tree.get('dir')!r}, not {wanted!r}"
    if len(list(page.all("h1"))) != 1:
        yield f"{len(list(page.all('h1')))} h1"
    if len(list(page.all("main"))) != 1:
        yield "not one main"
    titles = [words(title) for title in page.all("title") if words(title)]
    if len(titles) != 1 or titles[0].startswith("–"):
        yield f"title {titles}"
    has_errors = bool(page.by_class("nhsuk-error-message"))
    if has_errors and not page.by_class("nhsuk-error-summary"):
        yield "errors without a summary"


def _headings(page: Page) -> Iterator[str]:
    before = 0
    for element in page.tree.iter():
        # The summary of errors stands above the heading of the page.
        if "nhsuk-error-summary__heading" in element.get("class", ""):
            continue
        if element.tag in HEADINGS:
            level = int(element.tag[1])
            if level > before + 1:
                yield f"h{level} after h{before}: {words(element)!r}"
            before = level
            if not words(element):
                yield f"empty h{level}"


def _ids(page: Page) -> Iterator[str]:
    found = Counter(each.get("id") for each in page.tree.iter() if each.get("id"))
    yield from (f"id {name!r} {n} times" for name, n in found.items() if n > 1)
    for element in page.tree.iter():
        for attribute in (
            "aria-describedby",
            "aria-labelledby",
            "aria-controls",
            "for",
        ):
            for name in element.get(attribute, "").split():
                if name not in found:
                    yield f"{attribute} {name!r} leads nowhere"
        href = element.get("href", "")
        if href.startswith("#") and unquote(href[1:]) not in found:
            yield f"link {href!r} leads nowhere"


def _labels(page: Page) -> Iterator[str]:
    labeled = {each.get("for") for each in page.all("label") if words(each)}
    inside = {id(each) for label in page.all("label") for each in label.iter()}
    for tag in ("input", "select", "textarea"):
        for element in page.all(tag):
            if element.get("type") in SILENT:
                continue
            named = element.get("aria-label") or element.get("aria-labelledby")
            if not (named or element.get("id") in labeled or id(element) in inside):
                yield f"{tag} {element.get('name')!r} has no label"
    for tag in ("button", "a", "summary", "legend", "label"):
        for element in page.all(tag):
            pictured = any(each.get("alt") for each in element.iter("img"))
            if not (words(element) or element.get("aria-label") or pictured):
                yield f"{tag} without words, {element.get('href', '')}"
    for element in page.all("img"):
        if element.get("alt") is None:
            yield f"image without alt: {element.get('src')}"


def _errors(page: Page) -> Iterator[str]:
    described = {
        name
        for element in page.tree.iter()
        for name in element.get("aria-describedby", "").split()
    }
    for element in page.by_class("nhsuk-error-message"):
        if element.get("id") not in described:
            yield f"error {words(element)!r} describes no field"


def _inline(page: Page) -> Iterator[str]:
    for element in page.tree.iter():
        tag, kind = str(element.tag), element.get("type", "")
        is_data = kind == "application/ld+json"
        if tag == "script" and not element.get("src") and not is_data:
            yield "inline script"
        if tag.rpartition("}")[2] == "style":
            yield "inline style sheet"
        for name in element.attrib:
            if name == "style" or str(name).startswith("on"):
                yield f"inline {name} on {element.tag}"
        if element.get("href", "").lower().startswith(("javascript:", "data:")):
            yield f"address {element.get('href')!r}"


def _elsewhere(page: Page) -> Iterator[str]:
    for element in page.tree.iter():
        attribute = LOADS.get(str(element.tag))
        address = element.get(attribute, "") if attribute else ""
        if element.tag == "link" and element.get("rel") not in {
            "canonical",
            "alternate",
        }:
            address = element.get("href", "")
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            yield f"{element.tag} loads {address!r}"
    for form in page.all("form"):
        if urlsplit(form.get("action", "")).path.endswith(CHANGES_NOTHING):
            continue
        if form.get("method", "get").lower() == "post" and not any(
            each.get("name") == "csrf_token" for each in form.iter("input")
        ):
            yield f"form to {form.get('action')!r} without a token"


def _tables(page: Page) -> Iterator[str]:
    for table in page.all("table"):
        if not list(table.iter("th")) or not list(table.iter("caption")):
            yield "table without headers or caption"


CHECKS = (
    _document,
    _headings,
    _ids,
    _labels,
    _errors,
    _inline,
    _elsewhere,
    _tables,
)
