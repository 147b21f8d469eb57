"""Words by simple containment, for when there is no index, and for tests."""

from __future__ import annotations

from collections.abc import Sequence

from directory.search.rules.documents import IndexDocument
from directory.search.rules.grammar import in_quotes
from directory.search.rules.normalize import MOST_WORDS, Script, tokens
from directory.search.rules.words import (
    Field,
    Found,
    Matches,
    Reason,
    Tier,
    worth,
)


class ContainedWords:
    """Finds words in documents by looking through all of them.

    Args:
        documents: In the order of their places.
    """

    def __init__(self, documents: Sequence[IndexDocument]) -> None:
        """Fold every text once."""
        self._texts = tuple(
            {
                field: "\n".join(texts).lower()
                for field, texts in (
                    (Field.NAME, document.names.values()),
                    (Field.ALIAS, document.aliases),
                    (Field.NEED, (*document.needs, *document.questions)),
                    (Field.TEXT, document.text.values()),
                )
            }
            for document in documents
        )

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""
        found: dict[int, Found] = {}
        words = _words(text)
        quoted = [one.lower() for one in in_quotes(text)]
        for place in range(len(self._texts)):
            if not all(self._having(one, place) for one in quoted):
                continue
            scores = [
                max(worth(Tier.PART, field, 1.0) for field in fields)
                for word in words
                if (fields := self._having(word, place))
            ]
            if scores:
                found[place] = Found(len(scores), len(scores), sum(scores), Tier.PART)
        return Matches.of(found, len(words))

    def explain(self, text: str, place: int) -> tuple[Reason, ...]:
        """Return every way in which one document has a word of the text."""
        return tuple(
            Reason(
                word=word,
                form=word,
                field=field,
                tier=Tier.PART,
                within=worth(Tier.PART, field, 1.0) - worth(Tier.PART, field, 0.0),
                counts=field is fields[0],
            )
            for word in _words(text)
            for fields in [self._having(word, place)]
            for field in fields
        )

    def _having(self, word: str, place: int) -> list[Field]:
        """Return the fields that contain a word, those that count for more first."""
        return [field for field, said in self._texts[place].items() if word in said]


def _words(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    run = ""
    for token in tokens(text):
        typed = text[token.start : token.end].lower()
        if token.script is Script.HAN:
            run += typed
            continue
        if run:
            found[run] = None
            run = ""
        if len(typed) > 1:
            found[typed] = None
    if run:
        found[run] = None
    return tuple(found)[:MOST_WORDS]
