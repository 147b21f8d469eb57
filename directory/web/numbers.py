"""Whole numbers in forms, as large as the database takes them."""

from __future__ import annotations

from flask_babel import gettext
from wtforms import IntegerField

MOST = 2**31 - 1
"""Largest whole number of a column (source: PostgreSQL, integer types)."""


class WholeNumberField(IntegerField):
    """A whole number from 0; whatever is larger or less is no number here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent.

        Raises:
            ValueError: If it is no such number.
        """
        super().process_formdata(valuelist)
        if self.data is not None and not 0 <= self.data <= MOST:
            self.data = None
            raise ValueError(gettext("Enter a whole number that is not so large"))
