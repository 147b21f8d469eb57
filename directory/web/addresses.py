"""Addresses of the pages, each built once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import flask
from flask import current_app, request

from directory.core.text import Language
from directory.web import locale

if TYPE_CHECKING:
    from flask import Flask

EXTENSION = "addresses"
"""Where the application keeps those that it built, in ``app.extensions``."""

MOST_KEPT = 4096
"""Addresses that are kept; those asked for least recently leave."""

Values = tuple[tuple[str, object], ...]


def install(app: Flask) -> None:
    """Let templates build addresses here."""

    @lru_cache(MOST_KEPT)
    def built(root: str, blueprint: str | None, endpoint: str, values: Values) -> str:
        # The path that the application is mounted on, with the language, and for
        # a name that begins with a dot the blueprint, are those of the request.
        del root, blueprint
        return flask.url_for(endpoint, **dict(values))  # type: ignore[arg-type]

    app.extensions[EXTENSION] = built
    app.jinja_env.globals.update(url_for=url_for, in_other_language=in_other_language)


def url_for(endpoint: str, **values: object) -> str:
    """Return the path of a page; the same as Flask's function of this name."""
    if not all(
        isinstance(value, str) and not name.startswith("_")
        for name, value in values.items()
    ):
        return flask.url_for(endpoint, **values)  # type: ignore[arg-type]
    built = cast("Callable[..., str]", current_app.extensions[EXTENSION])
    blueprint = request.blueprint if endpoint.startswith(".") else None
    return built(request.script_root, blueprint, endpoint, tuple(values.items()))


def in_other_language(language: Language) -> str:
    """Return the address that leads to this page in another language."""
    base = url_for("public.language", to=language.value)
    # As the framework writes what follows a question mark.
    query = urlencode({"next": locale.here_with_query()}, safe="!$'()*,/:;?@")
    return f"{base}&{query}"
