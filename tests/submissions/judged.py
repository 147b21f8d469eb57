"""The judged sentences of the linter, and the registry that they are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from directory.cli.seed_files import read
from directory.knowledge.rules.views import shown_therapy
from directory.submissions.rules.linter.findings import Rule
from directory.submissions.rules.linter.registry import Registry, registry_of
from directory.vocabulary.rules import Term
from tests.conftest import NOW
from tests.knowledge.seeds import therapies

HERE = Path(__file__).parent
INDICATIONS = HERE.parents[1] / "seed" / "vocabulary" / "indications.yaml"


@dataclass(frozen=True)
class Judged:
    """A sentence, its language, the rules that it breaks, and whether it is missed."""

    lang: str
    say: str
    rules: frozenset[Rule]
    missed: bool = False


@cache
def judged(name: str) -> tuple[Judged, ...]:
    rows = yaml.safe_load((HERE / name).read_text("utf-8"))
    return tuple(
        Judged(
            row["lang"],
            row["say"],
            frozenset(map(Rule, row["rules"])),
            row.get("missed", False),
        )
        for row in rows
    )


@cache
def registry() -> Registry:
    pages = [shown_therapy(each, changed_at=NOW) for each in therapies().values()]
    return registry_of(pages, [Term.model_validate(each) for each in read(INDICATIONS)])
