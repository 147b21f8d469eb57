"""How right the answer to a query is that was judged beforehand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.search.rules.values import Hit, Results

CENTERS_LOOKED_AT = 5
FIRST = {"therapy": 1, "center": 1, "guide": 3}
"""Among how many first results a named document has to be."""

NAMED = (("therapy", "therapy"), ("center", "center"), ("page", "guide"))
"""Expectations that name a document, and its kind."""

ALSO = {
    "mm": {"rrmm"},
    "rrmm": {"mm"},
    "lymphoma": {"lbcl", "dlbcl", "fl", "mcl"},
    "dlbcl": {"lbcl"},
    "lbcl": {"dlbcl"},
}
"""Readings that are as good as the one asked for."""


@dataclass
class Judged:
    """What one query came to.

    Args:
        query: As judged beforehand.
        parts: The worth of each thing expected, from 0 to 1.
        misses: What was wrong, in words.
    """

    query: Mapping[str, Any]
    parts: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def add(self, worth: float, miss: str) -> None:
        self.parts.append(worth)
        if worth < 1:
            self.misses.append(miss)

    @property
    def worth(self) -> float:
        return sum(self.parts) / len(self.parts)


def judge(query: Mapping[str, Any], results: Results) -> Judged:
    """Return how right an answer is."""
    judged = Judged(query)
    wanted: Mapping[str, Any] = query["expected"]
    reading = results.reading
    read = {(one.kind.value, one.key) for one in reading.understood}
    if "none" in wanted:
        refused = reading.not_covered
        is_right = refused is not None and not any(
            item.kind == "center" for item in results.items
        )
        judged.add(float(is_right), f"answered; refused={refused}")
        return judged
    for name, kind in NAMED:
        if name not in wanted:
            continue
        worth = max(gain(results.items, kind, slug) for slug in several(wanted[name]))
        # Named beside something else, a therapy may narrow instead of lead.
        if name == "therapy" and wanted.keys() & {"city", "capability", "page"}:
            worth = max(worth, float(("therapy", wanted[name]) in read))
        judged.add(worth, f"{kind} {wanted[name]} is late")
    judge_needs(judged, wanted, read, results.items)
    judge_page(judged, wanted, read, results)
    return judged


def several(wanted: str | Sequence[str]) -> Sequence[str]:
    return [wanted] if isinstance(wanted, str) else wanted


def gain(items: Sequence[Hit], kind: str, slug: str) -> float:
    """Return 1 in the first places, and less the further down."""
    for at, item in enumerate(items):
        if (item.kind, item.slug) == (kind, slug):
            late = at - FIRST[kind]
            return 1.0 if late < 0 else 1 / math.log2(late + 3)
    return 0.0


def judge_needs(
    judged: Judged,
    wanted: Mapping[str, Any],
    read: set[tuple[str, str]],
    items: Sequence[Hit],
) -> None:
    """Judge what was read of what was needed."""
    if "city" in wanted and "center" not in wanted:
        city = wanted["city"]
        centers = [item for item in items if item.kind == "center"][:CENTERS_LOOKED_AT]
        lie_there = bool(centers) and all(item.city == city for item in centers)
        is_read = ("city", city) in read
        judged.add((is_read + lie_there) / 2, f"city {city}: {is_read}, {lie_there}")
    for key in wanted.get("capability", ()):
        is_read = (
            ("capability", key) in read
            or (key == "interpreter" and any(kind == "language" for kind, _ in read))
            or (key == "pediatric_unit" and ("audience", "pediatric") in read)
        )
        judged.add(float(is_read), f"capability {key} is not understood")
    if "indication" in wanted and not wanted.keys() & {"page", "therapy"}:
        keys = set(several(wanted["indication"]))
        keys = keys.union(*(ALSO.get(key, ()) for key in keys))
        is_read = any(("indication", key) in read for key in keys)
        judged.add(float(is_read), f"indication {wanted['indication']} is not read")
    for kind in ("audience", "language", "route"):
        if kind in wanted:
            judged.add(
                float((kind, wanted[kind]) in read),
                f"{kind} {wanted[kind]} is not read",
            )
    for slug in wanted.get("therapies", ()):
        judged.add(float(("therapy", slug) in read), f"therapy {slug} is not read")


def judge_page(
    judged: Judged,
    wanted: Mapping[str, Any],
    read: set[tuple[str, str]],
    results: Results,
) -> None:
    """Judge what the page must hold, must not hold, and must offer."""
    shown = {f"{item.kind.value}:{item.slug}" for item in results.items}
    if "section" in wanted:
        sections = {
            f"{one.key}/{one.section}"
            for one in results.reading.understood
            if one.section is not None
        }
        is_led = bool(sections.intersection(several(wanted["section"])))
        judged.add(float(is_led), f"section {wanted['section']} is not led to")
    for one in wanted.get("hold", ()):
        judged.add(float(one in shown), f"{one} is not shown")
    for one in wanted.get("never", ()):
        is_there = one in shown or any(each.startswith(f"{one}:") for each in shown)
        judged.add(float(not is_there), f"{one} is shown")
    for one in wanted.get("unread", ()):
        judged.add(float(tuple(one.split(":", 1)) not in read), f"{one} is read")
    offered = shown | {f"{kind}:{key}" for kind, key in read}
    for part in results.reading.understood:
        offered |= {f"{kind.value}:{key}" for kind, key in part.others}
    if results.reading.not_covered is not None:
        near = results.reading.not_covered.near
        offered |= {f"{kind.value}:{key}" for kind, key in near}
    for one in wanted.get("offered", ()):
        judged.add(float(one in offered), f"{one} is not offered")


@dataclass(frozen=True)
class Figure:
    """What a set of queries came to.

    Args:
        mean: Of what they are worth.
        right: Share of those that are fully right.
    """

    mean: float
    right: float


def figure(judgments: Sequence[Judged]) -> Figure:
    return Figure(
        sum(one.worth for one in judgments) / len(judgments),
        sum(one.worth == 1 for one in judgments) / len(judgments),
    )


def grouped(judgments: Sequence[Judged], part: str) -> Mapping[str, Figure]:
    """Return the figures by kind or by language."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judgments:
        groups[one.query[part]].append(one)
    return {name: figure(groups[name]) for name in sorted(groups)}


def table(name: str, judgments: Sequence[Judged]) -> str:
    """Return the figures of one set, by kind and by language, and every miss."""
    whole = figure(judgments)
    lines = ["", f"== {name}: {len(judgments)} queries"]

    def row(title: str, count: int, one: Figure) -> str:
        return f"{title:24} {count:4} {one.mean:.3f} {one.right:.3f}"

    lines.append(f"{'':24} {'n':>4} {'mean':>5} fully right")
    lines.append(row("all", len(judgments), whole))
    for part in ("kind", "lang"):
        for group, one in grouped(judgments, part).items():
            count = sum(each.query[part] == group for each in judgments)
            lines.append(row(f"{part} {group}", count, one))
    lines += [
        f"- {one.query['q']}: {'; '.join(one.misses)}"
        for one in judgments
        if one.misses
    ]
    return "\n".join(lines)
