"""The composition root: the one place that knows every part."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from directory.adapters.calls import HttpsCaller
from directory.adapters.clamd import Clamd
from directory.adapters.cleaning import ChildCleaner
from directory.adapters.clock import now
from directory.adapters.files_folder import FolderStore
from directory.adapters.files_s3 import S3Files
from directory.adapters.index_searcher import open_searcher
from directory.adapters.mail_folder import FolderMailer
from directory.adapters.mail_smtp import SmtpMailer
from directory.adapters.paper import ChildPaper
from directory.cli.main import run
from directory.cli.setup import require_schema
from directory.cli.wiring import Wiring
from directory.core.config import Settings, ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.files import Bucket, FileStore, files_address, scanner_address
from directory.core.logs import log
from directory.core.mail import Relay, sender
from directory.jobs.background import Rounds
from directory.jobs.deadlines import EVERY_S as DEADLINES_EVERY_S
from directory.jobs.deadlines import round_of_deadlines
from directory.jobs.documents import SWEEP_EVERY_S as SWEEP_DOCUMENTS_EVERY_S
from directory.jobs.documents import document_keepers, sweep_documents
from directory.jobs.erasing import BURY_EVERY_S, bury_rest
from directory.jobs.evidence import SWEEP_EVERY_S, evidence_keepers, sweep
from directory.jobs.expiry import expire_drafts
from directory.jobs.follow_up import remind_of_follow_up
from directory.jobs.indexing import IndexKeeper
from directory.jobs.keepers import keepers
from directory.jobs.promises import LOOK_EVERY_S, forget_promises, keep_promises
from directory.jobs.rechecks import ask_keepers
from directory.jobs.unanswered import WRITE_EVERY_S, forget_old, write_unanswered
from directory.outbox.ports import Mailer
from directory.tools import Tools
from directory.web.setup import dress

logger = log("app")

DAILY = 86_400.0
"""Seconds between rounds of what is done once a day."""


def make_tools(settings: Settings) -> Tools:
    """Open the outside world as the settings say.

    Raises:
        SettingError: If the schema of the database is not this program's.
    """
    engine = make_engine(settings.database_url)
    require_schema(engine)
    reading = make_sessions(engine, reading=True)
    scanner = scanner_address(settings.scanner_url)
    return Tools(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine, retention=settings.retention),
        reading=reading,
        clock=now,
        searcher=open_searcher(
            settings.index_folder, reading, now, settings.search_execution
        ),
        keys=KeyRing.parse(settings.encryption_keys)
        if settings.encryption_keys
        else None,
        mailer=make_mailer(settings),
        files=make_files(settings),
        cleaner=ChildCleaner(),
        scanner=Clamd(scanner) if scanner else None,
        paper=ChildPaper(Settings.folder("static") / "css" / "paper.css"),
        caller=HttpsCaller(),
    )


def make_mailer(settings: Settings) -> Mailer:
    """Return what takes mail, as the settings name it; no server is asked yet."""
    comes_from = sender(settings.mail_from, settings.base_url)
    if settings.smtp_url:
        return SmtpMailer(Relay.parse(settings.smtp_url), comes_from)
    if settings.is_https:
        # Readers come from elsewhere, and wait for letters that stay here.
        logger.warning("mail.stays-here", where=str(settings.mail_folder))
    return FolderMailer(settings.mail_folder, comes_from)


def make_files(settings: Settings) -> FileStore:
    """Return the store of files that the settings name; nothing is asked of it."""
    address = files_address(settings.files_url)
    if isinstance(address, Bucket):
        return S3Files(
            address, key_id=settings.files_key_id, secret=settings.files_secret
        )
    return FolderStore(address or settings.data / "files")


def create_app(settings: Settings | None = None, tools: Tools | None = None) -> Flask:
    """Make the web application.

    Args:
        settings: As read at the start; from the environment if not given.
        tools: The outside world; opened as the settings say if not given.
    """
    settings = settings or ensure_secrets(load())
    return dress(
        Flask("directory", static_folder=None, template_folder=None),
        tools or make_tools(settings),
    )


def start_background(tools: Tools) -> Callable[[], None]:
    """Follow changes and do the daily rounds; return what stops both."""
    keeper = IndexKeeper(
        tools.settings.index_folder, tools.reading, tools.clock, tools.searcher
    )
    # A file may take a minute; nobody waits so long for a letter.
    files = {**evidence_keepers(tools), **document_keepers(tools)}
    known = {kind: one for kind, one in keepers(tools).items() if kind not in files}
    rounds = (
        Rounds("promises", lambda: keep_promises(tools, known), every=LOOK_EVERY_S),
        Rounds("files", lambda: keep_promises(tools, files), every=LOOK_EVERY_S),
        Rounds("sweeping", lambda: sweep(tools), every=SWEEP_EVERY_S),
        Rounds(
            "sweeping-documents",
            lambda: sweep_documents(tools),
            every=SWEEP_DOCUMENTS_EVERY_S,
        ),
        Rounds("expiry", lambda: expire_drafts(tools), every=DAILY / 24),
        Rounds("burying", lambda: bury_rest(tools), every=BURY_EVERY_S),
        Rounds("forgetting", lambda: forget_old(tools), every=DAILY / 24),
        Rounds("forgetting-promises", lambda: forget_promises(tools), every=DAILY / 24),
        Rounds("rechecks", lambda: ask_keepers(tools), every=DAILY / 24),
        Rounds("deadlines", lambda: round_of_deadlines(tools), every=DEADLINES_EVERY_S),
        Rounds("follow-up", lambda: remind_of_follow_up(tools), every=DAILY / 24),
        Rounds("unanswered", lambda: write_unanswered(tools), every=WRITE_EVERY_S),
    )
    keeper.start()
    for one in rounds:
        one.start()

    def stop() -> None:
        for one in rounds:
            one.stop()
        keeper.stop()

    return stop


def main() -> None:
    """Run the console script."""
    run(
        Wiring(
            settings=load,
            engine=lambda settings: make_engine(settings.database_url),
            files=make_files,
            tools=make_tools,
            app=create_app,
            background=start_background,
            clock=now,
        )
    )
