"""What tests of the API may ask for besides the site."""

from __future__ import annotations

from tests.web.making import make_app

__all__ = ["make_app"]
