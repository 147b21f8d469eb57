"""The blueprint of pages for facilitators: their cases."""

from __future__ import annotations

from flask import Blueprint

from directory.core.actor import Role
from directory.web import staff

bp = Blueprint("facilitator", __name__, url_prefix="/facilitator")

staff.for_roles(bp, Role.FACILITATOR)
