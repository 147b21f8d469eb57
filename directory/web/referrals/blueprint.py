"""The blueprint of pages for hospitals that cases were referred to."""

from __future__ import annotations

from flask import Blueprint

from directory.core.actor import Role
from directory.web import staff

bp = Blueprint("referrals", __name__, url_prefix="/hospital/cases")

staff.for_roles(bp, Role.HOSPITAL_COORDINATOR)
