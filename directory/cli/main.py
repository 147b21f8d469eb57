"""The console script: one group, its commands, and how failures are said."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import InterfaceError, OperationalError

from directory.cli.backup import backup, restore
from directory.cli.check import check
from directory.cli.erasures import erasures
from directory.cli.export import export
from directory.cli.figures import figures
from directory.cli.index import index
from directory.cli.jobs import jobs
from directory.cli.keys import keys
from directory.cli.people import people
from directory.cli.routing import routing
from directory.cli.search import search
from directory.cli.seed import seed
from directory.cli.serve import serve
from directory.cli.setup import setup
from directory.cli.unanswered import unanswered
from directory.cli.wiring import Wiring
from directory.core.errors import DirectoryError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run and look after a directory of CAR-T centers."""


for command in (
    setup,
    serve,
    seed,
    index,
    search,
    figures,
    jobs,
    keys,
    people,
    erasures,
    routing,
    check,
    export,
    backup,
    restore,
):
    commands.add_command(command)
search.add_command(unanswered)


def run(wiring: Wiring) -> None:
    """Run the command that was typed; a refusal is one line and exit code 1."""
    try:
        commands(obj=wiring)
    except DirectoryError as error:
        _stop(str(error))
    except (OperationalError, InterfaceError) as error:
        first, *_rest = str(error.orig).strip().splitlines() or [""]
        _stop(f"the database cannot be used: {first}")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _stop(f"{error.strerror or type(error).__name__}{where}")


def _stop(said: str) -> None:
    click.echo(f"cart-directory: {said}", err=True)
    sys.exit(1)
