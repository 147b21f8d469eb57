"""What a page costs before it says anything: Flask alone, and WSGI alone.

``python -m tests.benchmarks.bare flask 8001`` serves one of them under the very
server, worker and options that ``serve`` uses.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, render_template
from jinja2 import DictLoader

from directory.cli.serve import _Server
from directory.core.config import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from directory.cli.wiring import Wiring


def wsgi(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer with the least that there is."""
    start("200 OK", [("Content-Type", "text/html"), ("Content-Length", "5")])
    return [b"Hello"]


def flask() -> Flask:
    """Return one route with one tiny template."""
    app = Flask("bare", static_folder=None)
    app.jinja_loader = DictLoader(
        {"page.html": "<!doctype html><title>{{ name }}</title><p>Hello {{ name }}"}
    )

    @app.get("/")
    def page() -> str:
        return render_template("page.html", name="reader")

    return app


class Nothing:
    """Wires nothing but the application."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def tools(self, _settings: object) -> None:
        """Open nothing."""

    def background(self, _tools: object) -> None:
        """Start nothing."""

    def app(self, *_given: Any) -> WSGIApplication:
        """Return the application."""
        return self._app


def main(name: str, port: str) -> None:
    """Serve one of them, on loopback, until the process is ended."""
    app = flask() if name == "flask" else wsgi
    settings = load({}, data=Path(tempfile.gettempdir()))
    wiring = cast("Wiring", Nothing(app))
    _Server(wiring, settings, f"127.0.0.1:{port}", 1, 8).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
