"""Applications over the seeds whose search does as it is told."""

from tests.web.making import make_app

__all__ = ["make_app"]
