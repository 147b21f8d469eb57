"""Applications over the seeds whose search does as it is told."""

from tests.web.making import make_app, seeded_file

__all__ = ["make_app", "seeded_file"]
