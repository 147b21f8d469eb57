"""An invented letter, and what is needed to send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, select

from directory.core.actor import system
from directory.core.config import load
from directory.core.crypto import KeyRing, new_key
from directory.core.db import make_sessions
from directory.core.text import Language
from directory.core.work import Work
from directory.jobs.letters.keeping import letter_keepers
from directory.jobs.letters.letter import Asked, Letter
from directory.jobs.promises import Keepers, Round, keep_promises
from directory.outbox.actions import promise
from directory.outbox.model import Promise
from directory.outbox.ports import Mailer
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryStore

BASE = "https://directory.example.org"
KIND = "mail.invented"

WORDS = {
    "subject": '{{ _("Hello,") }} {{ office }}',
    "txt": """{% extends "mail/letter.txt" %}
{% block body %}{{ office }} – {{ until | day }}{% endblock %}
{% block button %}Go on{% endblock %}
{% block why %}You asked.{% endblock %}
""",
    "html": """{% extends "mail/letter.html" %}
{% block body %}<p>{{ office }} – {{ until | day }}</p>{% endblock %}
{% block button %}Go on{% endblock %}
{% block why %}You asked.{% endblock %}
""",
}


def write_words(folder: Path) -> Path:
    """Write the templates of the invented letter below a folder; return it."""
    (folder / "mail").mkdir(parents=True, exist_ok=True)
    for kind, words in WORDS.items():
        (folder / "mail" / f"invented.{kind}").write_text(words)
    return folder


def invented(asked: Asked) -> Letter | None:
    """Write the letter, unless the promise says that none is needed."""
    payload = asked.payload
    if payload.get("is_needless"):
        return None
    return Letter(
        template="invented",
        to=payload.get("to", "reader@example.org"),
        language=Language(payload.get("language", "en")),
        link=asked.links.url("/somewhere?a=1&b=2"),
        facts={
            "office": payload.get("office", "Invented Hospital"),
            "until": date(2026, 12, 1),
        },
        addressee=payload.get("addressee", "Invented Reader"),
        about="person:" + "a" * 32,
    )


def broken(_asked: Asked) -> Letter | None:
    """Fail whatever is asked."""
    raise ZeroDivisionError


WRITERS = {KIND: invented, "mail.broken": broken}


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Return where it stands."""
        return self.now

    def forward(self, **by: float) -> None:
        """Move it."""
        self.now += timedelta(**by)


@dataclass
class PostOffice:
    """A database, a clock and a mailer, with workers that keep promises."""

    tools: Tools
    clock: Clock
    keepers: Keepers

    def promise(self, kind: str = KIND, **payload: Any) -> None:
        """Promise a letter."""
        with self.tools.sessions.begin() as session:
            promise(Work(session, system("test"), self.clock()), kind, **payload)

    def round(self) -> Round:
        """Keep what is due; pauses are neither longer nor shorter than plain."""
        return keep_promises(self.tools, self.keepers, chance=lambda: 0.5)

    def rows(self) -> list[Promise]:
        """Return every promise, in order."""
        with self.tools.reading() as session:
            rows = list(session.scalars(select(Promise).order_by(Promise.id)))
            session.expunge_all()
        return rows


def open_post_office(engine: Engine, folder: Path, mailer: Mailer) -> PostOffice:
    """Return one over a database; its keys are the same each time."""
    clock = Clock()
    tools = Tools(
        settings=load({}, data=folder, base_url=BASE, secret_key="s" * 40),
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=clock,
        searcher=cast("Searcher", None),
        keys=KeyRing("k1", {"k1": new_key()}, b"i" * 32),
        mailer=mailer,
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )
    keepers = letter_keepers(tools, WRITERS, write_words(folder / "words"))
    return PostOffice(tools, clock, keepers)
