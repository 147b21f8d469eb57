"""Public pages that were just made: given again as long as nothing changed.

What a public page says depends on its address, its language, the day, this
release, what is published, and the state of the search: on nothing of its
reader. All of that is known before the page is made, so it is the page's tag: a
browser or a cache that has the page is told so without making it, and a page
that was made a moment ago is given again. A listing that is withdrawn takes a
place in the feed of changes with it, and the pages that show it are gone.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, g, request

from directory.web import context, locale
from directory.web.observe import observed

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

EXTENSION = "kept-pages"
"""Where the application keeps its pages, in ``app.extensions``."""

SECONDS = 60.0
"""How long a page is given again; as long as caches elsewhere may do so."""

MOST_BYTES = 16 * 1024 * 1024
"""Of all pages together, as they are sent; those asked for least recently leave."""

MAKERS = ("Babel", "Brotli", "Flask", "Jinja2", "nhsuk-frontend-jinja", "pydantic")
"""Packages whose releases change what is sent."""

View = Callable[..., "ResponseReturnValue"]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it was sent.

    Args:
        body: Compressed, if it was.
        headers: All that do not belong to one request.
        until: On the process's own clock, in seconds.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]
    until: float

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.body) + sum(len(a) + len(b) for a, b in self.headers) + 500


class Pages:
    """Pages by their tag, up to a number of bytes; threads share it.

    Args:
        release: Digest of everything that pages are made with.
    """

    def __init__(self, release: str) -> None:
        """Begin without any."""
        self.release = release
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def size(self) -> int:
        """Return about how many bytes all of them take."""
        return self._bytes

    def get(self, tag: str) -> Page | None:
        """Return a page that is still young enough."""
        with self._changing:
            page = self._pages.get(tag)
            if page is None:
                return None
            if page.until < time.monotonic():
                self._remove(tag)
                return None
            self._pages.move_to_end(tag)
            return page

    def put(self, tag: str, page: Page) -> None:
        """Keep a page; the oldest make room."""
        if page.size > MOST_BYTES // 8:
            return
        with self._changing:
            if tag in self._pages:
                self._remove(tag)
            self._pages[tag] = page
            self._bytes += page.size
            while self._bytes > MOST_BYTES:
                self._remove(next(iter(self._pages)))

    def _remove(self, tag: str) -> None:
        self._bytes -= self._pages.pop(tag).size


def install(app: Flask, *folders: Path, **told: str) -> None:
    """Prepare to keep pages.

    Args:
        app: The application.
        folders: All that pages are made from: code, templates, translations.
        told: What pages say besides, such as the public address.
    """
    digest = hashlib.sha256()
    for folder in folders:
        digest.update(_digest(folder))
    for name in MAKERS:
        digest.update(f"{name}={version(name)};".encode())
    for name, value in sorted(told.items()):
        digest.update(f"{name}={value};".encode())
    app.extensions[EXTENSION] = Pages(digest.hexdigest())


@cache
def _digest(folder: Path) -> bytes:
    """Return the digest of the sources in a folder, as they stand at the start."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in SOURCES:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


SOURCES = frozenset({".py", ".mo", ".html", ".jinja", ".xml", ".txt"})
"""Endings of files that change what a page says."""


def pages() -> Pages:
    """Return the pages of this application."""
    return cast("Pages", current_app.extensions[EXTENSION])


def kept(view: View) -> View:
    """Give a page again that did not change; for pages made from what is published.

    The view may use nothing of its reader but the language.
    """
    return _kept(view, searches=False)


def kept_results(view: View) -> View:
    """Do the same for a page that the search has a part in."""
    return _kept(view, searches=True)


def _kept(view: View, *, searches: bool) -> View:
    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        if not _is_for_everybody():
            return view(**values)
        tag = _tag(searches=searches)
        given = request.if_none_match
        if not given.star_tag and given.contains_weak(tag):
            return _again(Response(status=304), tag, "unchanged")
        page = pages().get(tag)
        if page is not None:
            found = Response(page.body)
            found.headers.clear()
            found.headers.extend(page.headers)
            return _again(found, tag, "kept")
        g.kept_as = tag
        return view(**values)

    return answer


def forget() -> None:
    """Do not keep the page of this request, whatever it says."""
    g.pop("kept_as", None)


def tag_of(response: Response) -> None:
    """Give an answer the tag of what it was made from, if it has one."""
    tag = g.get("kept_as")
    if tag is not None and response.status_code == 200:
        response.set_etag(tag)


def keep(response: Response) -> None:
    """Keep an answer as it is about to be sent, if it may be."""
    tag = g.pop("kept_as", None)
    if tag is None or response.status_code != 200 or response.is_streamed:
        return
    page = Page(
        response.get_data(),
        tuple(response.headers.items()),
        time.monotonic() + SECONDS,
    )
    pages().put(tag, page)
    observed().answers.labels("made").inc()


def _again(response: Response, tag: str, how: str) -> Response:
    response.set_etag(tag)
    observed().answers.labels(how).inc()
    return response


def _is_for_everybody() -> bool:
    """Tell whether nothing but the language could set this request apart."""
    return (
        request.method in {"GET", "HEAD"}
        and not g.get("private", False)
        and not request.cookies.keys() - {locale.cookie_name()}
    )


def _tag(*, searches: bool) -> str:
    # The place in the feed is asked for first: what is newer than its tag does no
    # harm, what is older would be shown for too long.
    parts: list[object] = [
        context.place(),
        pages().release,
        context.today(),
        context.language(),
        request.script_root,
        request.host_url,
        request.path,
        request.query_string,
        next((name for name in ("br", "gzip") if request.accept_encodings[name]), ""),
    ]
    if searches:
        status = context.tools().searcher.status()
        parts += [status.generation, status.position, status.full_text]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
