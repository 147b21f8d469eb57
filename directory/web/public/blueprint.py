"""The blueprint that public pages are put on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("public", __name__)
