"""All pages for facilitators: their cases, brought together for the application."""

from __future__ import annotations

from directory.web.facilitator import (
    acting,
    case,
    consents,
    documents,
    held,
    inbox,
    interests,
    reports,
    routing,
    templates,
    writing,
)
from directory.web.facilitator.blueprint import bp

__all__ = [
    "acting",
    "bp",
    "case",
    "consents",
    "documents",
    "held",
    "inbox",
    "interests",
    "reports",
    "routing",
    "templates",
    "writing",
]
