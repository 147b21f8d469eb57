"""From a refusal to its status, and to words that help.

Subjects raise errors with a code and facts. Here a code gets its status; the
page for the status says what happened and what to do.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmptyError
from werkzeug.exceptions import HTTPException, SecurityError

from directory.core.errors import DirectoryError
from directory.core.logs import log
from directory.web import context, locale

if TYPE_CHECKING:
    from flask import Flask

STATUSES: dict[str, int] = {
    "directory.not-found": 404,
    "directory.refused": 403,
    "listing.withdrawn": 410,
    "submission.own": 403,
    "correction.own": 403,
    "index.unusable": 503,
    "api.unauthenticated": 401,
    "link.broken": 404,
    "files.unavailable": 503,
    "paper.unavailable": 503,
    "file.refused": 422,
    "evidence.field-unknown": 422,
    "document.empty": 422,
    "document.too-large": 413,
    "document.too-large-together": 413,
    "document.too-many": 422,
    "document.no-room": 503,
    "link.expired": 410,
    "link.used": 410,
    "account.closed": 503,
    "inquiry.no-email": 404,
    "keys.absent": 503,
}
"""Status by code; a code that is not here and has no rule is a conflict, 409."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader is told about a refusal.

    Args:
        title: What happened, as a heading.
        happened: The same in a sentence or two.
        todo: What the reader can do now.
    """

    title: LazyString
    happened: LazyString
    todo: LazyString


WORDS: dict[int, Words] = {
    400: Words(
        _("We could not read this request"),
        _("Something in the address or in what was sent is not as it should be."),
        _("Go back and try again, or start from the search below."),
    ),
    401: Words(
        _("Please sign in first"),
        _("This page is for people who have signed in."),
        _("Sign in, then open the page again."),
    ),
    403: Words(
        _("You may not open this page"),
        _("The page exists for somebody else, or the form came from another site."),
        _("Go back to the page that you came from and try again from there."),
    ),
    404: Words(
        _("There is no such page"),
        _("The address may be mistyped, or the page may have been moved."),
        _("Search for the center, or start from the list of all centers."),
    ),
    405: Words(
        _("This address cannot be used in this way"),
        _("Nothing was changed."),
        _("Go back to the page that you came from and use its buttons."),
    ),
    409: Words(
        _("This is no longer possible"),
        _("Something changed since you opened the page, so nothing was done."),
        _("Open the page again to see how things stand now."),
    ),
    410: Words(
        _("This page was taken down"),
        _("It was published here before and has been withdrawn."),
        _("Search for another center, or start from the list of all centers."),
    ),
    413: Words(
        _("That was too much at once"),
        _("What you sent is larger than this page accepts. Nothing was stored."),
        _("Go back, shorten the text, and send it again."),
    ),
    422: Words(
        _("We could not accept what was sent"),
        _("Some of it does not fit what the page expects. Nothing was stored."),
        _("Go back, check what you entered, and send it again."),
    ),
    429: Words(
        _("Too many requests in a short time"),
        _("To keep the directory open for everybody, requests are counted."),
        _("Wait a minute, then open the page again."),
    ),
    500: Words(
        _("Something went wrong on our side"),
        _("The page could not be made. The fault is ours and was written down."),
        _("Try again in a few minutes. What you sent may not have been stored."),
    ),
    503: Words(
        _("The directory is busy or being looked after"),
        _("The page cannot be made at this moment."),
        _("Try again in a few minutes."),
    ),
}
"""The page of each status; others take the nearest of their hundred."""

WORDS_BY_CODE: dict[str, Words] = {
    "paper.unavailable": Words(
        _("This page cannot be made as a PDF now"),
        _("What makes PDFs here is missing or busy. The page itself is as it was."),
        _("Go back and print the page instead; most browsers can print to a PDF."),
    ),
}
"""The page of a refusal that its status says too little about."""

HOST_REFUSED = (
    "The directory does not answer to this host name. Whoever runs it can name it"
    " in DIRECTORY_TRUSTED_HOSTS.\n"
)
"""In plain text: without a host name no page can be made."""

UNAVAILABLE = (OperationalError, InterfaceError, PoolEmptyError, context.BusyError)
"""The database cannot be reached, or is busy for longer than we wait."""

Again = Callable[[int], Response | None]
"""Shows the form of this request again with a status, if it has one."""

Problem = Callable[[int, str, dict[str, object]], Response]
"""Answers a machine: status, code, and facts that may be told."""


def install(app: Flask) -> None:
    """Let every refusal and every fault end in a page."""
    app.register_error_handler(DirectoryError, refused)
    app.register_error_handler(HTTPException, by_http)
    app.register_error_handler(Exception, fault)
    # Flask would write down tracebacks with what they say, which may be people's
    # words; `fault` writes down what is needed.
    app.log_exception = _write_nothing  # type: ignore[method-assign]


def _write_nothing(exc_info: object) -> None:
    del exc_info


def keep_forms(app: Flask, blueprint: str, again: Again) -> None:
    """Let forms of a blueprint be shown again when they cannot be stored now.

    Args:
        app: The application.
        blueprint: Its name.
        again: Makes the page with what was typed, or nothing if there is none.
    """
    app.extensions.setdefault("kept-forms", {})[blueprint] = again


def _kept_form(status: int) -> Response | None:
    again = current_app.extensions.get("kept-forms", {}).get(request.blueprint)
    if again is None:
        return None
    context.close()
    response: Response | None = again(status)
    if response is not None:
        response.headers["Retry-After"] = "60"
    return response


def answer_machines(app: Flask, prefix: str, problem: Problem) -> None:
    """Let refusals below a path be answered as data instead of a page.

    Args:
        app: The application.
        prefix: Such as ``/api/``.
        problem: Makes the answer, e.g. ``application/problem+json``.
    """
    app.extensions.setdefault("problems", []).append((prefix, problem))


def status_of(error: DirectoryError) -> int:
    """Return the HTTP status of a refusal."""
    known = STATUSES.get(error.code)
    if known is not None:
        return known
    return 404 if error.code.endswith((".not-found", ".unknown")) else 409


def refused(error: DirectoryError) -> Response:
    """Answer a refusal that no view dealt with."""
    context.finish(succeeded=False)
    return _answer(status_of(error), error.code, error.facts)


def by_http(error: HTTPException) -> Response:
    """Answer what the framework refused, or a view aborted."""
    if isinstance(error, SecurityError):
        plain = Response(HOST_REFUSED, status=400, mimetype="text/plain")
        return _as_data(400, "http.400", {}) or plain
    original = getattr(error, "original_exception", None)
    if isinstance(original, Exception):
        return fault(original)
    context.finish(succeeded=False)
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response(request.environ))
    if isinstance(error, RateLimitExceeded):
        kept = _refused_form(HTTPStatus.TOO_MANY_REQUESTS)
        if kept is not None:
            return kept
    response = _answer(error.code, f"http.{error.code}", {})
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    if isinstance(error, RateLimitExceeded):
        response.headers.setdefault("Retry-After", "60")
    return response


def _refused_form(status: int) -> Response | None:
    try:
        return _kept_form(status)
    except Exception as second:  # noqa: BLE001 (a page without the form is left)
        log("web").error("fault", error=type(second).__name__, where=_where(second))
        return None


def fault(error: Exception) -> Response:
    """Answer a fault of ours: written down without values, never shown."""
    context.finish(succeeded=False)
    status = 503 if isinstance(error, UNAVAILABLE) else 500
    log("web").error(
        "fault",
        error=type(error).__name__,
        where=_where(error),
        route=str(request.url_rule) if request.url_rule else "",
        method=request.method,
        request_id=g.get("request_id", ""),
    )
    is_busy = status == HTTPStatus.SERVICE_UNAVAILABLE
    kept = _refused_form(status) if is_busy else None
    if kept is not None:
        return kept
    try:
        return _answer(status, f"http.{status}", {})
    except Exception as second:  # noqa: BLE001 (the last resort of all)
        log("web").error("fault", error=type(second).__name__, where=_where(second))
        return Response(
            "Something went wrong on our side. Please try again in a few minutes.\n",
            status=status,
            mimetype="text/plain",
        )


def _where(error: BaseException) -> str:
    """Return files and lines only: values could be somebody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:])
    )


def words_for(status: int) -> Words:
    """Return the words of a status, or of the first of its hundred."""
    return WORDS.get(status) or WORDS.get(status // 100 * 100) or WORDS[500]


def _as_data(status: int, code: str, facts: dict[str, object]) -> Response | None:
    for prefix, problem in current_app.extensions.get("problems", ()):
        if request.path.startswith(prefix):
            answer: Response = problem(status, code, facts)
            return answer
    return None


OTHER_LANGUAGE = re.compile(r"/([a-z]{2})(?:-[a-zA-Z]{2,4})?(/.*)?")
"""How an address begins that asks for a language that there is not."""


def _meant() -> str | None:
    """Return the path that was asked for in another language, if it is a page."""
    match = OTHER_LANGUAGE.fullmatch(request.path)
    if match is None or locale.MARK in request.environ:
        return None
    path = match[2] or "/"
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return quote(path, safe="/-._~")


def _answer(status: int, code: str, facts: dict[str, object]) -> Response:
    data = _as_data(status, code, facts)
    if data is not None:
        return data
    page = render_template(
        "errors/error.html",
        status=status,
        code=code,
        facts=facts,
        words=WORDS_BY_CODE.get(code) or words_for(status),
        reference=g.get("request_id", "") if status >= HTTPStatus(500) else "",
        meant=_meant() if status == HTTPStatus.NOT_FOUND else None,
    )
    response = make_response(page, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response
