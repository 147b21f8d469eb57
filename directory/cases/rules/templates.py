"""Words that are written again and again, with places for what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from directory.core.errors import DirectoryError
from directory.core.text import Language

NAME_LONGEST = 120
"""Characters of a template's name."""

BODY_LONGEST = 4000
"""Characters in one language; as long as a message."""

PLACES = ("reference", "step", "due", "organization", "center")
"""What a template may leave open. None is anything about a person: who is written to
is known to the writer, and the page that shows it is theirs."""

PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


class TemplateRefusedError(DirectoryError):
    """A template cannot be kept; ``problems`` lists fields and what is wrong."""

    code = "template.refused"


@dataclass(frozen=True, slots=True)
class Template:
    """Words in one language, or in two.

    Args:
        name: By which its organization finds it.
        language: Of ``body``.
        body: With places such as ``{reference}``.
        other_language: Of ``other_body``, if there is one.
        other_body: The same in another language.
    """

    name: str
    language: Language
    body: str
    other_language: Language | None = None
    other_body: str = ""

    def words_in(self, language: str) -> tuple[str, str]:
        """Return the words for a reader, and their language as two letters.

        Args:
            language: Of the reader. If the template has none of it, both are given,
                one after the other.
        """
        if language == self.language.value or self.other_language is None:
            return self.body, self.language.value
        if language == self.other_language.value:
            return self.other_body, language
        return f"{self.body}\n\n{self.other_body}", self.language.value


def check(template: Template) -> None:
    """Refuse a template that cannot be meant.

    Raises:
        TemplateRefusedError: With pairs of a field and what is wrong with it:
            ``missing``, ``long``, ``same``, or the name of an unknown place.
    """
    found = [
        *_words("name", template.name, NAME_LONGEST),
        *_words("body", template.body, BODY_LONGEST),
    ]
    if template.other_language is None:
        if template.other_body.strip():
            found.append(("other_language", "missing"))
    else:
        found += _words("other_body", template.other_body, BODY_LONGEST)
        if template.other_language is template.language:
            found.append(("other_language", "same"))
    for field in ("body", "other_body"):
        unknown = [
            name
            for name in PLACE.findall(getattr(template, field))
            if name not in PLACES
        ]
        found += [(field, f"{{{name}}}") for name in unknown[:1]]
    if found:
        raise TemplateRefusedError(problems=found)


def filled(words: str, values: Mapping[str, str]) -> str:
    """Return words with their places filled in; what is not known stays open."""
    return PLACE.sub(lambda found: values.get(found[1]) or found[0], words)


def _words(field: str, words: str, longest: int) -> list[tuple[str, str]]:
    if not words.strip():
        return [(field, "missing")]
    return [(field, "long")] if len(words) > longest else []
