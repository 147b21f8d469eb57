"""The blueprint of moderators' pages."""

from __future__ import annotations

from flask import Blueprint

from directory.core.actor import Role
from directory.web import staff

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

staff.for_roles(bp, Role.MODERATOR)
