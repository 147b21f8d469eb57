"""The blueprint of administrators' pages."""

from __future__ import annotations

from flask import Blueprint

from directory.core.actor import Role
from directory.web import staff

bp = Blueprint("admin", __name__, url_prefix="/admin")

staff.for_roles(bp, Role.ADMIN)
