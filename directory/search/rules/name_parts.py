"""Finding names of which only some words were typed."""

from __future__ import annotations

from collections.abc import Sequence

from directory.search.rules.draft import Draft
from directory.search.rules.normalize import Script
from directory.search.rules.values import Concept

SHORTEST_JOINED = 6
"""Letters of the shortest word that may have been typed in two."""


def names_in_parts(draft: Draft, keys: Sequence[str]) -> None:
    """Find names of which only some words were typed, e.g. ``fudan cancer``."""
    if draft.knows(Concept.CENTER, Concept.FACILITATOR):
        return
    _joined(draft, keys)
    lexicon = draft.lexicon
    run: list[int] = []
    for at in range(len(keys) + 1):
        if at < len(keys) and at not in draft.used and lexicon.is_in_names(keys[at]):
            run.append(at)
            continue
        if at < len(keys) and at in draft.framed:
            continue
        if run:
            _name_of_run(draft, keys, run)
        run = []


def _joined(draft: Draft, keys: Sequence[str]) -> None:
    """Find a word of a name that was typed in two, e.g. ``jing du``."""
    explained = draft.used | draft.framed
    if len(keys) - len(explained) < 2:
        return
    free = [
        word.script is Script.LATIN and at not in explained
        for at, word in enumerate(draft.words)
    ]
    for at in range(len(keys) - 1):
        key = keys[at] + keys[at + 1]
        if (
            free[at]
            and free[at + 1]
            and len(key) >= SHORTEST_JOINED
            and draft.lexicon.is_in_names(key)
            and not draft.lexicon.common.cover(key)
            and _add(draft, [key], keys, at, at + 2)
        ):
            draft.used.update((at, at + 1))
            return


def _name_of_run(draft: Draft, keys: Sequence[str], run: list[int]) -> None:
    lexicon = draft.lexicon
    telling = [at for at in run if not lexicon.common.cover(keys[at])]
    if not telling and draft.cities and len(run) > 1:
        # "Southern hospital" says nothing by itself, and enough beside a city.
        telling = [at for at in run if _is_rare(draft, keys[at])]
    if not telling:
        return
    if _add(draft, [keys[at] for at in telling], keys, run[0], run[-1] + 1):
        draft.used.update(run)


def _add(
    draft: Draft, telling: Sequence[str], keys: Sequence[str], first: int, after: int
) -> bool:
    """Add what some words of a name name; tell whether it stands."""
    owners = draft.lexicon.owners(telling, keys, draft.cities)
    if not owners:
        return False
    lead, *rest = owners
    others = tuple((Concept(owner.kind), owner.key) for owner in rest)
    return draft.add(lead, first, after, others)


def _is_rare(draft: Draft, key: str) -> bool:
    """Tell whether a common word stands in few names, all in the cities asked for."""
    owners = draft.lexicon.owners([key], (), frozenset())
    return bool(owners) and all(owner.city in draft.cities for owner in owners)
