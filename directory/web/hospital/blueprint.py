"""The blueprint of pages for whoever keeps a listing: hospitals, facilitators."""

from __future__ import annotations

from flask import Blueprint

from directory.core.actor import Role
from directory.web import staff

bp = Blueprint("hospital", __name__, url_prefix="/hospital")

staff.for_roles(bp, Role.HOSPITAL_EDITOR, Role.FACILITATOR)
