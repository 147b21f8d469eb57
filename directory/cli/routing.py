"""``cart-directory routing``: try rules out over past cases."""

from __future__ import annotations

from pathlib import Path

import click

from directory.cases.queries.replay import FURTHEST_DAYS, Replay, replay
from directory.cases.queries.routing import in_force
from directory.cases.rules.rule_documents import RuleSetDocument
from directory.cases.rules.rule_texts import RulesRefusedError, checked, read_rules
from directory.cli.seed_files import UnreadableError, read
from directory.cli.wiring import Wiring
from directory.core.actor import system
from directory.core.crypto import SETTING, KeyRing
from directory.core.db import make_sessions
from directory.core.errors import SettingError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def routing() -> None:
    """Look after the rules by which centers are proposed for cases."""


@routing.command("replay")
@click.option("--rules", required=True, type=FILE, help="Rules in question.")
@click.option("--against", type=FILE, help="Rules to compare with; those in force.")
@click.option(
    "--days", type=click.IntRange(1, FURTHEST_DAYS), default=30, show_default=True
)
@click.option("--lines", is_flag=True, help="Show each case that would change.")
@click.pass_obj
def replay_rules(
    wiring: Wiring, rules: Path, against: Path | None, days: int, *, lines: bool
) -> None:
    """Compare two sets of rules over the cases of the last days; change nothing.

    Rules are JSON or YAML. Every fault of a file is named on a line of its own.
    """
    settings = wiring.settings()
    if not settings.encryption_keys:
        raise SettingError(SETTING, "is not set: run 'cart-directory setup'")
    ring = KeyRing.parse(settings.encryption_keys)
    after = _read(rules)
    before = _read(against) if against else None
    engine = wiring.engine(settings)
    now = wiring.clock()
    with make_sessions(engine, reading=True)() as session:
        force = in_force(session)
        compared = before or (force.document if force else None)
        found, each = replay(
            session,
            ring,
            system("routing"),
            before=compared.rules if compared else (),
            after=after.rules,
            days=days,
            now=now,
            today=now.date(),
        )
        for line in each:
            if lines and line.is_changed:
                click.echo(
                    f"{line.reference}  {line.before or '-'} -> {line.after or '-'};"
                    f" {line.kept} -> {line.keeps} centers"
                )
    engine.dispose()
    name = str(against) if against else "the set in force"
    if force and not against:
        name += f" (version {force.version})"
    _say(found, name, str(rules), days)


def _read(file: Path) -> RuleSetDocument:
    try:
        if file.suffix in {".yaml", ".yml"}:
            return checked(read(file))
        return read_rules(file.read_text(encoding="utf-8", errors="replace"))
    except UnreadableError as error:
        raise click.ClickException(
            f"{file}: {error.path}: expected {error.expected}; found {error.found}"
        ) from error
    except RulesRefusedError as error:
        faults = "\n".join(f"{file}: {fault}" for fault in error.faults)
        raise click.ClickException(faults) from error


def _say(found: Replay, before: str, after: str, days: int) -> None:
    click.echo(f"before      {before}: {len(found.before.rules)} rules")
    click.echo(f"after       {after}: {len(found.after.rules)} rules")
    click.echo(
        f"cases       {found.cases} of the last {days} days"
        f" ({found.erased} erased ones left out)"
    )
    click.echo(
        f"no center   {found.before.without} before, {found.after.without} after"
    )
    click.echo(f"first       another first choice in {found.first_changed}")
    click.echo(f"changed     anything different in {found.changed}")
    for slug in found.centers:
        click.echo(
            f"load        {found.before.chosen[slug]:5} {found.after.chosen[slug]:5}"
            f"  {slug}"
        )
    for when, side in (("before", found.before), ("after", found.after)):
        silent = ", ".join(side.silent) or "none"
        click.echo(f"no effect   {when}: {silent}")
