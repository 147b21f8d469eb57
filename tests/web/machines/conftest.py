"""What tests of health and metrics may ask for."""

from __future__ import annotations

from tests.web.making import make_app, seeded_file

__all__ = ["make_app", "seeded_file"]
