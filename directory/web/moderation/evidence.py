"""Files that bear out what was handed in, for those who review it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from directory.web import downloads
from directory.web.moderation.blueprint import bp


@bp.get("/evidence/<string(length=32):public_id>")
def evidence(public_id: str) -> ResponseReturnValue:
    """Hand a file out to whoever reviews it."""
    return downloads.hand_out(public_id)
