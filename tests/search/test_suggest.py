"""What is offered while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from directory.core.text import Language
from directory.search.rules import offers
from directory.search.rules.beginnings import marks, typed
from directory.search.rules.documents import IndexDocument, Standing
from directory.search.rules.layers import Layer
from directory.search.rules.packing import pack
from directory.search.rules.suggest import (
    MOST_OF_A_KIND,
    OfferPart,
    Suggester,
    pack_offers,
    pack_terms,
)
from directory.search.rules.values import Kind, Suggestion
from directory.vocabulary.rules import Form, Reason, Synonym, Term, TermKind
from tests.search.catalogs import TERMS, center, invented
from tests.search.seeded import seeded_content

HERE = Path(__file__).parent
JUDGED: list[dict[str, Any]] = yaml.safe_load(
    (HERE / "suggestions.yaml").read_text("utf-8")
)

DOCUMENTS = [
    center("ruijin-hospital", names={"en": "Ruijin Hospital", "zh": "瑞金医院"}),
    center("amber-hospital", names={"en": "Amber Hospital"}, aliases=("AMH",)),
    IndexDocument(
        Kind.GUIDE,
        "visa",
        {"en": "Visas"},
        questions=("which visa", "how long may i stay"),
        sections=("", "length"),
    ),
    IndexDocument(Kind.THERAPY, "zed-cel", {"en": "Zed-cel"}, aliases=("CT103A",)),
]


def layer(
    documents: Sequence[IndexDocument], base: int = 0, gone: Iterable[int] = ()
) -> Layer[OfferPart]:
    alive = (1 << len(documents)) - 1
    for number in gone:
        alive ^= 1 << number
    return Layer(OfferPart(pack_offers(documents)), base, len(documents), alive)


def suggester_of(*layers: Layer[OfferPart], terms: Sequence[Term] = TERMS) -> Suggester:
    return Suggester(OfferPart(pack_terms(terms)), layers, ())


def illness(key: str, zh: str, *synonyms: Synonym, **given: Any) -> Term:
    return Term(
        kind=TermKind.INDICATION,
        key=key,
        labels={"en": key.capitalize(), "zh": zh},
        synonyms=synonyms,
        **given,
    )


def name_of(one: Suggestion) -> str:
    return f"{one.kind}:{one.key}" + (f"/{one.section}" if one.section else "")


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return suggester_of(layer(DOCUMENTS))


@pytest.fixture(scope="module")
def seeded(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    """Return what offers everything that the seeds publish."""
    everything = seeded_content(seeded_file, tmp_path_factory.mktemp("suggest"))
    return suggester_of(layer(everything.documents), terms=everything.terms)


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: judged["typed"])
def test_what_people_begin_to_type_is_offered(seeded, judged):
    names = [name_of(one) for one in seeded.suggest(judged["typed"], 8)]

    def has(wanted: str, among: list[str]) -> bool:
        return any(one == wanted or one.startswith(f"{wanted}/") for one in among)

    if "first" in judged:
        assert has(judged["first"], names[:1]), names
    for wanted in judged.get("within", ()):
        assert has(wanted, names[:3]), names
    for unwanted in judged.get("never", ()):
        assert not has(unwanted, names), names


def test_enough_was_judged_in_every_script():
    def has(first: str, last: str) -> int:
        return sum(
            any(first <= letter <= last for letter in one["typed"]) for one in JUDGED
        )

    assert len(JUDGED) >= 80
    assert has("a", "z") >= 40
    assert has("一", "鿿") >= 20
    assert has("а", "я") >= 10
    assert has("ء", "ي") >= 10
    assert all({"first", "within"} & one.keys() for one in JUDGED)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("rui", "ruijin-hospital"),
        ("RUIJIN H", "ruijin-hospital"),
        ("瑞", "ruijin-hospital"),
        ("金医", "ruijin-hospital"),
        ("ruijinyi", "ruijin-hospital"),
        ("rui jin yi", "ruijin-hospital"),
        ("rjyy", "ruijin-hospital"),
        ("Жуйцз", "ruijin-hospital"),
        ("amh", "amber-hospital"),
        ("ct-103", "zed-cel"),
        ("bei", "beijing"),
        ("toci", "tocilizumab"),
        ("myel", "mm"),
        ("which v", "visa"),
    ],
)
def test_a_beginning_finds_names_aliases_sounds_and_needs(suggester, written, first):
    found = suggester.suggest(written, 8)

    assert found[0].key == first
    assert found[0].matched


@pytest.mark.parametrize("written", ["", "   ", "\x00", "zzzz", "*", "(", "\ud800"])
def test_nothing_is_offered_for_nothing(suggester, written):
    assert suggester.suggest(written, 8) == ()


def test_nothing_is_offered_where_nothing_is_wanted(suggester):
    assert suggester.suggest("rui", 0) == ()


def test_an_exact_name_comes_before_one_that_only_begins_so(suggester):
    assert suggester.suggest("lymphoma", 8)[0].key == "lymphoma"


def test_no_kind_crowds_out_the_others_and_each_stands_together():
    many = [
        center(f"b{n}", names={"en": f"Beech {n}"}) for n in range(2 * MOST_OF_A_KIND)
    ]
    found = suggester_of(layer(many)).suggest("be", 6)
    kinds = [one.kind for one in found]

    assert len(found) == 6
    assert "city" in kinds
    assert kinds == sorted(kinds, key=kinds.index)


def test_a_question_leads_to_its_section(suggester):
    found = suggester.suggest("how lo", 8)

    assert [(one.key, one.section) for one in found] == [("visa", "length")]
    assert found[0].matched == "how long may i stay"
    assert [one.section for one in suggester.suggest("visas", 8)] == [""]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (Language.EN, "car-t price"),
        (Language.ZH, "CAR-T费"),
        (Language.RU, "CAR-T цена"),
        (Language.AR, "CAR-T费"),
    ],
)
def test_a_question_is_shown_as_the_reader_would_ask_it(language, question):
    asked = ("CAR-T费", "car-t price", "CAR-T цена", "CAR-T价格多少", "how much")
    guide = IndexDocument(Kind.GUIDE, "cost", {"en": "Cost"}, questions=asked)
    found = suggester_of(layer([guide]), terms=())

    assert found.suggest("car", 8, language)[0].matched == question
    assert found.suggest("价格", 8, Language.EN)[0].matched == "CAR-T价格多少"


@pytest.mark.parametrize("written", ["guang", "guangai", "ai"])
def test_pinyin_inside_a_word_is_not_matched(written):
    pinyin = Synonym(text="pang guang ai", language="zh-Latn", form=Form.PINYIN)
    found = suggester_of(terms=[illness("bladder", "膀胱癌", pinyin)])

    assert found.suggest(written, 8) == ()
    assert found.suggest("pangg", 8)[0].key == "bladder"


def test_a_sound_stands_below_a_real_match():
    documents = [
        center("a", names={"zh": "瑞安医院"}),
        center("b", names={"en": "Grove Hospital", "zh": "林"}, aliases=("Old Ruian",)),
    ]
    found = suggester_of(layer(documents)).suggest("ruian", 8)

    assert [one.key for one in found] == ["b", "a"]


def test_what_is_not_covered_comes_last_unless_it_was_typed_whole():
    terms = [
        illness("lull", "一", reason=Reason.DISEASE),
        illness("lullaby", "二"),
    ]
    found = suggester_of(terms=terms)

    assert [one.key for one in found.suggest("lul", 8)] == ["lullaby", "lull"]
    whole = found.suggest("lull", 8)
    assert [(one.key, one.is_covered) for one in whole] == [
        ("lull", False),
        ("lullaby", True),
    ]


def test_a_known_misspelling_finds_and_is_not_shown():
    wrong = Synonym(text="lymfoma", language="en", form=Form.MISSPELLING)
    found = suggester_of(terms=[illness("lymphoma", "淋巴瘤", wrong)])

    one = found.suggest("lymfo", 8)[0]
    assert (one.key, one.matched, one.sought) == ("lymphoma", "", ())


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("ruijni", "ruijin-hospital"),
        ("riujin", "ruijin-hospital"),
        ("ruujin", "ruijin-hospital"),
        ("rujin", "ruijin-hospital"),
        ("ruiijin", "ruijin-hospital"),
        ("ambre h", "amber-hospital"),
        ("beijng", "beijing"),
        ("tociluz", "tocilizumab"),
    ],
)
def test_one_wrong_letter_still_finds(suggester, written, first):
    found = suggester.suggest(written, 8)

    assert found[0].key == first
    assert marks(next(iter(found[0].names.values())), found[0].sought[0])


@pytest.mark.parametrize("written", ["amg", "ct104", "瑞银医", "pet-7", "reqwrt"])
def test_short_words_codes_and_chinese_are_not_corrected(suggester, written):
    assert suggester.suggest(written, 8) == ()


def test_nothing_is_corrected_where_something_begins_as_typed(suggester):
    assert [one.key for one in suggester.suggest("ambe", 8)] == ["amber-hospital"]
    assert "amber-hospital" not in {one.key for one in suggester.suggest("b-al", 8)}


@pytest.mark.parametrize("written", ["hospital rui", "hosp ruij", "医院 瑞"])
def test_words_may_stand_in_another_order(suggester, written):
    assert [one.key for one in suggester.suggest(written, 8)] == ["ruijin-hospital"]


def test_a_need_may_follow_other_words(suggester):
    found = suggester.suggest("icu  adults shang", 8)

    assert [(one.key, one.before) for one in found] == [("shanghai", "icu  adults")]


@pytest.mark.parametrize(
    ("text", "written", "marked"),
    [
        ("Ruijin Hospital", "ruij", ["Ruij"]),
        ("Ruijin Hospital", "hosp", ["Hosp"]),
        ("Sun Yat-sen Hospital", "yatsen", ["Yat-sen"]),
        ("Sun Yat-sen Hospital", "yats", ["Yat-s"]),
        ("瑞金医院", "ruij", ["瑞金"]),
        ("瑞金医院", "金医", ["金医"]),
        ("瑞金医院", "rjy", ["瑞金医"]),
        ("瑞金医院", "жуйц", ["瑞金"]),
        ("北京朝阳医院", "chaoy", ["朝阳"]),
        ("膀胱癌", "guang", []),
        ("الورم النقوي", "ورم", ["الورم"]),
        ("الورم النقوي", "الورم ن", ["الورم الن"]),
        ("множественная миелома", "мие", ["мие"]),
        ("Ёлочка", "елоч", ["Ёлоч"]),
        ("CT103A", "ct-1", ["CT1"]),
        ("Amber", "mber", []),
        ("", "a", []),
    ],
)
def test_what_was_typed_is_marked(text, written, marked):
    said = typed(written)
    assert said is not None

    assert [text[one:end] for one, end in marks(text, said.text)] == marked


def test_what_is_gone_is_never_offered():
    documents = [invented(number, Random(number)) for number in range(300)]
    gone = {number for number in range(300) if number % 7}
    found = suggester_of(layer(documents, gone=gone), terms=())

    for written in ("c", "ce", "center 1", "第", "h", "hc29", "医院", "trial"):
        for one in found.suggest(written, 8):
            assert int(one.key.removeprefix("center-")) % 7 == 0
    assert len(found.suggest("center", 8)) == 8
    assert suggester_of(layer(documents, gone=range(300))).suggest("hc", 8) == ()


def test_segments_together_offer_what_one_would():
    chance = Random(20261122)
    documents = [invented(number, chance) for number in range(400)]
    older = [invented(number, chance, version=1) for number in range(0, 400, 5)]
    whole = suggester_of(layer(documents))
    parts = suggester_of(
        layer(older, gone=range(len(older))),
        layer(documents[:150], len(older)),
        layer(documents[150:], len(older) + 150),
    )

    for document in chance.sample(documents, 60):
        for spelling in (*document.names.values(), *document.aliases):
            for length in (1, 2, 3, 5, 8, 13):
                beginning = spelling[:length]
                assert parts.suggest(beginning, 8) == whole.suggest(beginning, 8)


def test_the_best_are_offered_however_many_begin_alike():
    worse = [
        center(f"w{n}", names={"en": f"Birch {n:04}"}, evidence=Standing.NOT_STATED)
        for n in range(5 * offers.BLOCK)
    ]
    best = center("best", names={"en": "Birch 0777"}, evidence=Standing.YES)
    found = suggester_of(layer([*worse, best]), terms=()).suggest("birch", 8)

    assert found[0].key == "best"
    assert len(found) == 8


def test_offers_of_another_format_are_refused():
    with pytest.raises(ValueError, match="format"):
        OfferPart(pack({"format": b"offers-0"}))


def test_nothing_to_offer_is_no_fault():
    assert suggester_of(layer([]), terms=()).suggest("a", 8) == ()
