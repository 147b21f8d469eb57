"""Telling the language of a query, and knowing everyday English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from directory.core.text import Language
from directory.search.rules.normalize import Script, Token

OF_SCRIPT = {
    Script.HAN: Language.ZH,
    Script.CYRILLIC: Language.RU,
    Script.ARABIC: Language.AR,
}
"""Scripts that each belong to one language of the interface."""


def language_of(words: Sequence[Token], spellings: Iterable[str]) -> Language:
    """Return the language of a query, by its letters and then by its words.

    Args:
        words: Its tokens. Names of drugs stay Latin in every language, so any
            letter of another script counts before all Latin ones.
        spellings: The languages in which its parts were recognized; a query in
            Latin letters that was recognized as pinyin is Chinese.
    """
    count = dict.fromkeys(OF_SCRIPT, 0)
    for word in words:
        if word.script in count:
            count[word.script] += 1 if word.script is Script.HAN else 2
    script = max(count, key=lambda one: count[one])
    if count[script]:
        return OF_SCRIPT[script]
    found = [one for one in spellings if one != "mul"]
    pinyin = sum(one == "zh-Latn" for one in found)
    return Language.ZH if pinyin and 2 * pinyin >= len(found) else Language.EN


EVERYDAY = frozenset(
    """
    able about above across act action active actual add address adult after again
    against age ago agree air all allow alone along already also although always
    among amount and anger angry animal another answer any appear apple april area
    arm army around arrive art ask at august aunt away baby back bad bag ball band
    bank bar base bath bean bear beat become bed been before begin behind believe
    bell below best better between big bill bird birth bit black block blood blue
    board boat body bone book born both bottle bottom box boy brain branch bread
    break bring broke brother brown build burn bus business busy but buy cake call
    calm camp can candle car card care carry case cat catch cause cell cent center
    chain chair chance change charge chart cheap check chest chief child choice
    choose circle city claim class clean clear clinic clock close cloth cloud club
    coach coast coat code coffee cold collar college color come common company
    complete cook cool copy corner corps cost count country couple course court
    cover cream crime cross crowd cry cup cure current cut daily dance danger dark
    date daughter day dead deal dear death debt decide deep degree deliver demand
    describe desert desk detail die diet differ dinner direct dirty discuss dish
    distance doctor dog door double doubt down draw dream dress drink drive drop dry
    during duty each early earn earth east easy eat edge effect egg eight either
    electric else empty end enemy enjoy enough enter equal error escape even evening
    event ever every exact example except excite expect expert express eye face fact
    fail fair fall false family famous far farm fast fat father fault fear feed feel
    feet fell female few field fight figure fill final find fine finger finish fire
    first fish fit five fix flat flight float floor flow flower fly fold follow food
    foot for force foreign forest forget form fort forward four free fresh friday
    friend from front fruit fuel full fun further future gain game garden gas gate
    gather gave gentle get gift girl give glad glass go goal goat gold gone good
    govern grand grass gray great green ground group grow guard guess guide gun hair
    half hall hand handle happen happy hard harm hat hate have head health hear heart
    heat heavy height hello help her here hero hid high hill hire history hit hold
    hole holiday home honest hope horse hot hotel hour house how however huge human
    hundred hunger hunt hurry hurt husband ice idea if ill image important inch
    include income increase indeed inform inside instead interest invite iron island
    issue item job join joint joke journey joy judge jump june just keep kept key
    kick kid kill kind king kiss kitchen knee knew knife know lady lake lamp land
    language large last late laugh law lay lead learn least leave left leg lend less
    lesson let letter level lie life lift light like limit line lion lip list listen
    little live load loan local lock log lone long look lord lose loss lost lot loud
    love low luck lunch machine made mail main major make male man manage many map
    march mark market marry mass master match mate matter may meal mean measure meat
    medicine meet member memory mental mention mess metal method middle might mile
    milk mind mine minute miss mistake mix model modern moment monday money month
    mood moon more morning most mother motion mount mouse mouth move much murder
    music must nail name narrow nation nature near neck need nerve net never new news
    next nice night nine noise none noon normal north nose note nothing notice now
    number nurse object ocean october off offer office often oil old once one only
    open opinion order other our out outside over own pack page paid pain paint pair
    pale pan paper parent park part party pass past path patient pay peace pen people
    per perhaps period person phone photo pick picture piece pig pile pilot pin pink
    pipe pity place plain plan plane plant plate play please plenty pocket point
    poison police policy poor pop port position possible post pot pound pour power
    practice pray prepare present press pretty prevent price pride prince print
    prison private prize problem produce profit program promise proof proper protect
    proud prove public pull pupil pure push put quality quarter queen question quick
    quiet quite race radio rail rain raise ran range rank rare rate rather raw reach
    read ready real reason receive record red refuse regard relate remain remember
    rent repair repeat reply report rest result return rice rich ride right ring rise
    risk river road rock roll roof room root rope rose rough round row royal rub rule
    run rush sad safe sail salt same sand sat save say scale scene school science
    score sea search season seat second secret see seed seek seem sell send sense
    sent separate serious serve service set settle seven several sex shade shadow
    shake shall shape share sharp sheep sheet shelf shell shine ship shirt shock shoe
    shop shore short should shoulder shout show shut sick side sight sign signal
    silence silver simple since sing single sink sir sister sit site six size skill
    skin sky sleep slip slow small smart smell smile smoke smooth snow soap social
    soft soil sold soldier some son song soon sorry sort soul sound soup south space
    speak special speech speed spell spend spirit spoke sport spot spread spring
    square stage stair stamp stand star start state station stay steal steam steel
    step stick still stock stomach stone stop store storm story straight strange
    street strike string strong student study stuff style subject success such sudden
    sugar suit summer sun supply support sure surface surprise sweet swim system
    table tail take talk tall taste tax tea teach team tear tell ten term test than
    thank that the them then theory there these they thick thin thing think third
    this those though thought thread three throat through throw thus ticket tie tight
    till time tin tiny tire title today toe together told tomorrow tone tongue
    tonight too took tool tooth top total touch tough tour toward town toy track
    trade train travel treat tree trip trouble truck true trust truth try turn twelve
    twenty twice two type uncle under union unit until upon urge use usual valley
    value various very view village visit voice vote wage wait walk wall want war
    warm warn wash waste watch water wave way weak wealth wear weather week weight
    welcome well went west wet what wheel when where which while white who whole why
    wide wife wild will win wind window wine wing winter wire wise wish with within
    woman wonder wood wool word work world worry worse worth would wound write wrong
    yard year yellow yes yet you young zero
    chinese hospital american british european asian doctors patients medical
    """.split()
)
"""Everyday English words: never taken for a misspelled name, and never enough
to make a name by themselves."""
