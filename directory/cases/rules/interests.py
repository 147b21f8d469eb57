"""What a facilitator says of its interests: who pays it, and its contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from directory.core.errors import DirectoryError
from directory.core.text import Language
from directory.submissions.rules.linter.findings import Finding

WORDS_LONGEST = 1000
"""Characters of how fees are made up, in one language."""

MOST_CONTRACTS = 200
"""Centers that one facilitator can have contracts with."""


class Payer(StrEnum):
    """Who pays a facilitator."""

    PATIENT = "patient"
    HOSPITAL = "hospital"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Interests:
    """What is stated; whatever is empty is not stated.

    Args:
        paid_by: Who pays.
        contracts: Centers with which there are contracts, by slug.
        has_no_contracts: Said so, not left open.
        words: How fees are made up, by language.
    """

    paid_by: frozenset[Payer] = frozenset()
    contracts: frozenset[str] = frozenset()
    has_no_contracts: bool = False
    words: Mapping[Language, str] = field(default_factory=dict)


class InterestsError(DirectoryError):
    """What was said of interests cannot stand; ``field`` and ``reason`` say why."""

    code = "interests.refused"


class InterestsClaimError(DirectoryError):
    """The words make claims that nobody may publish here; ``findings`` has them."""

    code = "interests.claims"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep what was found; the line for logs counts it."""
        super().__init__(count=len(findings))
        self.findings = findings


def check(interests: Interests) -> None:
    """Refuse what contradicts itself, says nothing, or is too long.

    Raises:
        InterestsError: With the field and why.
    """
    if interests.has_no_contracts and interests.contracts:
        raise InterestsError(field="contracts", reason="contradicts")
    if len(interests.contracts) > MOST_CONTRACTS:
        raise InterestsError(field="contracts", reason="too-many")
    for language, words in interests.words.items():
        if len(words) > WORDS_LONGEST:
            raise InterestsError(field=f"words_{language.value}", reason="too-long")
    said = (
        interests.paid_by,
        interests.contracts,
        interests.has_no_contracts,
        any(interests.words.values()),
    )
    if not any(said):
        raise InterestsError(field="paid_by", reason="nothing-said")
