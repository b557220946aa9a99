"""How many come, and for whom it is."""

import re

from bot.understanding.mentions import Mention
from bot.understanding.numerals import ENGLISH, NUMBER, number_of

MOST = 99
"""More than this is no party but something else that was counted."""

_RELATIVES: dict[str, str] = {
    "mother-in-law": "婆婆|岳母|丈母娘|mother-in-law",
    "father-in-law": "公公|岳父|丈人|father-in-law",
    "grandmother": "奶奶|外婆|姥姥|阿婆|祖母|外祖母|grandmothers?|grandma|granny|nana",
    "grandfather": "爷爷|外公|姥爷|阿公|祖父|外祖父|grandfather|grandpa|granddad",
    "mother": "妈妈|老妈|母亲|老娘|妈|娘|mothers?|mom|mum|mommy",
    "father": "爸爸|老爸|父亲|老爹|爸|爹|fathers?|dad|daddy",
    "husband": "老公|丈夫|爱人|老头子|husband",
    "wife": "老婆|妻子|媳妇|wife|partner|spouse",
    "spouse": "老伴儿?|对象|女朋友|男朋友|girlfriend|boyfriend",
    "son": "儿子|son",
    "daughter": "女儿|闺女|姑娘|daughter",
    "grandchild": "孙子|孙女|外孙女?|孙儿|grandson|granddaughter|grandchild",
    "child": "孩子|小孩|宝宝|娃娃?|child|kid|baby|toddler",
    "brother": "哥哥?|弟弟?|brother",
    "sister": "姐姐?|妹妹?|老姐妹|sister",
    "friend": "朋友|同学|室友|同事|闺蜜|邻居|老姐妹|老伙计|friend|classmate|roommate|colleague|neighbou?r",
}
_ZH_RELATIVE = "|".join(
    sorted(
        {word for words in _RELATIVES.values() for word in words.split("|") if not word.isascii()},
        key=len,
        reverse=True,
    )
)
_EN_RELATIVE = "|".join(
    sorted(
        {word for words in _RELATIVES.values() for word in words.split("|") if word.isascii()},
        key=len,
        reverse=True,
    )
)

_PARENTS = re.compile(
    r"(?:给|帮|替|为|带|陪|让)?(?:我|俺|咱)?(?:爸妈|爹妈|父母|爸爸妈妈|妈妈爸爸|爷爷奶奶|外公外婆|公婆|公公婆婆|岳父岳母)|\bmy (?:parents|grandparents|mom and dad|mum and dad)\b"
)
_COUNTED = re.compile(
    rf"(?P<number>{NUMBER})\s*(?:多|来)?\s*(?:个|名)?(?P<whom>大人|老人|姐妹|兄弟|老伙计|伙伴|女士|阿姨|老太太|邻居|街坊|家人|亲戚|队员|成人|小孩|孩子|孙子|孙女|娃娃?|同事|朋友|同学|学生|老人家|人(?![民员力工类气])|位(?!置|子|护工|护理|律师|老师|师傅|医生|护士|志愿者|咨询师|调解员|阿姨|师父|教练|保姆)|口人|(?<=家[一二两三四五六七八九])口|(?<=家\d)口|(?<=个)(?=[,，。.、\s!]|$|吧|哈|啊|去|来))"
)
_GROUP = re.compile(
    rf"(?:我们|咱们?|俺们?|他们|她们|夫妻)(?P<number>{NUMBER})(?:口子?|个)?(?![点号天周楼份月家起块同道行样])"
)
_TWO = re.compile("俩|夫妻二人|双人")
_THREE = re.compile("仨")
_AT_ODDS = re.compile(r"[俩仨]人?[^,。]{0,3}(?:为|因|吵|闹|打(?!算)|争|骂|不和|不说话|翻脸|合不来)")
"""兄弟俩吵翻了 tells of whom it is, not who comes."""
_BIG_AND_SMALL = re.compile(rf"(?P<big>{NUMBER})\s*(?:个)?大(?:人)?\s*(?P<small>{NUMBER})\s*(?:个)?小(?:孩)?")
_PORTIONS = re.compile(
    rf"(?P<number>{NUMBER})\s*(?:份(?!钟)|客(?!人)|盒(?=饭)|张(?=票|$|[,。、 ])|套餐|个座|个位[子置]?|个(?:名额|号)|碗|桌(?=饭))"
)
_EN_TAKES_CHILDREN = re.compile(
    rf"\b(?:with|bring\w*|tak(?:e|ing)|(?:me|myself|i) and) (?:my |our |the )?(?P<number>{ENGLISH}) (?:kids|children|grandchildren|grandkids|sons|daughters|friends)\b"
)
_TAKES_CHILDREN = re.compile(
    rf"(?:带|领|陪)(?:着|上|了)?(?:我家?|俺|咱)?(?:的)?(?P<number>{NUMBER}|[俩仨])个?(?:{_ZH_RELATIVE})"
)
_COUPLE = re.compile("老两口|小两口|两口子")
_TAKES = re.compile(
    rf"(?:带(?!娃)|领|(?<!人)(?<!人能)(?<!志愿者来)(?<!志愿者)(?<!人来)陪)(?:着|上|了)?(?:我家?|俺|咱)?(?:的)?(?:{_ZH_RELATIVE}|[他她]们?)"
)
_AND = re.compile(
    rf"(?:我|俺|本人|自己)(?:想)?(?:和|跟|与|同|加|带|还有)(?:我家?|俺|咱)?的?(?:{_ZH_RELATIVE})|(?:^|[,想要])(?:跟|和|同)(?:我|俺)?的?(?:{_ZH_RELATIVE})|(?:{_ZH_RELATIVE})(?:和|跟|与)(?:我|俺)"
    rf"|(?:我|俺)?(?P<first>{_ZH_RELATIVE})(?:和|跟|与|、)(?:我|俺)?(?:{_ZH_RELATIVE})"
)
_NUMBER_LAST = re.compile(r"(?:^|[,。、;]|(?<=[^\x00-\x7f])\s)\s*(?P<number>[1-9]|1\d|20)\s*$")
_ONE = re.compile(r"就我自己|就我一个|\bjust (?:me|myself)\b|\bonly me\b|\bby myself\b|\balone\b")

_EN_NOT_PARTY = r"(?!\s*(?::|\.\d|am\b|pm\b|a\.m|p\.m|o'?clock|hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|st\b|nd\b|rd\b|th\b|times?|%|\d|/|-\s?\d| in the (?:morning|afternoon|evening)))"
_EN_COUNTED = re.compile(
    rf"\b(?P<number>{ENGLISH})\s*(?:more )?(?:people|persons?|of us|guests?|adults?|seniors?|kids|children|seats?|places?|portions?|pax|tickets?|meals?|spots?|friends|students|box(?:ed)? (?:lunches|meals)|lunches|dinners|heads)\b"
)
_EN_FOR = re.compile(
    rf"\b(?:for|party of|table of|group of|table for|we are|we're)\s+(?:a party of |a group of )?(?P<number>{ENGLISH})\b{_EN_NOT_PARTY}"
)
_EN_AND_ME = re.compile(
    rf"\b(?:me|i|myself) and (?:my|a) (?:\w+ )?(?:{_EN_RELATIVE})\b|\b(?:my|a) (?:{_EN_RELATIVE}) and (?:me|i|myself)\b"
    rf"|(?<!hospital )(?<!doctor )(?<!clinic )\bwith (?:my|a) (?:{_EN_RELATIVE})\b|\bboth of us\b|\bus two\b|\ba couple\b"
    rf"|\bmy (?:{_EN_RELATIVE}) and (?:my )?(?:{_EN_RELATIVE})\b"
)

_FOR_ZH = re.compile(
    rf"(?:给|替|帮|为|让|陪|带|教|接|把|代)(?:我家?|俺|咱家?|他|她)?的?(?P<who>{_ZH_RELATIVE})"
)
_MY_ZH = re.compile(rf"(?:我家?|俺|咱)的?(?P<who>{_ZH_RELATIVE})")
_FOR_EN = re.compile(
    rf"\b(?:for|with|take|bring) (?:my |our |her |his )?(?:old |elderly |little )?(?P<who>{_EN_RELATIVE})\b|\bmy (?:old |elderly )?(?P<mine>{_EN_RELATIVE})(?:'s)?\b"
)


def find_party(said: str, *, kin_come_along: bool) -> list[Mention[int]]:
    """How many come. `kin_come_along` says whether whoever is named together with oneself is of the party, as they are
    at a meal and are not in a dispute."""
    found = [
        Mention(match.start(), match.end(), number_of(match["big"]) + number_of(match["small"]))
        for match in _BIG_AND_SMALL.finditer(said)
    ]
    found += [
        Mention(match.start(), match.end(), number_of(match["number"]))
        for pattern in (_COUNTED, _GROUP, _EN_COUNTED, _EN_FOR)
        for match in pattern.finditer(said)
        if not _is_attendant(said, match)
    ]
    found += [
        Mention(match.start(), match.end(), number)
        for pattern, number in ((_TWO, 2), (_THREE, 3))
        for match in pattern.finditer(said)
        if kin_come_along or not _AT_ODDS.match(said, match.start())
    ]
    children = [
        Mention(match.start(), match.end(), number_of(match["number"]) + 1)
        for pattern in (_TAKES_CHILDREN, _EN_TAKES_CHILDREN)
        for match in pattern.finditer(said)
    ]
    if children and kin_come_along:
        found = children + [
            one
            for one in found
            if not any(one.start < child.end and child.start < one.end for child in children)
        ]
    found = found or [
        Mention(match.start(), match.end(), number_of(match["number"])) for match in _PORTIONS.finditer(said)
    ]
    if not found:
        found = [Mention(match.start(), match.end(), 1) for match in _ONE.finditer(said)]
    if not found and kin_come_along:
        found = [
            Mention(match.start(), match.end(), 2)
            for pattern in (_COUPLE, _AND, _EN_AND_ME, _TAKES, _PARENTS)
            for match in pattern.finditer(said)
        ]
    if not found:
        found = [
            Mention(match.start(), match.end(), number_of(match["number"]))
            for match in _NUMBER_LAST.finditer(said)
        ]
    return [one for one in found if 1 <= one.value <= MOST]


def _is_attendant(said: str, match: re.Match[str]) -> bool:
    """一个人在家 and 找个人 do not say how many come."""
    after, before = said[match.end() :], said[: match.start()]
    return bool(
        re.match(r"在家|住|生活|过日子|无聊|闷", after)
        or re.search(r"(?:[找请派给替为帮代]|有没有|有)$", before)
    )


def find_relative(said: str) -> str | None:
    """Whom it is for, when that is somebody of the family or a friend: mother, husband."""
    for pattern in (_FOR_ZH, _FOR_EN, _MY_ZH):
        match = pattern.search(said)
        if match is not None:
            return relation_of(match["who"] or match.groupdict().get("mine") or "")
    return None


_KIN = {
    "mother-in-law": "in-law",
    "father-in-law": "in-law",
    "husband": "spouse",
    "wife": "spouse",
    "son": "child",
    "daughter": "child",
}
"""What a person may be called by either word: a spouse, a child."""


def relation_of(said: str) -> str | None:
    """What a relation that somebody has written means: 老妈 and Mom are the mother. None when it is none of those known."""
    word = said.strip().casefold().removeprefix("我").removeprefix("my ").strip()
    for relative, forms in _RELATIVES.items():
        if re.fullmatch(forms, word):
            return relative
    return None


def are_the_same(one: str, other: str) -> bool:
    """Whether two relations may be those of one person: the husband is the spouse, the son the child."""
    return _KIN.get(one, one) == _KIN.get(other, other)
