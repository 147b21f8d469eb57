"""These pages are tested at a desk over a copy of the seeds."""

from tests.web.desk import desk
from tests.web.making import seeded_file

__all__ = ["desk", "seeded_file"]
