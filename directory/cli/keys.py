"""``cart-directory keys``: the ring that seals what people entrust to us."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from sqlalchemy import Engine

from directory.cases.actions.webhooks import rewrap_webhooks
from directory.cases.queries.webhooks import webhook_keys_in_use
from directory.cli.wiring import Wiring
from directory.core.config import Settings
from directory.core.crypto import INDEX, SETTING, KeyRing, new_key
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError, SettingError
from directory.core.work import Work
from directory.inquiries.actions.keeping import rewrap, rewrap_documents
from directory.inquiries.queries import document_keys_in_use, keys_in_use
from directory.submissions.actions import evidence_checks
from directory.submissions.actions.corrections import rewrap_addresses
from directory.submissions.queries import corrections, evidence


class KeyInUseError(DirectoryError):
    """Answers are still wrapped with the key; rotate first."""

    code = "keys.in-use"


@click.group()
def keys() -> None:
    """Look after the ring of keys.

    To change the key: add one; restart every process, so that all know it; rotate
    to it; restart again, so that all use it; rotate once more for what was written
    meanwhile; drop the old one.
    """


@keys.command()
@click.pass_obj
def status(wiring: Wiring) -> None:
    """Show the keys of the ring and how many inquiries each has wrapped.

    Exits with 1 if an inquiry needs a key that the ring lacks.
    """
    settings = wiring.settings()
    ring = _ring(settings)
    used = _used(wiring.engine(settings))
    for name in (*ring.wrapping, *sorted(used.keys() - ring.wrapping.keys())):
        role = "current" if name == ring.current else ""
        if name not in ring.wrapping:
            role = "missing from the ring"
        click.echo(f"{name:<12} {used.get(name, 0):>8} inquiries  {role}".rstrip())
    click.echo(f"{INDEX:<12}          digests; never rotated")
    if used.keys() - ring.wrapping.keys():
        sys.exit(1)


@keys.command()
@click.option("--name", help="Of the new key; the next free k1, k2, … if not given.")
@click.pass_obj
def add(wiring: Wiring, name: str | None) -> None:
    """Add a new key to the ring; it is not used yet."""
    settings = wiring.settings()
    ring = _ring(settings)
    made = name or _free_name(ring)
    _write(_file(settings), ring.with_key(made, new_key()))
    click.echo(f"{made} added, not used yet")
    click.echo("restart every process, then: cart-directory keys rotate --to " + made)


WRAPPED: Mapping[str, Callable[[Work, KeyRing], int]] = {
    "inquiries": rewrap,
    "addresses of corrections": rewrap_addresses,
    "files of listings": evidence_checks.rewrap,
    "files of inquiries": rewrap_documents,
    "secrets of webhooks": rewrap_webhooks,
}
"""What holds data keys, by its name, and what wraps some of them anew."""


@keys.command()
@click.option("--to", help="Key to make current first.")
@click.pass_obj
def rotate(wiring: Wiring, to: str | None) -> None:
    """Wrap every data key with the current key.

    Answers themselves are not touched, and people can read and write meanwhile.
    """
    settings = wiring.settings()
    ring = _ring(settings)
    if to is not None and to != ring.current:
        ring = ring.led_by(to)
        _write(_file(settings), ring)
        click.echo(f"{to} is current")
    engine = wiring.engine(settings)
    for what, renew in WRAPPED.items():
        total = 0
        while True:
            with wiring.work(engine, "keys") as work:
                done = renew(work, ring)
            if not done:
                break
            total += done
        click.echo(f"{total} {what} wrapped with {ring.current}")


@keys.command()
@click.argument("name")
@click.pass_obj
def drop(wiring: Wiring, name: str) -> None:
    """Take a key that nothing needs any more out of the ring."""
    settings = wiring.settings()
    ring = _ring(settings).without(name)
    count = _used(wiring.engine(settings)).get(name, 0)
    if count:
        raise KeyInUseError(key=name, inquiries=count)
    _write(_file(settings), ring)
    click.echo(f"{name} dropped; restart every process")


def _ring(settings: Settings) -> KeyRing:
    if not settings.encryption_keys:
        raise SettingError(SETTING, "is not set: run 'cart-directory setup'")
    return KeyRing.parse(settings.encryption_keys)


def _used(engine: Engine) -> dict[str, int]:
    with make_sessions(engine, reading=True)() as session:
        # Each entry counts rows; what they are of does not matter here.
        used = Counter(keys_in_use(session))
        used.update(corrections.keys_in_use(session))
        used.update(evidence.keys_in_use(session))
        used.update(document_keys_in_use(session))
        used.update(webhook_keys_in_use(session))
        return dict(used)


def _file(settings: Settings) -> Path:
    """Return the file that holds the ring.

    Raises:
        SettingError: If the ring is given by the environment itself, which no
            program can change for those that follow.
    """
    if SETTING in os.environ:
        raise SettingError(SETTING, f"holds the ring itself: give it as {SETTING}_FILE")
    named = os.environ.get(f"{SETTING}_FILE")
    return Path(named) if named else settings.data / "secrets" / "encryption_keys"


def _write(path: Path, ring: KeyRing) -> None:
    """Replace the file as a whole: half a ring would lock people out of answers."""
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
        with os.fdopen(handle, "w") as file:
            file.write(ring.words + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SettingError(SETTING, f"cannot be written ({error.strerror})") from error


def _free_name(ring: KeyRing) -> str:
    number = 1
    while f"k{number}" in ring.wrapping:
        number += 1
    return f"k{number}"
