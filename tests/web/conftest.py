"""The whole site on the real seeds, made once; pages through a strict reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChainableUndefined

from directory.app import make_tools
from directory.cli.index import rebuild_if_needed
from directory.core.db import make_engine
from directory.tools import Tools
from directory.web.setup import dress
from tests.browser import Browser
from tests.conftest import NOW
from tests.web.compiled import COMPILED
from tests.web.making import make_settings

KIT = "nhsuk_frontend_jinja"


class StrictHere(ChainableUndefined):
    """Refuses to be shown or asked in templates of ours; lets the kit do so.

    The kit's macros count on names that nobody gave them; in our own templates
    such a name is a slip of the pen.
    """

    def _refuse(self) -> None:
        frame = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            if name.endswith((".jinja", ".html", ".xml")):
                if KIT not in name:
                    self._fail_with_undefined_error()
                return
            frame = frame.f_back  # type: ignore[assignment]

    def __str__(self) -> str:
        self._refuse()
        return ""

    def __html__(self) -> str:
        self._refuse()
        return ""

    def __bool__(self) -> bool:
        self._refuse()
        return False

    def __iter__(self) -> Iterator[object]:
        self._refuse()
        yield from ()

    def __len__(self) -> int:
        self._refuse()
        return 0


def clock() -> datetime:
    return NOW


def wire(tools: Tools) -> Flask:
    """Return the application on given tools, with strict templates."""
    bare = Flask("directory", static_folder=None, template_folder=None)
    app = dress(bare, tools, undefined=StrictHere)
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture(scope="session")
def tools(
    tmp_path_factory: pytest.TempPathFactory, seeded_file: Path
) -> Iterator[Tools]:
    """Return tools on a database with all seeds, and an index of them."""
    folder = tmp_path_factory.mktemp("site")
    settings = make_settings(folder, seeded_file)
    engine = make_engine(settings.database_url)
    rebuild_if_needed(settings, engine, clock)
    engine.dispose()
    made = make_tools(settings)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def site(tools: Tools) -> Flask:
    """Return the application on the seeds; for pages that only read."""
    return wire(tools)


@pytest.fixture
def browser(site: Flask) -> Browser:
    """Return a reader without cookies."""
    return Browser(site)
