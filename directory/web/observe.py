"""What is counted while requests are answered: routes, statuses, times.

Label values are the patterns of routes, methods and statuses. Nothing that
somebody typed is ever one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import (
    Response,
    before_render_template,
    current_app,
    g,
    request,
    template_rendered,
)
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from directory.search.ports import Remembered

if TYPE_CHECKING:
    from flask import Flask

EXTENSION = "observed"
"""Where the application keeps its counters, in ``app.extensions``."""

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable by which several processes share their counters."""

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
"""Methods counted under their own name; a client may invent others."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histograms; 0.2 is what any page may take."""


class Observed:
    """Counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "directory_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "directory_request_seconds",
            "Time from a request's arrival to its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.searches = Histogram(
            "directory_search_seconds",
            "Time that the search took, without the page around it.",
            buckets=SECONDS,
            registry=self.registry,
        )

        pages = Counter(
            "directory_search_pages",
            "Pages of results by how they came about: made, kept (given again).",
            ("how",),
            registry=self.registry,
        )
        self._made, self._kept = pages.labels("made"), pages.labels("kept")
        self._remembered = Remembered(0, 0)
        self._counting = threading.Lock()
        self.answers = Counter(
            "directory_answers",
            "Public pages by how they came about: made, kept (given again),"
            " unchanged (the reader had it).",
            ("how",),
            registry=self.registry,
        )
        self.rendering = Histogram(
            "directory_template_seconds",
            "Time that filling a template took.",
            buckets=SECONDS,
            registry=self.registry,
        )

    def count_pages(self, now: Remembered) -> None:
        """Count the pages of results that this process gave since the last time."""
        with self._counting:
            before = self._remembered
            self._remembered = Remembered(
                max(before.hits, now.hits), max(before.misses, now.misses)
            )
        self._kept.inc(max(0, now.hits - before.hits))
        self._made.inc(max(0, now.misses - before.misses))

    def shared(self) -> CollectorRegistry:
        """Return the counters of all processes that share a folder, or our own."""
        if FOLDER not in os.environ:
            return self.registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry


def observed() -> Observed:
    """Return the counters of this application."""
    return cast("Observed", current_app.extensions[EXTENSION])


@contextmanager
def searching() -> Iterator[None]:
    """Measure a search."""
    with observed().searches.time():
        yield


def install(app: Flask) -> None:
    """Count every answer, and name the request in it.

    What is registered first runs last, so the status counted is the one sent.
    """
    app.extensions[EXTENSION] = Observed()
    before_render_template.connect(_begin_filling, app)
    template_rendered.connect(_end_filling, app)
    app.after_request(_count)


def _begin_filling(_app: Flask, **_said: object) -> None:
    g.filling_began = time.monotonic()


def _end_filling(_app: Flask, **_said: object) -> None:
    observed().rendering.observe(time.monotonic() - g.pop("filling_began"))


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    counters = observed()
    counters.requests.labels(method, route, str(response.status_code)).inc()
    if "began" in g:
        counters.seconds.labels(route).observe(time.monotonic() - g.began)
    if "request_id" in g:
        response.headers["X-Request-ID"] = g.request_id
    return response
