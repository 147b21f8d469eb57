"""Forms of inquiries: they show that a person sent them, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from directory.inquiries.rules.answers import Problem
from directory.web.inquiries import labels
from directory.web.proof import ButtonForm, HumanForm, printable

__all__ = ["AskForm", "ButtonForm", "printable"]


class AskForm(HumanForm):
    """A form with questions of an inquiry."""

    def hang(self, problems: Iterable[Problem]) -> bool:
        """Hang problems on their fields; return whether there were none."""
        is_sound = True
        for problem in problems:
            is_sound = False
            field = self[problem.field]
            field.errors = [*field.errors, labels.PROBLEMS[problem]]
        return is_sound
