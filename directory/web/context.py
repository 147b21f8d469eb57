"""What every view may ask for: tools, sessions, language, day, words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from directory.core.actor import VISITOR
from directory.core.text import Language, Text
from directory.core.work import Work
from directory.vocabulary import queries as vocabulary
from directory.web.locale import chosen

if TYPE_CHECKING:
    from directory.core.db import Session
    from directory.tools import Tools

EXTENSION = "directory"
"""Where the application keeps its tools, in ``app.extensions``."""


def tools() -> Tools:
    """Return what wiring handed to this application."""
    return cast("Tools", current_app.extensions[EXTENSION])


def session() -> Session:
    """Return the session in which this request reads; closed at its end."""
    if "reading" not in g:
        g.reading = tools().reading()
    return cast("Session", g.reading)


def work() -> Work:
    """Return the unit of work of this request.

    The web layer commits it once, after the view has returned without an error
    and with a status below 400; otherwise it is rolled back.
    """
    if "work" not in g:
        g.work = Work(tools().sessions(), VISITOR, tools().clock())
    return cast("Work", g.work)


def keep() -> None:
    """Commit what was done so far, whatever becomes of the request.

    For what must stay even if the page is then refused, such as the count of
    wrong attempts. Work that is asked for afterwards is a new transaction.
    """
    _finish(commit=True)


def language() -> Language:
    """Return the language of this request's page."""
    return chosen()


def today() -> date:
    """Return the day against which facts are judged stale, in UTC."""
    return tools().clock().date()


def words() -> Mapping[tuple[str, str], Text]:
    """Return the vocabulary's labels by kind and key, read once a request."""
    if "words" not in g:
        g.words = vocabulary.labels(session())
    return cast("Mapping[tuple[str, str], Text]", g.words)


def finish(*, succeeded: bool) -> None:
    """Commit or roll back the request's work; called by the web layer alone."""
    _finish(commit=succeeded)


def close() -> None:
    """Give back what the request held, committing nothing."""
    _finish(commit=False)
    reading = g.pop("reading", None)
    if reading is not None:
        reading.close()


def _finish(*, commit: bool) -> None:
    held = g.pop("work", None)
    if held is None:
        return
    try:
        if commit:
            held.session.commit()
    finally:
        held.session.close()
