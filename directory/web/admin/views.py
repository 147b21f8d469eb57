"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.admin import (
    audit,
    cases,
    cases_looked_into,
    consents,
    home,
    mail,
    organizations,
    people,
    routing,
)
from directory.web.admin.blueprint import bp

PAGES = (
    audit,
    cases,
    cases_looked_into,
    consents,
    home,
    mail,
    organizations,
    people,
    routing,
)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
