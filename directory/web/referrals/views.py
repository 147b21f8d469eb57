"""All pages for hospitals that cases were referred to, brought together."""

from __future__ import annotations

from directory.web.referrals import documents
from directory.web.referrals.blueprint import bp

__all__ = ["bp", "documents"]
