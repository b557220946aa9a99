"""Words of danger: found wherever somebody means them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.dangers import AMBULANCE, FIRE, LIFELINE, NUMBERS, POLICE, numbers_to_call
from governance.threads.rules.emergencies import WORDS, emergency_numbers

MEDICAL, CRISIS, ALL = (AMBULANCE,), (AMBULANCE, POLICE, LIFELINE), (AMBULANCE, FIRE, POLICE)

SAID = {
    "救命": ALL,
    "快来人啊，救救我妈": ALL,
    "It's an emergency": ALL,
    "HELP, emergency": ALL,
    "我摔倒了起不来": MEDICAL,
    "老伴在厕所摔了一跤，动不了了": MEDICAL,
    "爷爷跌倒流了好多血": MEDICAL,
    "我妈摔倒了": MEDICAL,
    "胸口疼，喘不上气": MEDICAL,
    "老人叫 不 醒": MEDICAL,
    "孩子噎住了": MEDICAL,
    "在太极拳课上有人晕倒了": MEDICAL,
    "我爸可能中风了": MEDICAL,
    "帮我打120": MEDICAL,
    "I have chest pain": MEDICAL,
    "my mother fell and can’t get up": MEDICAL,
    "he is NOT breathing": MEDICAL,
    "my dad had a heart attack": MEDICAL,
    "call an ambulance": MEDICAL,
    "煤气泄漏": (FIRE,),
    "家里有煤气味怎么办": (FIRE,),
    "楼道在冒烟": (FIRE,),
    "电梯停了，我们出不来": (FIRE,),
    "厨房着火，奶奶昏迷": (AMBULANCE, FIRE),
    "there is a fire in the kitchen": (FIRE,),
    "I smell gas": (FIRE,),
    "someone is stuck in the elevator": (FIRE,),
    "老公打我，我要报警": (POLICE,),
    "孩子在超市不见了": (POLICE,),
    "爸爸走丢了": (POLICE,),
    "邻居家暴，天天打": (POLICE,),
    "my husband is beating me": (POLICE,),
    "my child is missing": (POLICE,),
    "我不想活了": CRISIS,
    "活着没意思": CRISIS,
    "想结束自己的生命": CRISIS,
    "I want to kill myself": CRISIS,
    "no reason to live": CRISIS,
}

NOT_SAID = (
    "老人摔倒怎么预防讲座", "预防老人摔倒的讲座", "明天的餐费是120元", "取120块钱", "110路公交怎么坐", "我住119号",
    "急救培训班还有名额吗", "心梗急救讲座", "火灾逃生演练", "想约中风康复", "我爸中风三年了，想约康复", "以前得过脑梗，能打太极吗",
    "防溺水课", "法律咨询：家暴怎么办离婚", "家暴法律咨询", "救命稻草", "累死了", "想死你们了", "跳楼价吗", "烫个爆炸头", "打人工电话",
    "猫走丢了", "我的预约不见了", "报警器坏了", "电梯坏了", "电梯老是困人", "楼下天天冒油烟", "路太滑，昨天有人摔倒了，请修一下",
    "最近睡不着，想找心理咨询", "自杀预防讲座", "我没摔倒，就是想约按摩", "脚疼站不起来想助浴", "明天打折吗，被打了八折吗",
    "the elevator in our building is stuck again", "first aid class on Friday", "a talk about heart attack prevention",
    "stroke rehab for my father", "fire drill on Tuesday", "fireworks tonight", "save me a seat for lunch", "I need help", "help",
    "my knife needs sharpening", "suicide prevention training", "the ceiling collapsed", "emergency contact", "people smoke in the elevator", "路太窄，救护车进不来", "",
)  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), SAID.items())
def test_words_of_danger_say_whom_to_call(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_to_call(text) == numbers


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_only_sounds_like_danger_is_none(text: str) -> None:
    assert numbers_to_call(text) == ()


ONLY_HERE = {"HELP, emergency", "电梯停了，我们出不来", "孩子在超市不见了"}
"""Where two clauses or a place belong together, which a list of words cannot see."""

ONLY_THERE = {
    "爬不起来", "站不起来", "跤起不来", "动不了了", "流了好多血", "can't get up", "can’t get up", "hurt myself", "自己的生命",
}  # fmt: skip
"""Pieces of sentences; here the whole sentence counts."""


@pytest.mark.parametrize("text", sorted(SAID.keys() - ONLY_HERE))
def test_who_answers_is_woken_by_them_too(text: str) -> None:
    """What wakes people is a list of its own, on the other side of the API."""
    assert emergency_numbers(text)


def test_what_wakes_who_answers_is_danger_here() -> None:
    apart = {
        word for numbers, said in WORDS.items() for word in said if set(numbers) - {*numbers_to_call(word)}
    }
    assert apart == ONLY_THERE


@given(st.text(max_size=300))
def test_nothing_said_is_too_strange(text: str) -> None:
    assert set(numbers_to_call(text)) <= set(NUMBERS)
