"""Working out how people shorten the names of hospitals, organizations, drugs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from directory.search.rules.normalize import Script, spelled, spelled_key
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Form


class Strength(IntEnum):
    """How much a form says by itself about what it names.

    ``WEAK`` forms are made of words that many names share, and count only
    beside the right city (``人民医院``); ``FAIR`` ones count unless another city
    is asked for (``first central hospital``); ``STRONG`` ones always count.
    """

    WEAK = 0
    FAIR = 1
    STRONG = 2


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing the name of a thing in the directory.

    Args:
        kind: ``center``, ``facilitator``, ``therapy`` or ``guide``.
        key: Its slug.
        text: As written.
        language: ``en``, ``zh``, ``zh-Latn``, ``ru``, ``ar`` or ``mul``.
        form: What kind of spelling it is; ``question`` for a guide's own.
        city: Vocabulary key of the city that it is in, if it is in one.
    """

    kind: Concept
    key: str
    text: str
    language: str = "mul"
    form: Form = Form.NAME
    city: str | None = None


class Derived(NamedTuple):
    """One form of a name, made from a spelling.

    Args:
        text: The form.
        strength: How much it says by itself.
        form: What kind of spelling it was made from.
        placeable: Whether its city may be put before it.
    """

    text: str
    strength: Strength
    form: Form
    placeable: bool = False


INSTITUTIONS_EN = (
    "Peking University",
    "Capital Medical University",
    "Chinese Academy of Medical Sciences",
    "Fudan University",
    "Shanghai Jiao Tong University",
    "Tongji University",
    "Naval Medical University",
    "Sun Yat-sen University",
    "Southern Medical University",
    "Guangzhou Medical University",
    "Tianjin Medical University",
)
"""The same in English, which has no short forms beside the abbreviations."""

INSTITUTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("北京大学", ("北大", "北医")),
    ("首都医科大学", ("首医", "首医大")),
    ("中国医学科学院", ("医科院", "中国医科院")),
    ("中国人民解放军总医院", ("解放军总医院", "解放军总院")),
    ("复旦大学", ("复旦", "复旦大学")),
    ("上海交通大学医学院", ("上海交大", "交大", "上海交通大学", "上交医")),
    ("上海交通大学", ("上海交大", "交大")),
    ("同济大学", ("同济", "同济大学")),
    ("海军军医大学", ("海军军医大", "二军大", "第二军医大学")),
    ("中山大学", ("中山", "中大", "中山医")),
    ("南方医科大学", ("南方医大", "南医大", "南方医")),
    ("广州医科大学", ("广医", "广州医大", "广医大")),
    ("天津医科大学", ("天医", "天津医大", "天医大")),
    ("清华大学", ("清华",)),
)
"""Universities and academies, with the short forms in general use."""

_HEADS_ZH = ("医学中心", "医疗中心", "防治中心", "医院", "中心", "研究所")
_HEADS_EN = (
    "medical center",
    "medical centre",  # codespell:ignore centre
    "hospital",
    "center",
    "centre",  # codespell:ignore centre
    "clinic",
    "institute",
    "yiyuan",
    "zhongxin",
)
_BETWEEN_ZH = ("附属", "医学院", "军医大学", "医科大学", "科学院", "大学")
_BEFORE_NAME = ("原", "former", "formerly", "ex", "the")
_DIGITS_ZH = "一二三四五六七八九十"
_PLACES_ZH = ("北京", "上海", "广州", "天津", "广东")
"""How names of hospitals in the four cities begin."""

_PLACE_UNITS = ("市", "省")


@dataclass(frozen=True, slots=True)
class CommonParts:
    """Words that many names share, so that none of them tells names apart.

    Args:
        keys: Folded, of one word or of several.
        cities: Keys of the cities' own spellings.
        types: Folded forms that name a kind of hospital or a disease.
    """

    keys: frozenset[str]
    cities: frozenset[str]
    longest: int = field(default=24)

    def cover(self, text: str) -> bool:
        """Tell whether a text is made of common words only."""
        keys = [token.key for token in spelled(text)]
        # As far as each word can be reached by common words alone.
        reached = [True] + [False] * len(keys)
        for start in range(len(keys)):
            if not reached[start]:
                continue
            joined = ""
            for end in range(start, len(keys)):
                joined += keys[end]
                if len(joined) > self.longest:
                    break
                if joined in self.keys or joined in self.cities:
                    reached[end + 1] = True
        return reached[-1]

    def words(self, text: str) -> int:
        """Return how many words a text has, without cities and ``hospital``."""
        return sum(
            token.key not in _heads() and token.key not in self.cities
            for token in spelled(text)
        )

    def name_a_city(self, text: str) -> bool:
        """Tell whether one of a text's words is a city's name."""
        found = spelled(text)
        if any(token.key in self.cities for token in found):
            return True
        return text.startswith(_PLACES_ZH)


@cache
def _heads() -> frozenset[str]:
    return frozenset(
        {spelled_key(head) for head in _HEADS_EN} | {"medical", "of", "the"}
    )


def derive(spelling: Spelling, common: CommonParts) -> tuple[Derived, ...]:
    """Return the forms under which a spelling is found, itself first.

    Args:
        spelling: As listed.
        common: What tells no names apart.
    """
    made: dict[str, Derived] = {}
    is_chinese = _is_chinese(spelling.text)
    for part in _parts(spelling.text):
        if spelling.kind is not Concept.CENTER:
            _add(made, Derived(part, Strength.STRONG, spelling.form))
            if spelling.kind is Concept.FACILITATOR:
                telling = _telling(part, common)
                _add(made, Derived(telling, Strength.STRONG, spelling.form))
            continue
        shorter = _chinese(part) if is_chinese else _latin(part, common)
        for text in (part, *shorter):
            strength = _strength(text, is_chinese, common)
            if strength is Strength.WEAK and _says_nothing(text, common):
                continue
            if text == part and spelled_key(text) not in common.keys:
                # Somebody listed it as this one's own.
                strength = max(strength, Strength.FAIR)
            placeable = not common.name_a_city(text)
            _add(made, Derived(text, strength, spelling.form, placeable))
    return tuple(made.values())


def is_headed(name: str) -> bool:
    """Tell whether a Chinese name ends with a word for a hospital."""
    return name.endswith((*_HEADS_ZH, "院", "科", "所"))


def _telling(name: str, common: CommonParts) -> str:
    """Return a name without the common words at its end, if any is left."""
    words = name.split()
    while words and common.cover(words[-1]):
        words.pop()
    return " ".join(words) if words and not common.cover(" ".join(words)) else name


def _says_nothing(text: str, common: CommonParts) -> bool:
    """Tell whether a form is only a city, or only a word for a hospital."""
    if _is_chinese(text):
        is_short = len(text) < 3 and not text.endswith("院")
        return is_short or text in _HEADS_ZH
    return not common.words(text)


def _add(made: dict[str, Derived], one: Derived) -> None:
    key = spelled_key(one.text)
    if len(key) < 2:
        return
    known = made.get(key)
    if known is None or known.strength < one.strength:
        text = one.text.strip()
        made[key] = one if text == one.text else one._replace(text=text)


def _is_chinese(text: str) -> bool:
    return any(token.script is Script.HAN for token in spelled(text))


def _strength(text: str, is_chinese: bool, common: CommonParts) -> Strength:
    if not common.cover(text):
        return Strength.STRONG
    if is_chinese:
        if text.startswith(_PLACES_ZH) and len(text) > 4:
            return Strength.STRONG
        is_telling = len(text) > 4 and spelled_key(text) not in common.keys
        return Strength.FAIR if is_telling else Strength.WEAK
    words = common.words(text)
    if common.name_a_city(text) and words:
        return Strength.STRONG
    if spelled_key(text) in common.keys:
        return Strength.WEAK
    return Strength.FAIR if words > 1 else Strength.WEAK


def _parts(text: str) -> Iterator[str]:
    """Yield a name without what stands in brackets, and what stands there."""
    outside, inside, depth = [], [], 0
    current: list[str] = []
    for char in text:
        if char in "(（":
            depth += 1
            current = []
        elif char in ")）" and depth:
            depth -= 1
            inside.append("".join(current))
        elif depth:
            current.append(char)
        else:
            outside.append(char)
    whole = " ".join("".join(outside).split())
    for side in whole.split(" / "):
        yield from _without_year(side.strip(" ,"))
    for part in inside:
        words = part.strip().split(" ", 1)
        is_led = words[0].casefold() in _BEFORE_NAME and len(words) > 1
        named = (words[1] if is_led else part).strip().removeprefix("原")
        if any(char.isalpha() for char in named) and not named.startswith("to "):
            yield from _without_year(named)


def _without_year(text: str) -> Iterator[str]:
    """Yield a name whole, and without an affiliation or a year after a comma."""
    head, comma, tail = text.partition(",")
    if not comma or tail.strip().isdigit():
        yield head.strip()
        return
    yield text
    yield head.strip()
    yield f"{tail.strip()} {head.strip()}"


def _latin(name: str, common: CommonParts) -> Iterator[str]:
    """Yield shorter forms of a name in Latin letters."""
    words = name.split()
    if words and words[0].casefold() == "the":
        words = words[1:]
        yield " ".join(words)
    if len(words) > 1 and spelled_key(words[0]) in common.cities:
        yield from _beheaded(" ".join(words[1:]), common)
        yield " ".join(words[1:])
    yield from _beheaded(" ".join(words), common)
    for left_out in ({"university"}, {"medical", "university"}):
        if left_out <= {word.casefold() for word in words}:
            shorter = " ".join(w for w in words if w.casefold() not in left_out)
            yield shorter
            yield from _beheaded(shorter, common)
            if spelled_key(words[0]) in common.cities:
                yield shorter.partition(" ")[2]
    if len(words) > 1 and not name.casefold().endswith(_HEADS_EN):
        yield f"{name} Hospital"


def _beheaded(name: str, common: CommonParts) -> Iterator[str]:
    """Yield a name without ``Hospital``, if what is left tells it apart."""
    lower = name.casefold()
    for head in _HEADS_EN:
        if lower.endswith(" " + head):
            left = name[: -len(head) - 1].strip(" ,&")
            if left and (not common.cover(left) or common.name_a_city(left)):
                yield left
            return


def _chinese(name: str) -> Iterator[str]:
    """Yield shorter forms of a Chinese name."""
    seen = {name}
    todo = [name]
    if name.endswith("儿科") or not is_headed(name):
        todo.append(f"{name}医院")
        yield todo[-1]
    while todo:
        current = todo.pop()
        for shorter in _one_shorter(current):
            if len(shorter) > 1 and shorter not in seen:
                seen.add(shorter)
                todo.append(shorter)
                yield shorter


def _one_shorter(name: str) -> Iterator[str]:
    yield from _elsewhere(name)
    yield from _under_institution(name)
    yield from _without_head(name)
    yield from _numbered(name)
    if name.endswith(("纪念医院", "纪念")):
        yield name[: name.rindex("纪念")]


def _elsewhere(name: str) -> Iterator[str]:
    """Yield a name without its place: ``市第一人民医院``."""
    for place in _PLACES_ZH:
        if name.startswith(place) and len(name) - len(place) > 2:
            rest = name[len(place) :]
            yield rest
            if rest[0] in _PLACE_UNITS:
                yield rest[1:]
                yield place + rest[1:]


def _under_institution(name: str) -> Iterator[str]:
    """Yield ``北大人民医院`` and ``人民医院`` for ``北京大学人民医院``."""
    for whole, shorts in INSTITUTIONS:
        if name.startswith(whole) and len(name) - len(whole) > 1:
            rest = name[len(whole) :].removeprefix("附属")
            for short in shorts:
                yield short + rest
    for between in _BETWEEN_ZH:
        at = name.rfind(between)
        if at > 0 and len(name) - at - len(between) > 2:
            yield name[at + len(between) :]


def _without_head(name: str) -> Iterator[str]:
    """Yield a name without ``医院``."""
    for head in _HEADS_ZH:
        if name.endswith(head) and len(name) - len(head) > 1:
            yield name.removesuffix(head)
            return


def _numbered(name: str) -> Iterator[str]:
    """Yield ``三院`` for ``第三医院``, ``市四院`` for ``市第四人民医院``."""
    at = name.find("第")
    if at < 0 or at + 2 > len(name) or name[at + 1] not in _DIGITS_ZH:
        return
    before, digit, after = name[:at], name[at + 1], name[at + 2 :]
    if after in {"医院", "人民医院", "附属医院"}:
        yield f"{before}{digit}院"
        yield f"{before}第{digit}医院"
        yield f"{before}{digit}医院"
        if before.endswith("市"):
            yield f"{before.removesuffix('市')}{digit}院"
        elif before:
            yield f"{before}附{digit}院"
            yield f"{before}附{digit}"
    elif after == "中心医院":
        yield f"{before}{digit}中心"
        yield f"{before}{digit}中心医院"
    elif after == "医学中心":
        yield f"{before}{digit}中心"
