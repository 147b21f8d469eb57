"""All pages for facilitators: their cases, brought together for the application."""

from __future__ import annotations

from directory.web.facilitator import (
    consents,
    documents,
    held,
    interests,
    reports,
    routing,
)
from directory.web.facilitator.blueprint import bp

__all__ = ["bp", "consents", "documents", "held", "interests", "reports", "routing"]
