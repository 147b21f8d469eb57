"""What tests of health and metrics may ask for."""

from __future__ import annotations

from tests.web.making import make_app

__all__ = ["make_app"]
