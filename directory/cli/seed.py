"""``cart-directory seed``: check the seed files, then load them through actions."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel
from sqlalchemy import text

from directory.audit.actions import CHAIN_LOCK
from directory.cases.rules.rule_documents import RuleSetDocument
from directory.cli.demo import hasher, load_demo, refuse_in_production
from directory.cli.demo_cases import invent_cases
from directory.cli.demo_story import tell_stories
from directory.cli.seed_checks import check_all
from directory.cli.seed_files import SeedError
from directory.cli.seed_kinds import AUTHORITY, Loaded, read_all
from directory.cli.seed_translations import older, recorded, unrecorded, write
from directory.cli.wiring import Wiring
from directory.core.config import Settings, ensure_secrets
from directory.core.crypto import SETTING, KeyRing
from directory.core.errors import DirectoryError, SettingError
from directory.core.work import Work
from directory.knowledge.actions import KNOWLEDGE_LOCK
from directory.knowledge.rules.documents import (
    ClaimDocument,
    GlossaryTerm,
    GuideDocument,
    Rate,
    TherapyDocument,
)
from directory.listings.actions import LISTING_LOCK
from directory.listings.queries import Standing, standing
from directory.listings.rules.document import (
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
)
from directory.outbox.actions import FEED_LOCK
from directory.tools import Tools
from directory.vocabulary.queries import edited
from directory.vocabulary.rules import Term, name_of

PATIENCE = "60s"
"""How long loading waits for whoever is writing, e.g. another node's loading."""

MOST_CASES = 10_000
"""Invented cases that can be asked for."""

PLURALS: Mapping[str, str] = {
    "center": "centers",
    "facilitator": "facilitators",
    "therapy": "therapies",
    "guide": "guides",
    "claim": "claims",
    "word": "words",
    "rate": "rates",
    "term": "terms",
    "city": "cities",
    "rules": "rule sets",
    "draft": "drafts",
}


class SeedRefusedError(DirectoryError):
    """Seed files are wrong, and nothing was loaded."""

    code = "seed.refused"

    def __init__(self, errors: list[SeedError]) -> None:
        """Keep all errors; the line for logs names the first."""
        super().__init__(count=len(errors), first=str(errors[0]))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        """Return the first error, and how many more there are, in one line."""
        more = len(self.errors) - 1
        tail = f" (and {more} more: cart-directory seed --check)" if more else ""
        return f"seed file {self.errors[0]}{tail}"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What loading came to.

    Args:
        read: Documents by subject; drafts apart, under ``draft``.
        changed: How many of them were new, or not as they stood before.
        left: Listings and terms left alone, since somebody else decided on them.
    """

    read: Mapping[str, int]
    changed: int
    left: int

    def __str__(self) -> str:
        """Return it in one line."""
        parts = [
            f"{self.read[subject]} {words}"
            for subject, words in PLURALS.items()
            if self.read.get(subject)
        ]
        parts.append(f"{self.changed} changed")
        if self.left:
            parts.append(f"{self.left} left as others decided")
        return ", ".join(parts)


def validate_seed(folder: Path) -> list[SeedError]:
    """Return everything that is wrong with the seed files.

    Args:
        folder: The seed folder.
    """
    loaded, errors = _validated(folder)
    read = recorded(folder)
    return errors or [*older(loaded, read), *unrecorded(loaded, read)]


def load_seed(folder: Path, work: Work) -> SeedReport:
    """Load all seed files through the actions that people use.

    Loading them again changes nothing. A listing or a term that somebody else
    has published, edited or withdrawn since stays as it is.

    Args:
        folder: The seed folder.
        work: One transaction for all of it.

    Raises:
        SeedRefusedError: If any file is wrong; nothing is loaded then.
    """
    loaded, errors = _validated(folder)
    if errors:
        raise SeedRefusedError(errors)
    _wait_for_others(work)
    stands = standing(work.session)
    by_people = edited(work.session)
    read: Counter[str] = Counter()
    changed = left = 0
    for entry in loaded:
        is_draft = getattr(entry.document, "state", None) == "draft"
        read["draft" if is_draft else entry.subject] += 1
        if _is_decided(entry.document, stands, by_people):
            left += 1
        else:
            changed += entry.kind.put(work, entry.document)
    return SeedReport(dict(read), changed, left)


def schemas() -> dict[str, str]:
    """Return the JSON Schemas of seed files by file name, made from the models."""
    models: dict[str, type[BaseModel]] = {
        "center.schema.json": CenterDocument,
        "facilitator.schema.json": FacilitatorDocument,
        "city.schema.json": CityDocument,
        "therapy.schema.json": TherapyDocument,
        "guide.schema.json": GuideDocument,
        "claim.schema.json": ClaimDocument,
        "word.schema.json": GlossaryTerm,
        "rate.schema.json": Rate,
        "term.schema.json": Term,
        "rules.schema.json": RuleSetDocument,
    }
    return {name: _schema(model) for name, model in models.items()}


@click.command()
@click.option("--check", is_flag=True, help="Check the files and load nothing.")
@click.option("--write-schema", is_flag=True, help="Write seed/schema and end.")
@click.option(
    "--write-translations",
    is_flag=True,
    help="Note that translations were read against the English words, and end.",
)
@click.option(
    "--they-hold",
    is_flag=True,
    help="With it: also those that did not change when the English words did.",
)
@click.option(
    "--demo", is_flag=True, help="Add invented hospitals and people besides, and end."
)
@click.option(
    "--demo-cases",
    type=click.IntRange(0, MOST_CASES),
    default=0,
    help="With --demo: so many invented cases of the last 30 days, in all.",
)
@click.option(
    "--even-in-production", is_flag=True, help="Add them where real people are served."
)
@click.pass_obj
def seed(
    wiring: Wiring,
    *,
    check: bool,
    write_schema: bool,
    write_translations: bool,
    they_hold: bool,
    demo: bool,
    demo_cases: int,
    even_in_production: bool,
) -> None:
    """Load the seed files, if all of them are right.

    Names every error on a line of its own and exits with 1 otherwise.
    """
    folder = Settings.folder("seed")
    if demo:
        invent(wiring, folder / "demo", cases=demo_cases, said=even_in_production)
        return
    if write_schema:
        (folder / "schema").mkdir(exist_ok=True)
        for name, words in schemas().items():
            (folder / "schema" / name).write_text(words, encoding="utf-8")
            click.echo(f"written   {name}")
        return
    if write_translations:
        _end_with(note_translations(folder, they_hold=they_hold))
        return
    if check:
        _end_with(validate_seed(folder))
        click.echo("seeds     all right")
        return
    engine = wiring.engine(ensure_secrets(wiring.settings()))
    with wiring.work(engine, "seed") as work:
        report = load_seed(folder, work)
    engine.dispose()
    click.echo(f"seeds     {report}")


def _end_with(errors: list[SeedError]) -> None:
    """Name each error on a line of its own and exit with 1, if there are any."""
    for error in errors:
        click.echo(str(error), err=True)
    if errors:
        sys.exit(1)


def note_translations(folder: Path, *, they_hold: bool) -> list[SeedError]:
    """Write which translations were read; return what stands in the way of it."""
    loaded, errors = _validated(folder)
    if not they_hold:
        errors = errors or older(loaded, recorded(folder))
    if not errors:
        click.echo(f"written   {write(folder, loaded)} translations")
    return errors


def invent(wiring: Wiring, folder: Path, *, cases: int, said: bool) -> None:
    """Add invented people, and say once what they sign in with.

    Args:
        wiring: Makes the parts.
        folder: ``seed/demo``.
        cases: How many invented cases there are to be in all.
        said: Whether it was said that this may be done in production.
    """
    settings = ensure_secrets(wiring.settings())
    refuse_in_production(settings, said=said)
    tools = wiring.tools(settings)
    app = wiring.app(settings, tools)
    with wiring.work(tools.engine, "demonstration") as work:
        logins = load_demo(folder, work, hasher(app))
        added = tell_stories(work, _ring(tools))
        added += invent_cases(work, _ring(tools), cases) if cases else 0
    for login in logins:
        roles = ", ".join(login.roles) or "no organization"
        click.echo(f"{login.email:<42} {login.password}  {roles}")
    click.echo(f"cases     {added} added")
    click.echo("Passwords are shown this once. Nobody here exists; moderators,")
    click.echo("facilitators, coordinators and the administrator set up a second")
    click.echo("factor at first.")


def _ring(tools: Tools) -> KeyRing:
    if tools.keys is None:
        raise SettingError(SETTING, "is not set: run 'cart-directory setup'")
    return tools.keys


def _validated(folder: Path) -> tuple[list[Loaded], list[SeedError]]:
    loaded, errors = read_all(folder)
    # References into a file that could not be read would all look broken.
    return loaded, errors or check_all(loaded)


def _wait_for_others(work: Work) -> None:
    """Take every lock that loading needs, in the order in which actions do.

    Two nodes that start at once thus load one after the other, and neither
    waits for a moderator who waits for it.
    """
    if work.session.get_bind().dialect.name != "postgresql":
        return
    for setting in ("lock_timeout", "statement_timeout"):
        work.session.execute(
            text("SELECT set_config(:setting, :patience, true)"),
            {"setting": setting, "patience": PATIENCE},
        )
    for lock in (LISTING_LOCK, KNOWLEDGE_LOCK, CHAIN_LOCK, FEED_LOCK):
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock}
        )


def _is_decided(
    document: BaseModel,
    stands: Mapping[tuple[str, str], Standing],
    by_people: Collection[str],
) -> bool:
    if isinstance(document, Term):
        return name_of(document) in by_people
    if not isinstance(document, CenterDocument | FacilitatorDocument):
        return False
    now = stands.get((document.kind, document.slug))
    if now is None:
        return False
    reopened = document.state == "draft" and now.state == "published"
    return now.authority != AUTHORITY or reopened


def _schema(model: type[BaseModel]) -> str:
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
