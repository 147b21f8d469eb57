"""Errors that carry a code and facts; sentences are the web layer's."""

from __future__ import annotations

from typing import ClassVar


class DirectoryError(Exception):
    """Base of everything that this program refuses on purpose.

    Args:
        facts: What the reader of the error needs to know; shown in logs and
            handed to the template that has the words.
    """

    code: ClassVar[str] = "directory.error"

    def __init__(self, **facts: object) -> None:
        """Keep the facts, and a line for logs made of the code and them."""
        self.facts = facts
        said = ", ".join(f"{name}={value!r}" for name, value in facts.items())
        super().__init__(f"{self.code}: {said}" if said else self.code)


class NotFoundError(DirectoryError):
    """There is no such thing, or the actor may not know that there is."""

    code = "directory.not-found"


class RefusedError(DirectoryError):
    """The actor may not do this."""

    code = "directory.refused"


class SettingError(DirectoryError):
    """A setting is missing or wrong; the message names it in one line."""

    code = "directory.setting"

    def __init__(self, setting: str, problem: str) -> None:
        """Name the setting and what is wrong with it.

        Args:
            setting: Its environment name, e.g. ``DIRECTORY_SECRET_KEY``.
            problem: What is wrong and what to do, without the value itself.
        """
        super().__init__(setting=setting, problem=problem)
        self.setting = setting
        self.problem = problem

    def __str__(self) -> str:
        """Return the one line that stops the start."""
        return f"{self.setting}: {self.problem}"
