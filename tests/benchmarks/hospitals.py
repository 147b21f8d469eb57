"""Hospitals made up by a seed, to measure searching with; no such place exists.

Their names join districts with words of a park or a river and end in a number
and the word "invented"; what is said of them is drawn by chance. Words of the
texts follow Zipf's law: the most frequent stands in nearly every text, most of
them in hardly any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, product
from pathlib import Path
from random import Random
from typing import NamedTuple

from directory.cli.seed_files import read
from directory.search.rules.documents import IndexDocument, Standing
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Term, TermKind

SEED = 20261122
DAY = date(2026, 11, 22)

COUNTED = ("city", "capability", "therapy", "indication", "type", "language")
"""The six facets that every page counts."""


class Spoken(NamedTuple):
    """A part of a name in English, Chinese and pinyin."""

    en: str
    zh: str
    pinyin: str


def _spoken(text: str) -> tuple[Spoken, ...]:
    rows = (row.split(",") for row in text.split())
    return tuple(Spoken(en.replace("_", " "), zh, py) for en, zh, py in rows)


DISTRICTS = {
    "beijing": _spoken(
        "Haidian,海淀,haidian Chaoyang,朝阳,chaoyang Fengtai,丰台,fengtai "
        "Shunyi,顺义,shunyi Tongzhou,通州,tongzhou Daxing,大兴,daxing "
        "Huairou,怀柔,huairou Miyun,密云,miyun"
    ),
    "shanghai": _spoken(
        "Xuhui,徐汇,xuhui Putuo,普陀,putuo Hongkou,虹口,hongkou "
        "Yangpu,杨浦,yangpu Minhang,闵行,minhang Jiading,嘉定,jiading "
        "Songjiang,松江,songjiang Qingpu,青浦,qingpu"
    ),
    "guangzhou": _spoken(
        "Yuexiu,越秀,yuexiu Liwan,荔湾,liwan Haizhu,海珠,haizhu "
        "Tianhe,天河,tianhe Baiyun,白云,baiyun Panyu,番禺,panyu "
        "Nansha,南沙,nansha Zengcheng,增城,zengcheng"
    ),
    "tianjin": _spoken(
        "Nankai,南开,nankai Hexi,河西,hexi Hedong,河东,hedong "
        "Hongqiao,红桥,hongqiao Xiqing,西青,xiqing Jinnan,津南,jinnan "
        "Beichen,北辰,beichen Wuqing,武清,wuqing"
    ),
}

PLACES = _spoken(
    "Riverside,河畔,hepan Lakeside,湖滨,hubin Bamboo_Grove,竹林,zhulin "
    "Pine_Garden,松园,songyuan Plum_Blossom,梅花,meihua Lotus_Pond,荷塘,hetang "
    "Morning_Light,晨光,chenguang Green_Hill,青山,qingshan Willow_Bank,柳岸,liuan "
    "White_Crane,白鹤,baihe Stone_Bridge,石桥,shiqiao Clear_Spring,清泉,qingquan"
)

SORTS = _spoken(
    "Hospital,医院,yiyuan Hematology_Hospital,血液病医院,xueyebing_yiyuan "
    "Cancer_Hospital,肿瘤医院,zhongliu_yiyuan General_Hospital,总医院,zong_yiyuan "
    "Children's_Hospital,儿童医院,ertong_yiyuan "
    "People's_Hospital,人民医院,renmin_yiyuan "
    "Cell_Therapy_Center,细胞治疗中心,xibao_zhiliao_zhongxin"
)

COMMON = tuple(
    """
    patients hospital treatment center clinical cell department therapy trial study
    hematology medical lymphoma unit disease care response ward myeloma transplant
    leukemia results infusion marrow blood international program physicians nurses
    follow outpatient relapsed refractory beds intensive apheresis laboratory quality
    published report enrolled phase cohort median months survival remission toxicity
    cytokine release syndrome neurologic events grade antibody antigen receptor
    lymphocytes collection bridging chemotherapy lymphodepletion conditioning donor
    autologous allogeneic stem graft immune deficiency infection antifungal monitoring
    consultation interpreter translation records referral appointment lodging visa
    invitation insurance payment deposit estimate coordinator pharmacy imaging biopsy
    cytometry sequencing residual minimal cytogenetics pathology radiology nephrology
    cardiology neurology rheumatology lupus sclerosis pediatric adolescent adult
    geriatric rehabilitation nutrition psychology palliative ethics consent registry
    protocol sponsor manufacturer approval product batch release cryopreservation
    transport chain identity potency viability sterility accreditation certificate
    academic affiliated teaching campus building floor corridor entrance station
    airport district municipal provincial national committee association conference
    abstract poster journal guideline standard training fellowship research institute
    """.split()
)
"""English words of the texts, roughly as frequent as they stand here."""

CHINESE = tuple(
    """
    患者 医院 治疗 中心 临床 细胞 科室 疗法 试验 研究 血液 医疗 淋巴瘤 病房 疾病 护理
    骨髓瘤 移植 白血病 结果 回输 骨髓 国际 项目 医生 护士 随访 门诊 复发 难治 床位
    重症 采集 实验室 质量 发表 报告 入组 队列 中位 生存 缓解 毒性 细胞因子 神经 事件
    抗体 抗原 受体 桥接 化疗 清淋 预处理 供者 自体 异基因 干细胞 免疫 感染 监测 会诊
    翻译 病历 转诊 预约 住宿 签证 邀请函 保险 费用 押金 协调员 药房 影像 活检 流式
    测序 残留 遗传学 病理 放射 肾内科 心内科 神经科 风湿 狼疮 儿童 青少年 成人 老年
    康复 营养 心理 伦理 知情同意 登记 方案 申办方 生产 批准 产品 放行 冻存 运输 认证
    证书 学术 附属 教学 院区 大楼 入口
    """.split()
)
"""Chinese words of the texts, roughly as frequent as they stand here."""

_HEADS = ("ba", "co", "de", "fi", "gra", "ho", "ke", "lu", "mo", "ne", "pra", "ri")
_MIDDLES = ("ran", "lis", "ton", "mar", "vel", "dor", "sim", "cap", "nov", "ter")
_TAILS = ("ium", "ol", "ana", "ix", "ora", "ith", "umb", "ask", "ent", "ord")

SENTENCES = (1, 9)
WORDS_OF_A_SENTENCE = (7, 16)


@cache
def vocabulary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the English words of the texts, and their weights, summed up.

    What is rarer than the words of the field is made of syllables.
    """
    chance = Random(SEED)
    rare = ["".join(one) for one in product(_HEADS, _MIDDLES, _MIDDLES, _TAILS)]
    chance.shuffle(rare)
    words = (*COMMON, *rare)
    return words, tuple(accumulate(1 / rank for rank in range(1, len(words) + 1)))


@cache
def _chinese() -> tuple[float, ...]:
    return tuple(accumulate(1 / rank for rank in range(1, len(CHINESE) + 1)))


SAID = (*[Standing.YES] * 5, Standing.UNVERIFIED, Standing.OVERDUE, Standing.NO)
"""What is drawn for a statement."""


@cache
def terms() -> tuple[Term, ...]:
    """Return the vocabulary of the directory."""
    files = sorted((Path(__file__).parents[2] / "seed" / "vocabulary").glob("*.yaml"))
    return tuple(Term.model_validate(term) for file in files for term in read(file))


@cache
def keys(kind: TermKind) -> tuple[str, ...]:
    """Return the keys of one kind in the real vocabulary, in its order."""
    return tuple(term.key for term in terms() if term.kind is kind)


@cache
def _term(kind: TermKind, key: str) -> Term:
    return next(one for one in terms() if (one.kind, one.key) == (kind, key))


def labels_of(value: tuple[str, str]) -> tuple[str, ...]:
    """Return the words of the vocabulary for a value of a facet."""
    return tuple(_term(TermKind(value[0]), value[1]).labels.values())


def hospitals(size: int, seed: int = SEED) -> tuple[IndexDocument, ...]:
    """Return that many hospitals, the same ones for the same seed."""
    chance = Random(seed)
    return tuple(hospital(number, chance) for number in range(size))


def hospital(number: int, chance: Random) -> IndexDocument:
    """Return one hospital, drawn by chance."""
    city = chance.choice(tuple(DISTRICTS))
    district, place = chance.choice(DISTRICTS[city]), chance.choice(PLACES)
    sort = chance.choice(SORTS)
    values = _values(city, chance)
    sounds = f"{district.pinyin} {place.pinyin} {sort.pinyin.replace('_', ' ')}"
    return IndexDocument(
        kind=Kind.CENTER,
        slug=f"invented-{number}",
        names={
            "en": f"{district.en} {place.en} {sort.en} No. {number} (invented)",
            "zh": f"{district.zh}{place.zh}{sort.zh}{number}号（虚构）",
        },
        aliases=(sounds.title(), f"{district.zh}{place.zh}", f"XH{number}"),
        city=city,
        values=values,
        needs=tuple(dict.fromkeys(_needs(values))),
        text={"en": _english(chance), "zh": _zh(chance)},
        verified_on=DAY - timedelta(days=chance.randrange(400)),
        evidence=chance.choice((Standing.YES, Standing.UNVERIFIED)),
        evidence_level=chance.choice(
            ("sourced-treatment", "sourced-trial", "sourced-secondary", "unverified")
        ),
    )


def _values(city: str, chance: Random) -> dict[str, dict[str, Standing]]:
    values: dict[str, dict[str, Standing]] = {"city": {city: Standing.YES}}
    for facet, most, standings in (
        ("capability", 10, SAID),
        ("therapy", 3, SAID[:-1]),
        ("indication", 5, SAID[:-1]),
        ("type", 2, SAID[:5]),
        ("language", 3, SAID[:5]),
    ):
        # The first of a vocabulary are the ones that most have to do with.
        some = chance.sample(keys(TermKind(facet))[:18], chance.randint(1, most))
        values[facet] = {key: chance.choice(standings) for key in some}
    return values


def _needs(values: dict[str, dict[str, Standing]]) -> Iterator[str]:
    for facet in ("capability", "therapy", "indication"):
        for key, standing in values[facet].items():
            if standing.is_affirmed:
                term = _term(TermKind(facet), key)
                yield from (term.labels[code] for code in ("en", "zh"))


def _english(chance: Random) -> str:
    words, weights = vocabulary()
    sentences = []
    for _ in range(chance.randint(*SENTENCES)):
        length = chance.randint(*WORDS_OF_A_SENTENCE)
        sentence = " ".join(chance.choices(words, cum_weights=weights, k=length))
        sentences.append(sentence.capitalize() + ".")
    return "\n".join(sentences)


def _zh(chance: Random) -> str:
    sentences = []
    for _ in range(chance.randint(1, 4)):
        length = chance.randint(4, 12)
        drawn = chance.choices(CHINESE, cum_weights=_chinese(), k=length)
        sentences.append("".join(drawn) + "。")
    return "\n".join(sentences)
