"""Names, city and kind of a hospital, and whom it treats, as they were typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from directory.submissions.rules.typed.checking import Checker, Wrong
from directory.submissions.rules.typed.shape import LANGUAGES, Typed
from directory.submissions.rules.typed.standing import VALUES, Hand, Known

LINES = ("aliases", "former_names", "specialties")
ALWAYS = ("city", "type_stated", "adult", "pediatric", "types")
"""What no listing goes without."""


def identity(
    document: dict[str, Any],
    typed: Typed,
    names: Collection[str],
    checker: Checker,
    known: Known,
    hand: Hand,
) -> None:
    """Put what was changed into a document.

    Args:
        document: To put it into.
        typed: What was typed.
        names: Fields that were changed.
        checker: Gathers what is wrong.
        known: What may be chosen.
        hand: Whose word it is.
    """
    due = {*names, *(name for name in ALWAYS if name not in document)}
    _names(document, typed, due, checker)
    for name in LINES:
        if name in due:
            document[name] = checker.lines(name, typed[name])
    for name, among in (
        ("city", known.cities),
        ("adult", VALUES),
        ("pediatric", VALUES),
    ):
        if name in due:
            document[name] = checker.choice(name, typed[name], among)
    for name in ("district", "type_stated"):
        if name in due:
            document.pop(name, None)
            needed = name in ALWAYS
            if words := checker.words(name, typed[name], needed=needed):
                document[name] = words
    for name, kinds in (("types", known.types), ("indications", known.indications)):
        if name in due:
            stood = document.get(name, [])
            new = [key for key in typed[name] if key not in stood]
            checker.chosen(name, new, kinds)
            document[name] = list(dict.fromkeys(typed[name]))
    if not document["types"]:
        checker.refuse("types", Wrong.REQUIRED)
    if names:
        borne = checker.borne("", typed, document.get("identity"))
        document["identity"] = hand.attested(borne)


def _names(
    document: dict[str, Any], typed: Typed, due: Collection[str], checker: Checker
) -> None:
    spelled = dict(document.get("names", {}))
    for code in LANGUAGES:
        name = f"name_{code}"
        if name in due:
            spelled.pop(code, None)
            if words := checker.words(name, typed[name]):
                spelled[code] = words
    if not spelled:
        checker.refuse("name_en", Wrong.NO_NAME)
    document["names"] = spelled
