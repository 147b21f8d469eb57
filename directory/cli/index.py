"""``cart-directory index``: look after the index."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy import Engine

from directory.adapters.analysis import load
from directory.adapters.index_states import SegmentIndex
from directory.cli.wiring import Wiring
from directory.core.config import Settings
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError
from directory.outbox.queries import head
from directory.search.ports import Content, IndexUnusableError
from directory.search.queries import content, index_documents

MB = 1e6

WAIT_S = 30.0
"""How long a command waits for another writer on this node to finish."""


class IndexBusyError(DirectoryError):
    """Another process of this node has been writing the index all the while."""

    code = "index.busy"


@click.group()
def index() -> None:
    """Look after this node's search index."""


@index.command()
@click.pass_obj
def rebuild(wiring: Wiring) -> None:
    """Write the index anew from the database, beside the one that serves."""
    settings = wiring.settings()
    engine = wiring.engine(settings)
    click.echo(f"index     {_rebuild(settings, engine, wiring.clock)}")


@index.command()
@click.pass_obj
def status(wiring: Wiring) -> None:
    """Say what stands on disk; exits with 1 if nothing usable does."""
    settings = wiring.settings()
    try:
        found = SegmentIndex(settings.index_folder).state()
    except IndexUnusableError as error:
        click.echo(f"index     unusable ({error.facts['reason']})")
        sys.exit(1)
    with make_sessions(wiring.engine(settings), reading=True)() as session:
        behind = head(session) - found.position
    click.echo(
        f"index     {found.generation}: {found.documents} documents, position"
        f" {found.position} ({behind} behind), facts judged on {found.day},"
        f" written {found.built_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    parts = ", ".join(f"{name} {size / MB:.1f}" for name, size in found.bytes.items())
    click.echo(
        f"segments  {found.segments}, with {found.removed} documents more that are"
        f" gone; MB: {parts}"
    )


@index.command()
@click.pass_obj
def verify(wiring: Wiring) -> None:
    """Compare index and database, and each part with its documents."""
    settings = wiring.settings()
    kept = SegmentIndex(settings.index_folder)
    try:
        found = kept.state()
        there = kept.digests()
        wrong = tuple(kept.wrong_parts())
    except IndexUnusableError as error:
        click.echo(f"index     unusable ({error.facts['reason']})")
        sys.exit(1)
    with make_sessions(wiring.engine(settings), reading=True)() as session:
        wanted = {
            one.id: one.digest for one in index_documents(session, today=found.day)
        }
    differences = [
        *(f"missing    {one}" for one in sorted(wanted.keys() - there.keys())),
        *(f"left over  {one}" for one in sorted(there.keys() - wanted.keys())),
        *(
            f"different  {one}"
            for one in sorted(wanted.keys() & there.keys())
            if wanted[one] != there[one]
        ),
    ]
    for line in differences:
        click.echo(line)
    for segment, part in wrong:
        click.echo(f"wrong      {part} of {segment}")
    if differences:
        click.echo(f"index     {len(differences)} of {len(wanted)} documents differ")
    if differences or wrong:
        sys.exit(1)
    click.echo(
        f"index     {len(there)} documents in {found.segments} segments, each as in"
        " the database, and each part as its documents give it"
    )


def rebuild_if_needed(
    settings: Settings, engine: Engine, clock: Callable[[], datetime]
) -> str:
    """Bring the index to the database's state; return one line on what was done.

    Raises:
        IndexBusyError: If another process keeps writing it.
    """
    kept = SegmentIndex(settings.index_folder)
    try:
        found = kept.state()
    except IndexUnusableError as error:
        done = _rebuild(settings, engine, clock)
        return f"{done} (it was {error.facts['reason']})"
    with make_sessions(engine, reading=True)() as session:
        reached = head(session)
    if found.position == reached and found.day == clock().date():
        return f"{found.documents} documents, up to date"
    return _write(settings, engine, clock, SegmentIndex.update, "brought up to date")


def _rebuild(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> str:
    return _write(settings, engine, clock, SegmentIndex.rebuild, "rebuilt")


def _write(
    settings: Settings,
    engine: Engine,
    clock: Callable[[], datetime],
    write: Callable[[SegmentIndex, Content, datetime], str],
    done: str,
) -> str:
    load()
    began = time.perf_counter()
    kept = SegmentIndex(settings.index_folder)
    now = clock()
    while True:
        with kept.writing() as is_writer:
            if is_writer:
                with make_sessions(engine, reading=True)() as session:
                    all_of_it = content(session, today=now.date())
                write(kept, all_of_it, now)
                kept.sweep()
                break
        if time.perf_counter() - began > WAIT_S:
            raise IndexBusyError(folder=str(settings.index_folder))
        time.sleep(0.1)
    took = time.perf_counter() - began
    return f"{len(all_of_it.documents)} documents, {done} in {took:.1f} s"
