"""``cart-directory jobs``: background work outside the web server."""

from __future__ import annotations

import signal
import threading

import click

from directory.cli.wiring import Wiring
from directory.core.config import ensure_secrets
from directory.core.logs import configure
from directory.jobs.deadlines import round_of_deadlines
from directory.jobs.erasing import bury_rest
from directory.jobs.evidence import sweep
from directory.jobs.expiry import expire_drafts
from directory.jobs.follow_up import remind_of_follow_up
from directory.jobs.keepers import keepers
from directory.jobs.promises import forget_promises, keep_promises
from directory.jobs.rechecks import ask_keepers
from directory.jobs.unanswered import forget_old


@click.group()
def jobs() -> None:
    """Keep promises, follow changes, erase what is old."""


@jobs.command()
@click.pass_obj
def run(wiring: Wiring) -> None:
    """Work until stopped; several may run side by side."""
    configure()
    stop = wiring.background(wiring.tools(ensure_secrets(wiring.settings())))
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    done.wait()
    stop()


@jobs.command()
@click.pass_obj
def once(wiring: Wiring) -> None:
    """Do one round of what is due, then end."""
    configure()
    tools = wiring.tools(ensure_secrets(wiring.settings()))
    known = keepers(tools)
    click.echo(f"people asked to look again: {ask_keepers(tools)}")
    click.echo(f"lines of follow-up reminded of: {remind_of_follow_up(tools)}")
    click.echo(f"deadlines of cases kept: {round_of_deadlines(tools)}")
    kept = later = given_up = 0
    while done := keep_promises(tools, known):
        kept, later = kept + done.kept, later + done.later
        given_up += done.given_up
    click.echo(
        f"promises kept: {kept}, to be tried again: {later}, given up: {given_up}"
    )
    click.echo(f"files that nothing knows deleted: {sweep(tools)}")
    click.echo(f"promises forgotten: {forget_promises(tools)}")
    click.echo(f"inquiries erased: {expire_drafts(tools)}")
    click.echo(f"tombstones put: {bury_rest(tools)}")
    click.echo(f"queries without results forgotten: {forget_old(tools)}")
