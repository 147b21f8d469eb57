"""Dress an application: templates, languages, guards, pages, errors, files."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, g, request
from flask_babel import Babel
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from directory.core.config import Settings
from directory.core.logs import log
from directory.web import (
    context,
    errors,
    facts,
    filters,
    guards,
    keeping,
    locale,
    observe,
    security,
    spooling,
)
from directory.web.assets import Assets
from directory.web.blueprints import BLUEPRINTS
from directory.web.environment import Environment
from directory.web.numbers import MOST

if TYPE_CHECKING:
    from jinja2 import Undefined

    from directory.tools import Tools


CODE = Path(__file__).resolve().parents[1]
"""The package, with its translations."""


class SlugConverter(BaseConverter):
    """A public name, such as ``nanfang-hospital``; anything else is no page."""

    regex = "[a-z0-9]{1,80}(?:-[a-z0-9]{1,80}){0,30}"


class NumberConverter(IntegerConverter):
    """A whole number that a column can hold; anything larger is no page."""

    def __init__(self, map: Map, *args: Any, **given: Any) -> None:  # noqa: A002 (Werkzeug's)
        """Begin with the largest number there is, if no other was named."""
        given.setdefault("max", MOST)
        super().__init__(map, *args, **given)


def dress(
    app: Flask, tools: Tools, *, undefined: type[Undefined] = ChainableUndefined
) -> Flask:
    """Make a bare application into the directory.

    Args:
        app: Made without a static folder of its own.
        tools: The outside world.
        undefined: What templates get for a name that nobody gave them; the
            kit's macros need one that can be chained.
    """
    settings = tools.settings
    assets = Assets(settings.folder("static"), settings.data / "cache" / "static")
    prepare_jinja(app, undefined)
    app.config.update(
        security.configuration(https=settings.is_https, secret_key=settings.secret_key),
        TRUSTED_HOSTS=security.trusted_hosts(settings.base_url, settings.trusted_hosts),
    )
    app.request_class = spooling.Request
    app.session_interface = security.Sessions()
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["int"] = NumberConverter
    app.url_map.strict_slashes = False
    app.extensions[context.EXTENSION] = tools
    context.limit_writing(app, tools.engine)
    observe.install(app)
    Babel(app, locale_selector=lambda: locale.chosen().value)
    filters.install(app)
    facts.install(app)
    app.before_request(_begin)
    app.before_request(security.allow_larger)
    private = {
        group.blueprint.name for group in BLUEPRINTS if group.audience.is_private
    }
    # Before the guards, whose refusals are pages for one reader too.
    app.before_request(lambda: _keep_private(private))
    keeping.install(
        app,
        CODE,
        settings.folder("templates"),
        base_url=settings.base_url,
        static=assets.version,
    )
    guards.install(app, settings)
    errors.install(app)
    for group in BLUEPRINTS:
        app.register_blueprint(group.blueprint)
    app.after_request(_end)
    app.teardown_request(_close)
    app.extensions["assets"] = assets
    app.wsgi_app = security.SecurityHeaders(  # type: ignore[method-assign]
        security.HostNamed(assets.serve(locale.LanguagePrefix(app.wsgi_app))),
        https=settings.is_https,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def prepare_jinja(app: Flask, undefined: type[Undefined] = ChainableUndefined) -> None:
    """Set what the environment needs before anything touches it."""
    app.jinja_environment = Environment
    app.jinja_options = {
        "undefined": undefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": True,
    }
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Settings.folder("templates")),
            PackageLoader("nhsuk_frontend_jinja"),
        ]
    )


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _keep_private(private: set[str]) -> None:
    if request.blueprint in private:
        security.make_private()


def _end(response: Response) -> Response:
    """Commit, then set what every page's answer carries.

    A commit that fails ends in the page for faults, since nothing was sent yet.
    """
    context.finish(succeeded=response.status_code < 400)
    response = security.finish(response)
    # The pattern of the address, never the address: it can hold people's words.
    log("web").info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        milliseconds=round((time.monotonic() - g.get("began", 0)) * 1000, 1),
        locale=context.language().value,
        **_who(),
    )
    return response


def _who() -> dict[str, str]:
    """Return who asked, where the request found out: as logs name them."""
    signed_in = g.get("signed_in")
    actor = g.get("actor") or (signed_in.actor if signed_in else None)
    return {"actor": actor.name} if actor and actor.is_signed_in else {}


def _close(_error: BaseException | None) -> None:
    context.close()
