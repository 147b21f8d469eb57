"""What every view may ask for: tools, sessions, language, day, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import current_app, g
from flask import session as cookie

from directory.accounts.queries.acting import SignedIn, signed_in_with
from directory.audit.rules import RECORDED
from directory.core.actor import VISITOR, Actor
from directory.core.errors import DirectoryError
from directory.core.logs import log
from directory.core.text import Language, Text
from directory.core.work import Work
from directory.outbox.queries import latest
from directory.vocabulary import queries
from directory.web.locale import chosen

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from directory.core.crypto import KeyRing
    from directory.core.db import Session
    from directory.tools import Tools

EXTENSION = "directory"
"""Where the application keeps its tools, in ``app.extensions``."""

VOCABULARY = "vocabulary"
"""Where it keeps the vocabulary that it read last."""

MOST_KEPT = 16_384
"""Words and listings that are remembered; what does not fit is asked for anew."""

Place = tuple[int, datetime | None]
"""How far public things had changed: last place of the feed, and its moment."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The vocabulary at one place of the feed, and what was made from it.

    Threads share it: nothing in it changes, but what can be made again is added.

    Args:
        place: Where the feed stood before it was read.
        words: Labels by kind and key.
        made: Whatever was made of it, by what it depends on.
    """

    place: Place
    words: Mapping[tuple[str, str], Text]
    made: dict[object, Any] = field(default_factory=dict)

    def once(self, name: object, make: Callable[[], T]) -> T:
        """Return what was made under this name, or make it now.

        Args:
            name: What is made, and all that it depends on besides the vocabulary
                and published names.
            make: Makes it; never nothing.
        """
        found: T | None = self.made.get(name)
        if found is None:
            found = make()
            if len(self.made) < MOST_KEPT:
                self.made[name] = found
        return found


def tools() -> Tools:
    """Return what wiring handed to this application."""
    return cast("Tools", current_app.extensions[EXTENSION])


def keys() -> KeyRing:
    """Return the ring of keys.

    Raises:
        KeysAbsentError: If this process serves the public directory only.
    """
    ring = tools().keys
    if ring is None:
        raise KeysAbsentError
    return ring


def session() -> Session:
    """Return the session in which this request reads; closed at its end."""
    if "reading" not in g:
        g.reading = tools().reading()
    return cast("Session", g.reading)


def work() -> Work:
    """Return the unit of work of this request.

    The web layer commits it once, after the view has returned without an error
    and with a status below 400; otherwise it is rolled back.

    Raises:
        BusyError: If too many requests are writing, or waiting to.
    """
    if "work" not in g:
        _take_place()
        g.work = Work(tools().sessions(), actor(), tools().clock())
    return cast("Work", g.work)


SIGN_IN = "sign-in"
"""Where the session's cookie keeps the secret that somebody is signed in with."""


def signed_in() -> SignedIn | None:
    """Return who is signed in at this browser; for pages of one reader only.

    Public pages are the same for everybody, and never ask.
    """
    if "signed_in" not in g:
        secret = cookie.get(SIGN_IN) if g.get("private", False) else None
        g.signed_in = (
            signed_in_with(session(), secret, tools().clock())
            if isinstance(secret, str)
            else None
        )
    return cast("SignedIn | None", g.signed_in)


def actor() -> Actor:
    """Return who asks: the person who is signed in, or a visitor."""
    if "actor" not in g:
        found = signed_in()
        g.actor = found.actor if found else VISITOR
    return cast("Actor", g.actor)


def act_as(someone: Actor) -> None:
    """Let this request be somebody's, as a token of the API says.

    Args:
        someone: Found by the token.
    """
    g.actor = someone


def forget_signed_in() -> None:
    """Ask again who is signed in, after that has changed in this request."""
    g.pop("signed_in", None)
    g.pop("actor", None)


class KeysAbsentError(DirectoryError):
    """This process has no keys, so nothing sealed can be opened or kept."""

    code = "keys.absent"


class BusyError(Exception):
    """As many requests as may write at a time are writing, or waiting to."""


MOST_WRITING = 3
"""Requests of this process that may write, or wait to, at a time.

SQLite has one writer. While another process keeps it, whoever wants to write waits
for seconds, and a thread of the server with each; the others are for readers.
"""

PATIENCE_S = 0.25
"""Seconds that a request waits to be one of them: many writes of a good day."""

WRITING = "writing"
"""Where the application keeps their places, in ``app.extensions``."""


def limit_writing(app: Flask, engine: Engine) -> None:
    """Let few requests wait for the one writer of SQLite."""
    if engine.dialect.name == "sqlite":
        app.extensions[WRITING] = BoundedSemaphore(MOST_WRITING)


def _take_place() -> None:
    places: BoundedSemaphore | None = current_app.extensions.get(WRITING)
    if places is None:
        return
    if not places.acquire(timeout=PATIENCE_S):
        raise BusyError
    g.writes_in = places


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


def place() -> Place:
    """Return how far public things had changed when this request first asked.

    Whatever is published, withdrawn or renamed takes the next place, so that
    what was made at the same place says the same.
    """
    if "place" not in g:
        g.place = latest(session())
    return cast("Place", g.place)


def vocabulary() -> Vocabulary:
    """Return the vocabulary of this request; read anew once anything changed."""
    found: Vocabulary | None = g.get("vocabulary")
    if found is None:
        found = current_app.extensions.get(VOCABULARY)
        # Asked before the words are read: what changes meanwhile is read again.
        now = place()
        if found is None or found.place != now:
            found = Vocabulary(now, queries.labels(session()))
            current_app.extensions[VOCABULARY] = found
        g.vocabulary = found
    return found


def words() -> Mapping[tuple[str, str], Text]:
    """Return the vocabulary's labels by kind and key."""
    return vocabulary().words


def finish(*, succeeded: bool) -> None:
    """Commit or roll back the request's work; called by the web layer alone."""
    _finish(commit=succeeded)


def close() -> None:
    """Give back what the request held, committing nothing."""
    try:
        _finish(commit=False)
    finally:
        reading = g.pop("reading", None)
        if reading is not None:
            reading.close()


def _tell(held: Work) -> None:
    """Tell the log of the program what was written down, now that it stays."""
    for entry in held.session.info.pop(RECORDED, ()):
        log("audit").info(
            "recorded",
            code=entry.event,
            subject=entry.subject,
            actor=entry.actor,
            position=entry.seq,
        )


def _finish(*, commit: bool) -> None:
    held = g.pop("work", None)
    try:
        if held is not None and commit:
            held.session.commit()
            _tell(held)
    finally:
        try:
            if held is not None:
                held.session.close()
        finally:
            # Whatever happened: places that are lost would refuse every writer.
            places = g.pop("writes_in", None)
            if places is not None:
                places.release()
