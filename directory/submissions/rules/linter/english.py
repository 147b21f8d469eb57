"""What breaks the rules in English."""

from __future__ import annotations

from directory.core.text import Language
from directory.submissions.rules.linter.findings import Rule
from directory.submissions.rules.linter.phrases import Said, Words

_PLACE = "(hospital*|cent(er|re)*|clinic*|institution*|institute*|provider*)"
_TEAM = "(hospital|cent(er|re)|clinic|institution|institute|team|unit|program*)"
_WHERE = (
    "(the world|asia|china|the country|the region|beijing|shanghai|guangzhou|tianjin)"
)
_KIN = "(mother|father|son|daughter|husband|wife|child|brother|sister|mom|mum|dad)"
_GOOD = (
    "(success*|effective*|safe|safety|sure|recover*|result*|cure*|guarant*|remission)"
)

WORDS = Words(
    language=Language.EN,
    before=(
        *("no", "not", "never", "none", "nobody", "neither", "nor", "without"),
        *("cannot", "can't", "don't", "doesn't", "won't", "isn't", "aren't", "didn't"),
        *(
            "refuse* to",
            "forbid*",
            "forbidden",
            "prohibit*",
            "avoid*",
            "stop* short of",
        ),
    ),
    after=("cannot", "can't", "(is|are|was|were) not", "isn't", "aren't", "not be"),
    emphatic=(
        *("not (only|just|merely|simply)", "no doubt", "without (a )?doubt"),
        *("without question", "second to none", "no wonder", "not to mention"),
    ),
    rules={
        Rule.SUPERLATIVE: Said(
            (
                *("best", "finest", "foremost", "premier", "greatest", "superior"),
                f"leading~{_TEAM}",
                "leading (expert*|specialist*|doctor*|provider*|destination|name)",
                f"leading~in {_WHERE}",
                "(world|market|industry|nation) leading",
                f"first {_TEAM}~(in|to|of|that|worldwide)",
                "(world|china|asia|nation|country)'s first",
                f"first in {_WHERE}",
                "number one",
                f"(number|no|no.|nr) ?1 ({_TEAM}|choice|in)",
                "ranked (first|1|number|no|top|among)",
                f"top (ranked|rated|tier|class|notch|level|{_TEAM}|doctor*|expert*)",
                f"the only ({_TEAM}|place|one in)",
                "world (class|famous|renowned)",
                "internationally renowned",
                *("nowhere else", "like no other"),
                *("unrivaled", "unrivalled", "unmatched", "unparalleled"),
                *("unsurpassed", "second to none", "state of the art", "cutting edge"),
                "most (advanced|experienced|successful|trusted|famous|renowned|modern)",
                "highest (quality|standard*|level*|success*)",
            ),
            (
                "best (time*|way*|supportive|available|overall|response*|possible)",
                "best (interest*|before|regards|wishes|practice*|contact*|reached)",
                *("best (known|suited|day*|corrected|to)", "at best"),
                "(do|does|try|tries) (our|their|its|your) best",
                *("leading cause*", "leading (to|up)"),
                "the best (that|which) (is|are) available",
            ),
        ),
        Rule.PROMISE: Said(
            (
                *("guarant*", "cure", "cures", "cured", "curing", "heals", "healed"),
                "(zero|no|without|free of|without any) (risk*|side effect*|toxicity)",
                "(zero|no|without|without any) (complication*|relapse*|recurrence*)",
                *("risk free", "completely (safe|recover*|healthy)", "fully recover"),
                *(f"100%~{_GOOD}", f"{_GOOD}~100%"),
                *("promise", "promises", "promised", "without fail", "miracle*"),
                "(never|will not|won't) (fail*|relapse*|return|come back|recur)",
                "(certain|sure|total|full|complete) (recovery|cure)",
                *(
                    "money back",
                    "free (of|from) cancer",
                    "cancer free",
                    "(for good|forever)",
                ),
            ),
            (
                *("cure rate*", "bank guarantee*", "guarantee letter*"),
                *("letter* of guarantee", "guarantee deposit*", "guarantor*"),
                *("no risk free", "no complete response", "promised land"),
            ),
        ),
        Rule.TESTIMONIAL: Said(
            (
                *(
                    "testimonial*",
                    "(patient|success|survivor|recovery) (story|stories)",
                ),
                "stories (of|from)~(patient*|survivor*|recovery|people)",
                "before and after (photo*|picture*|image*|scan*|result*|video*|case*)",
                f"my {_KIN}",
                f"saved (my|his|her|our|their) (life|lives|{_KIN})",
                "thanks to (dr|doctor*|the doctor*|this hospital|professor|the team)",
                *("grateful", "i was (treated|cured|told|diagnosed|saved)"),
                "i am (cured|alive|healthy)",
                f"(says|said|writes|wrote|recalls) (a|one|our|the) (patient|{_KIN})",
                "(patients|families|relatives) (say|tell|told|report|thank|agree)",
                *("(our )?patients say", "happy patient*", "satisfied patient*"),
                *("patient review*", "review* (of|by|from)~patient*"),
                *("letter* of thanks", "thank you (letter*|note*)"),
            ),
        ),
        Rule.COMPARISON: Said(
            (
                (
                    "(better|higher|lower|safer|fewer|less|more|longer|shorter|faster|rarer)"
                    f"~than~(other|any|most|competing|rival|neighbo*)~{_PLACE}"
                ),
                (
                    "(better|higher|lower|safer|fewer|less|longer|faster)"
                    "~than~(elsewhere|anywhere|competitor*|the national average)"
                ),
                (
                    "(better|higher|lower|safer|fewer|less|longer|faster|rarer)"
                    "~than (in|at|those of|that of)~(hospitals|cent(er|re)s|clinics)"
                ),
                f"superior to~{_PLACE}",
                f"compared (with|to)~(other|most|rival)~{_PLACE}",
                f"unlike~(other|most|many)~{_PLACE}",
                f"no other {_PLACE}",
                *("outperform*", "ahead of~(other|rival*|competitor*)"),
            ),
        ),
        Rule.ADVERTISING: Said(
            (
                "(book|call|act|order|buy|apply|register|enroll|contact us) now",
                *(
                    "discount*",
                    "special offer*",
                    "limited (time )?offer*",
                    "limited time",
                ),
                *("offer ends", "promo code*", "promotional*", "coupon*", "voucher*"),
                *(
                    "gift*",
                    "cashback",
                    "click (here|below)",
                    "(follow|like|find) us on",
                ),
                *(
                    "subscribe*",
                    "sponsored (content|post*|link*|article*|listing*)",
                    "advertise*",
                    "advertising",
                    "commission*",
                    "referral fee*",
                ),
                *(
                    "bookimed",
                    "placidway",
                    "trustpilot",
                    "tripadvisor",
                    "google review*",
                ),
                *("facebook", "instagram", "tiktok", "youtube", "vkontakte"),
            ),
            ("health commission*",),
        ),
        Rule.RATING: Said(
            (
                *("★", "⭐", "(five|four|5|4) star*", "rated~#", "rating~#"),
                *("# stars", "#/5 ", "# out of 5 "),
            ),
            ("(five|four|three|5|4|3) star* (hotel*|apartment*|lodging)",),
        ),
    },
    outcomes=(
        *("response*", "respond*", "remission*", "surviv*", "cure*", "success*"),
        *("effective*", "efficacy", "recover*", "relapse free", "disease free"),
        *(
            "no (sign*|evidence) of disease",
            "progression free",
            "negative*",
            "relapse*",
        ),
    ),
    shares=(
        "(seven|eight|nine|7|8|9) (out of|of|in) (every )?(ten|10)",
        "# (out )?of (the |all |our )?#",
        "(three quarters|two thirds|half|the majority|one third) of",
        "almost (all|every)~(patient*|people)",
    ),
    percents=("percent", "per cent", "pct"),
    people=(
        "# (patient*|people|case*|adult*|child*|participant*|person*|infusion*)",
        *("# (out )?of (the |all |our )?#", "#/#", "n ?= ?#"),
    ),
    prices=(
        *("price*", "cost", "costs", "fee", "fees", "charge*", "package*", "deposit*"),
        *("tariff*", "rate per", "pay", "paid", "payment*"),
    ),
    currencies=(
        *("usd", "us$", "cny", "rmb", "eur", "gbp", "hkd", "rub", "kzt", "sar", "aed"),
        *("$", "¥", "€", "£", "₽", "₸", "dollar*", "euro*", "yuan", "renminbi"),
    ),
    scales=("k", "thousand", "million"),
    phones=("tel", "phone", "telephone", "call", "mobile", "fax", "hotline", "viber"),
    messengers=(
        *("wechat", "weixin", "whatsapp", "telegram", "viber", "skype", "qq"),
        *("kakaotalk", "signal"),
    ),
    trials=("trial*", "study", "studies", "nct*", "chictr*", "ctr*", "investigat*"),
    made=(
        *("by", "from", "of", "made", "makes", "produced", "produces", "manufactur*"),
        *("develop*", "'s", "'", "holds", "sells", "sold by"),
    ),
    named=(
        *("is", "are", "i.e.", "i. e.", "that is", "or rather", "also known as"),
        *("known as", "called", "sold as", "marketed as", "under the (brand )?name"),
        *("the brand (name )?(of|for)", "brand (name)?", "trade name", "trademark"),
    ),
)
