"""The blueprint that public pages are put on."""

from __future__ import annotations

from flask import Blueprint

from directory.web.proof import keep_what_was_typed

bp = Blueprint("public", __name__)

keep_what_was_typed(bp)
