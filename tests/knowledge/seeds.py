"""What the seed files of this subject hold, read once for all its tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from directory.cli.seed_files import read
from directory.knowledge.actions import put_claim, put_guide, put_therapy
from directory.knowledge.rules.documents import (
    ClaimDocument,
    ClaimsDocument,
    GuideDocument,
    TherapyDocument,
)

FOLDER = Path(__file__).parents[2] / "seed" / "knowledge"


@cache
def therapies() -> dict[str, TherapyDocument]:
    found = [
        TherapyDocument.model_validate(read(path))
        for path in sorted((FOLDER / "therapies").glob("*.yaml"))
    ]
    return {document.slug: document for document in found}


@cache
def guides() -> dict[str, GuideDocument]:
    found = [
        GuideDocument.model_validate(read(path))
        for path in sorted((FOLDER / "guides").glob("*.yaml"))
    ]
    return {document.slug: document for document in found}


@cache
def claims() -> dict[str, ClaimDocument]:
    found = [
        ClaimsDocument.model_validate(read(path))
        for path in sorted((FOLDER / "claims").glob("*.yaml"))
    ]
    return {claim.id: claim for document in found for claim in document.claims}


def put_everything(work) -> int:
    """Put all seeds in place; return how many changed anything."""
    return (
        sum(put_therapy(work, document) for document in therapies().values())
        + sum(put_claim(work, document) for document in claims().values())
        + sum(put_guide(work, document) for document in guides().values())
    )
