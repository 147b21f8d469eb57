"""Pages as PDF: what sets them is plugged in from outside."""

from __future__ import annotations

from typing import Protocol

from directory.core.errors import DirectoryError
from directory.core.text import Language


class PaperUnavailableError(DirectoryError):
    """No PDF can be made here now; ``reason`` says why.

    ``missing``: the libraries that set type are not installed. ``busy``: too many
    are being made. ``too-long``: it would have too many pages. ``failed``: it took
    too much, or broke off. Whatever the reason, the page itself can be printed.
    """

    code = "paper.unavailable"


class Paper(Protocol):
    """Sets pages as tagged PDF that can be read aloud (PDF/UA-1)."""

    def pdf(self, html: str, *, title: str, language: Language) -> bytes:
        """Return a page as PDF.

        Args:
            html: A whole document, such as made from ``paper/base.html``. Nothing is
                fetched for it; its pictures stand in it as ``data:`` addresses.
            title: Of the document; it is seen by whoever sees the file.
            language: Of the document.

        Raises:
            PaperUnavailableError: If it cannot be made here now.
        """
        ...

    def is_available(self) -> bool:
        """Tell whether what sets type is installed here."""
        ...


class NoPaper:
    """Stands where nothing sets type."""

    def pdf(self, html: str, *, title: str, language: Language) -> bytes:
        """Refuse."""
        del html, title, language
        raise PaperUnavailableError(reason="missing")

    def is_available(self) -> bool:
        """Say no."""
        return False
