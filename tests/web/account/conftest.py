"""These pages are tested at a desk over a copy of the seeds."""

from tests.web.desk import desk
from tests.web.making import make_app

__all__ = ["desk", "make_app"]
