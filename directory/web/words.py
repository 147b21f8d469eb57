"""Lazy translations, typed as the words that they become.

WTForms takes them wherever it takes words, which its type stubs do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext, lazy_pgettext

if TYPE_CHECKING:

    def _(words: str) -> str:
        """Return words to be translated when they are shown."""

    def _p(context: str, words: str) -> str:
        """Return words that mean one thing here and another elsewhere."""

else:
    _ = lazy_gettext
    _p = lazy_pgettext
