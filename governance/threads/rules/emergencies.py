"""Words that cannot wait for an answer: whoever writes one gets the emergency number at once. A list, no guessing.

A number too many does no harm; one too few may. So a word stands here when people say it in danger, whatever else it
can mean; words of everyday complaints do not.
"""

import re
from collections.abc import Mapping

AMBULANCE, FIRE, POLICE, LIFELINE = "120", "119", "110", "12356"
"""Emergency numbers of the whole country; 12356 is the national line for people in a crisis of the mind."""

WORDS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (AMBULANCE, FIRE, POLICE): (
        "救命",
        "救救我",
        "出人命",
        "this is an emergency",
        "it's an emergency",
        "it’s an emergency",
    ),
    (AMBULANCE,): (
        *(
            "晕倒",
            "昏倒",
            "昏迷",
            "晕过去",
            "昏过去",
            "不省人事",
            "没有呼吸",
            "没呼吸",
            "呼吸困难",
            "喘不过气",
        ),
        *(
            "喘不上气",
            "心脏骤停",
            "没有心跳",
            "没心跳",
            "心梗",
            "心肌梗",
            "中风了",
            "脑梗了",
            "脑溢血",
            "大出血",
        ),
        *(
            "流血不止",
            "止不住血",
            "吐血",
            "抽搐",
            "中毒",
            "噎住",
            "卡住喉咙",
            "触电",
            "溺水",
            "救护车",
        ),
        *(
            "爬不起来",
            "站不起来",
            "摔倒了起不来",
            "摔了起不来",
            "跤起不来",
            "动不了了",
            "胸口疼",
            "胸口痛",
            "胸痛",
            "心口疼",
            "心口痛",
            "叫不醒",
            "喊不醒",
            "没反应了",
            "嘴歪",
            "打120",
        ),
        *("我摔倒了", "妈摔倒了", "爸摔倒了", "老人摔倒了", "流了好多血", "落水了", "喝了农药"),
        *("unconscious", "fainted", "collapsed", "not breathing", "stopped breathing", "cannot breathe"),
        *("can't breathe", "can’t breathe", "heart attack", "having a stroke", "bleeding badly"),
        *("won't stop bleeding", "won’t stop bleeding", "poisoned", "choking", "drowning", "electrocuted"),
        *(
            "ambulance",
            "overdose",
            "chest pain",
            "chest pains",
            "chest hurts",
            "can't get up",
            "can’t get up",
        ),
        *("passed out", "seizure", "won't wake up", "won’t wake up", "trouble breathing", "call 120"),
    ),
    (FIRE,): (
        *(
            "着火",
            "起火",
            "失火",
            "火灾",
            "冒烟",
            "冒浓烟",
            "打119",
            "煤气泄漏",
            "燃气泄漏",
            "漏煤气",
            "煤气味",
            "燃气味",
            "爆炸",
        ),
        *(
            "困在电梯",
            "电梯里出不来",
            "电梯困人",
            "被困电梯",
            "on fire",
            "there is a fire",
            "gas leak",
            "smell of gas",
            "smell gas",
        ),
        *("explosion", "stuck in the lift", "stuck in the elevator"),
    ),
    (POLICE,): (
        *(
            "杀人",
            "抢劫",
            "打人了",
            "在打人",
            "打人的",
            "打110",
            "拿刀",
            "孩子不见了",
            "老人不见了",
            "被打了",
            "家暴",
            "持刀",
            "砍人",
            "有人入室",
            "绑架",
            "有人闯进",
            "帮我报警",
            "要报警",
            "走失",
            "走丢",
        ),
        *("murder", "robbed", "robbery", "beating me", "attacked me", "with a knife", "kidnap", "broke in"),
        *("domestic violence", "call the police", "has gone missing", "missing person"),
        *(
            "child is missing",
            "son is missing",
            "daughter is missing",
            "father is missing",
            "mother is missing",
        ),
    ),
    (AMBULANCE, POLICE, LIFELINE): (
        *("自杀", "轻生", "不想活", "活不下去", "想死", "跳楼", "跳河", "割腕", "自残", "寻短见"),
        *("suicide", "kill myself", "end my life", "want to die", "don't want to live", "don’t want to live"),
        *(
            "hurt myself",
            "活着没意思",
            "活够了",
            "不如死",
            "自己的生命",
            "no reason to live",
            "better off dead",
        ),
    ),
}
"""Which numbers to call, and the words that call for them."""

ORDER = (AMBULANCE, FIRE, POLICE, LIFELINE)

_BLANK = re.compile(r"\s+")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def emergency_numbers(text: str) -> tuple[str, ...]:
    """The numbers to call at once for what a text says, in a fixed order; none when nothing in it is urgent.

    Case and spacing do not matter. English words are whole words.
    """
    plain = _HAN_GAP.sub("", _BLANK.sub(" ", text)).casefold()
    found: set[str] = set()
    for numbers, words in WORDS.items():
        if any(_says(plain, word) for word in words):
            found.update(numbers)
    return tuple(number for number in ORDER if number in found)


def _says(text: str, word: str) -> bool:
    if not word.isascii() and "’" not in word:
        return word in text
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
