"""``cart-directory erasures``: what was erased stays erased after a restore."""

from __future__ import annotations

from pathlib import Path

import click

from directory.cli.wiring import Wiring
from directory.core.config import ensure_secrets
from directory.core.db import make_sessions
from directory.inquiries.queries import erased
from directory.jobs import erasing


@click.group()
def erasures() -> None:
    """Keep erased what was erased, also after a restore from a backup."""


@erasures.command("list")
@click.pass_obj
def list_erased(wiring: Wiring) -> None:
    """List inquiries that were erased, and when: ids only."""
    settings = wiring.settings()
    with make_sessions(wiring.engine(settings), reading=True)() as session:
        found = erased(session)
    for inquiry, at in found.items():
        click.echo(f"{inquiry} {at.isoformat()}")


@erasures.command()
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.pass_obj
def apply(wiring: Wiring, file: Path | None) -> None:
    """Erase again what came back with a backup.

    The tombstones in the store of files say what; a FILE, as `erasures list` wrote
    it, may say more. Running it again changes nothing.
    """
    tools = wiring.tools(ensure_secrets(wiring.settings()))
    total = erasing.apply(tools, erasing.tombstones(tools))
    if file is not None:
        with file.open() as lines:
            total += erasing.apply(tools, erasing.read(lines))
    click.echo(f"inquiries erased again: {total}")
    click.echo(f"tombstones put: {erasing.bury_rest(tools)}")
