"""The shapes that seeds, actions and the API exchange."""

from __future__ import annotations

from directory.knowledge.rules.glossary import GlossaryDocument, GlossaryTerm
from directory.knowledge.rules.guide import (
    ClaimDocument,
    ClaimsDocument,
    GuideDocument,
)
from directory.knowledge.rules.rates import Rate
from directory.knowledge.rules.therapy import TherapyDocument

__all__ = [
    "ClaimDocument",
    "ClaimsDocument",
    "GlossaryDocument",
    "GlossaryTerm",
    "GuideDocument",
    "Rate",
    "TherapyDocument",
]
