"""These pages are tested at a desk over a copy of the seeds."""

from tests.web.desk import desk

__all__ = ["desk"]
