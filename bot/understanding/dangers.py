"""Words of danger: whoever says them, wherever, is shown at once whom to call.

They are looked for before anything else that a sentence could mean. A screen too many costs a tap; one too few may cost more. So
a phrase counts wherever it stands, but for what says in the same breath that nothing is happening: a talk, a course, a
drill, somebody's past, a word that only looks so (救命稻草, 跳楼价).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

AMBULANCE, FIRE, POLICE, LIFELINE = "120", "119", "110", "12356"
"""Emergency numbers of the whole country; 12356 is the national line for people in a crisis of the mind."""

NUMBERS = (AMBULANCE, FIRE, POLICE, LIFELINE)

LONGEST = 2000
"""Characters that are looked at."""

SHORT = 14
"""So many characters are a cry, and no complaint about a road on which somebody fell."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What is said, and whom to call. What stands before or after in the same clause can say that it is none."""

    numbers: Sequence[str]
    said: re.Pattern[str]
    calm_before: re.Pattern[str]
    calm_after: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_KIN = r"(?:妈妈?|爸爸?|爷爷?|奶奶?|外公|外婆|姥姥|姥爷|老伴|老公|老婆|丈夫|妻子|老人家?|公公|婆婆|老太太?|老头子?|大爷|大妈|阿姨|孩子|小孩|宝宝|儿子|女儿|孙子|孙女)"
_WHO = rf"(?:{_KIN}|邻居|人|我|他|她)"
_PERSON = r"(?:he|she|i|i'?m|mum|mom|dad|mother|father|grand\w+|wife|husband|son|daughter|child|baby|neighbou?r|man|woman|lady|person|somebody|someone|friend|who)"

_TAUGHT = r"讲座|讲堂|课|培训|知识|科普|预防|演练|宣传|手册|教程|保险|展览|电影|小说|热线|研究|应急包"
_CALM_BEFORE = _any(
    r"(?:预防|防范|防止|谨防|避免|应对|防)(?:老人|儿童|孩子|小孩|发生|被)*$",
    r"(?:关于|有关|学习|学学|想学|学|万一|要是|如果|假如|以前|曾经|去年|前年|大前年|年轻时|小时候|几年前|怕|担心)[^,。!?]{0,6}$",
    r"(?:没有|没|并不是|不是|不会)(?:人)?$",
    r"\b(?:prevent\w*|avoid\w*|learn\w*|classe?s?|course|talk|lecture|workshop|training|about|what if|if|in case of|history of|after (?:a|an|his|her|my|the))\b[^,.!?]{0,24}$",
    r"\b(?:no|not|never|isn'?t|wasn'?t) (?:a |an |the |any )?$",
)
_CALM_AFTER = _any(
    rf"^(?!在|了)[^,。!?了]{{0,8}}(?:{_TAUGHT})",
    r"^(?:都|也)?(?:进不|开不|过不|通道)", r"^过", r"^[^,。!?]{0,4}(?:年|个月)(?:了|前|多)", r"^(?:以?后|之后)?(?:的)?(?:康复|恢复|护理|病史|后遗症|患者|病人|偏瘫|家属|病友)",
    r"^\w{0,3} ?(?:prevention|drills?|training|class\w*|course|talk|lecture|workshop|first[- ]aid|rehab\w*|recovery|survivors?|awareness|insurance)\b",
    r"^[^,.!?]{0,16}\b(?:years?|months?) ago\b|^ (?:last year|in (?:19|20)\d\d)\b",
)  # fmt: skip
_LAW = r"(?:律师|法律|咨询|维权|调解|赔偿|\b(?:lawyer|legal|mediat\w+)\b)"
_CALM_OFTEN = _any(
    r"(?:老是|总是|经常|常常|常|天天|多次|几次|上次|上周|上个月|前几天)[^,。!?]{0,6}$",
    r"\b(?:often|always|keeps?|used to|sometimes)\b[^,.!?]{0,20}$",
    _CALM_BEFORE.pattern,
)
_CALM_AFTER_OFTEN = _any(
    r"^[^,.!?]{0,20}\b(?:last (?:week|month|year)|every (?:week|month|day)|often|sometimes)\b",
    _CALM_AFTER.pattern,
)

DANGERS: tuple[Danger, ...] = (
    Danger(
        (AMBULANCE, POLICE, FIRE),
        _any(
            r"救命(?!稻草|恩人|钱|之恩|药|知识|技能|技术|课|培训)", r"救救(?!助)[我他她命孩老人]", r"出人命", r"有生命危险",
            r"\bsave (?:me|us|him|her)\b(?! a | some| the | one| two| time| money| my | our )", r"\b(?:it'?s|this is|we have|i have) an emergency\b", r"^emergency!*$", r"\bs\.?o\.?s\b", r"\bhelp[,! ]{1,3}emergency\b|\bemergency[,! ]{1,3}help\b",
        ),
        _CALM_BEFORE,
        _CALM_AFTER,
    ),
    Danger(
        (AMBULANCE,),
        _any(
            r"晕倒|昏倒|昏迷|晕过去|昏过去|不省人事|没有?呼吸|停止呼吸|呼吸困难|(?:喘|透|呼吸)不(?:过|上)来?气?|心脏骤停|没有?心跳",
            r"心梗|心肌梗|中风|脑梗|脑溢血|脑出血|心脏病(?:发|犯)|大出血|流血不止|止不住血|血止不住|吐血|咳血|抽搐|抽风了|中毒|噎住|噎着|卡[住着]?(?:了)?喉咙|触电|溺水|落水了|掉(?:进|到|下)(?:河|水|井|池)",
            r"救护车|急救车|急救电话|(?:要|需要|快)急救|(?:打|叫|拨|拨打)120",
            r"胸口?(?:很|好|非常|特别|突然|一阵|有点|剧)*[痛疼]|心口(?:很|好|突然|一阵)*[痛疼]|心绞痛|胸口?闷得",
            r"(?:摔|跌|倒)[^,。!?]{0,8},?[^,。!?]{0,6}(?:起不来|爬不起|站不起|动不了|不能动|不动了|流(?:了|好)?(?:好|很)?多?血|骨折|昏|没反应)", r"(?:爬|站)不起来了|^我?起不来了[!。]*$",
            rf"^[^,。!?]{{0,6}}{_WHO}(?:刚刚?|在[^,。!?]{{1,6}}|又|突然)*(?:摔|跌)(?:倒|伤|跤|下来|下楼)?了(?!.*(?:路|砖|地面|灯|坑|台阶|滑|修))",
            r"没(?:有)?反应了|(?:叫|喊)不醒|(?:叫|喊)不应|没有?意识|失去意识|口吐白沫|半边身[体子]?(?:动不了|麻|没知觉)|嘴歪|吃错药|喝了?(?:农药|洁厕|消毒液)|吞了(?:药|电池|异物)|快(?:不行|死)了",
            rf"^collapsed|\b{_PERSON}\b[^.!?]{{0,12}}\bcollapsed\b", r"\bfaint(?:ed|ing)\b|\bpassed out\b|\bunconscious\b|\bunresponsive\b|\b(?:not|stopped|isn'?t|no longer) breathing\b|\b(?:can'?t|cannot|can not|hard to|trouble|difficulty|struggling to) breath(?:e|ing)\b|\bnot responding\b.{0,10}\b(?:he|she|mum|dad)\b|\b(?:won'?t|doesn'?t) wake up\b",
            r"\bheart attack\b|\b(?:having|has had|had) a stroke\b|\bchest (?:pains?|hurts|is (?:tight|hurting))\b|\bpains? in (?:my|his|her|the) chest\b|\bseizure\b",
            r"\bbleeding (?:badly|heavily|a lot|out)\b|\b(?:won'?t|doesn'?t|can'?t) stop (?:the )?bleeding\b|\bpoisoned\b|\bchoking\b(?! hazard)|\bdrowning\b|\belectrocuted\b|\boverdose\w*\b|\btook too many pills\b|\bswallowed (?:a battery|bleach|poison|pesticide|pills)\b|\bambulance\b|\b(?:call|dial|ring) (?:120|911|999|112)\b",
            r"\b(?:fell|fallen|fall)\b.{0,40}\b(?:can'?t|cannot|unable to) (?:get up|move|stand)\b|\b(?:fell|fallen)\b.{0,30}\b(?:bleeding|not moving|hit (?:his|her|my) head|broke(?:n)? (?:his|her|my))\b|\b(?:can'?t|cannot) get up (?:off|from) the (?:floor|ground)\b|^(?:i|s?he) can'?t get up[.!]*$",
        ),
        _CALM_BEFORE,
        _CALM_AFTER,
    ),
    Danger(
        (FIRE,),
        _any(
            r"着火|起火|失火|火灾|烧起来了|(?<!油)(?<!囱)冒(?:浓|黑|白)?烟|煤气(?:泄漏|漏|味)|漏煤气|(?:燃气|天然气)(?:泄漏|漏|味)|漏(?:天然气|燃气)|爆炸(?!头|式)|冒火(?:花|星)|(?:打|叫|拨|拨打)119",
            r"困在电梯|电梯(?:里)?困人|被?困(?:在)?电梯|关在电梯|电梯[^。!?]{0,10}(?:出不[来去]|困住)|有人被困",
            r"\bon fire\b|\b(?:there'?s|there is|it'?s|we have) (?:a )?fire\b(?! ?works?| ?place|crackers?| drill| exit| station| engine)|\bfire (?:in|at|next|upstairs|downstairs)\b|^fire!+|\bgas (?:leak\w*|smell)\b|\bsmells? (?:of |like )?gas\b|\bleaking gas\b|\bsmoke (?:coming|everywhere|from|filling)\b|\b(?:is|there'?s|see|smell|thick|black) smoke in\b|\bexplosion\b|\bexploded\b",
            r"\b(?:stuck|trapped|locked) (?:in|inside) (?:the|an?|our|this) (?:lift|elevator)\b",
        ),
        _CALM_OFTEN,
        _CALM_AFTER_OFTEN,
    ),
    Danger(
        (POLICE,),
        _any(
            r"杀人(?!游戏|剧本)|抢劫|打人(?!工|电话|民)|被打了(?!.{0,2}折)|(?:在|要|又)打我(?!电话|的?电话|手机)|家暴|持刀|拿着?刀(?!磨|去)|砍人|入室|绑架|有人闯进|闯进(?:我|家)|强奸|性侵|猥亵|跟踪我|报警(?!器|铃|装置|系统)|(?:打|拨|拨打)110",
            rf"{_KIN}(?:在[^,。!?]{{1,6}}|突然|又|今天|早上|上午|下午|昨天|晚上)*(?:走失|走丢|失踪|不见)了|(?<!猫)(?<!狗)(?:走失|走丢)(?!的?(?:猫|狗|宠物))",
            r"\bmurder\b|\brobbed\b|\brobbery\b|\b(?:is |are |was |keeps )?(?:beating|hitting|attacking|attacked) (?:me|her|him|us)\b|\bwith a knife\b(?! sharp)|\bkidnap\w*\b|\bbroke in(?:to (?:my|our|the)\b|\b(?!to))|\bbreaking into\b|\bdomestic violence\b|\braped?\b|\b(?:call|phone) (?:the )?police\b|\b(?:has )?gone missing\b|\bmissing person\b|\b(?:child|son|daughter|father|mother|mum|dad|husband|wife|grand\w+) is missing\b",
        ),
        _any(_LAW + r"[^。!?]{0,8}$", _CALM_BEFORE.pattern),
        _any(rf"^[^,。!?]{{0,12}}(?:{_TAUGHT}|{_LAW})", _CALM_AFTER.pattern),
    ),
    Danger(
        (AMBULANCE, POLICE, LIFELINE),
        _any(
            r"自杀|轻生|不想活|活不下去|活着(?:没|有什么|有啥)(?:什么|啥)?(?:意思|意义|劲)|活够了|不如死|死了算了|一死了之|想(?:去)?死(?!你|您|他|她|我了)|寻死|跳楼(?!价|机)|跳河(?!边)|割腕|自残|寻短见|结束(?:我|自己)的?生命|吃安眠药自|没有?活路|安眠药[^,。!?]{0,4}(?:一瓶|全吃|都吃)",
            r"\bsuicid\w+\b|\b(?:kill|killing|hurting|harming?) myself\b|\b(?:want to|going to|will|might|could) hurt myself\b|\bend (?:my life|it all)\b|\b(?:want|wish|going) to die\b|\b(?:don'?t|do not|no longer) want to (?:live|be alive|go on living)\b|\bno reason to live\b|\bbetter off dead\b|\bnot worth living\b|\bwish i (?:was|were) dead\b",
        ),
        _any(r"(?:预防|防范|防止|关于|避免)(?:青少年|老年人?|学生)?$", r"\b(?:prevent\w*|talk on|lecture on|class on|course on|about)\b[^,.!?]{0,10}$"),
        _any(rf"^(?:的)?(?:预防|防范|干预)?(?:{_TAUGHT.replace('|热线', '')})", r"^ (?:prevention|awareness|training|course|class|lecture|talk)\b"),
    ),
)  # fmt: skip
"""All that is looked for."""

_CLAUSES = re.compile(r"[,。!?;\n]|\.(?=\s|$)")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def numbers_to_call(text: str) -> tuple[str, ...]:
    """The emergency numbers that what somebody says calls for, in a fixed order; none when nothing in it is urgent.

    It never raises. Case, width and spacing do not matter.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("’", "'").replace("、", ",")
    plain = _HAN_GAP.sub("", " ".join(plain.split()))
    found = {number for danger in DANGERS if _is_said(plain, danger) for number in danger.numbers}
    return tuple(number for number in NUMBERS if number in found)


def _is_said(plain: str, danger: Danger) -> bool:
    return any(
        danger.calm_before.search(_before(plain, match.start())) is None
        and danger.calm_after.search(_after(plain, match.end())) is None
        for match in danger.said.finditer(plain)
    )


def _before(plain: str, place: int) -> str:
    """The clause up to there."""
    return _CLAUSES.split(plain[:place])[-1]


def _after(plain: str, place: int) -> str:
    """The clause from there."""
    return _CLAUSES.split(plain[place:])[0]
