"""Slips of the pen: other characters of the same sound, old forms of characters, English words with a wrong letter."""

import re
from collections import defaultdict
from functools import cache

from pypinyin import Style, pinyin
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from bot.understanding.lexicon import english_words, homophone_targets, known_words

_OTHER_FORMS = str.maketrans(
    "歺歩預約訂時間點鐘後來禮週門診醫師廳廣場課書畫電話動員區東鎮鄉號報請幫給媽爺飯壓髮劑誌願務養護學習開關閉兒個兩們樓燈壞圖館閱覽樂聽戲這還買賣過進離錢問題嗎誰為從見講說認識讓對錯換麼歲單雙頭長腳針復體檢園綠車輪視閒溫涼節陽聖誕國慶義遺囑證調親繪嬰婦託樣樹橋諮詢鬱慮導煩現級極劍瑪練運紙網際機",
    "餐步预约订时间点钟后来礼周门诊医师厅广场课书画电话动员区东镇乡号报请帮给妈爷饭压发剂志愿务养护学习开关闭儿个两们楼灯坏图馆阅览乐听戏这还买卖过进离钱问题吗谁为从见讲说认识让对错换么岁单双头长脚针复体检园绿车轮视闲温凉节阳圣诞国庆义遗嘱证调亲绘婴妇托样树桥咨询郁虑导烦现级极剑玛练运纸网际机",
)
"""Traditional characters of everyday words, and forms that hands slip into."""
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")

_LONGEST = 5
_LONG = 4
"""Words of so many characters may have two slips, shorter ones have one."""

_SHORTEST_ENGLISH = 4
_TWO_SLIPS_FROM = 7


def mended(said: str) -> str:
    """The sentence with what is surely a slip put right."""
    said = said.translate(_OTHER_FORMS)
    said = _HAN.sub(lambda match: _same_sound(match[0]), said)
    return _WORD.sub(lambda match: _spelt(match[0]), said)


def _same_sound(run: str) -> str:
    """Characters that sound like a word of ours, and share a character with it, are taken for it."""
    at = 0
    while at < len(run):
        known = _known_at(run, at)
        if known:
            at += known
            continue
        for length in range(min(_LONGEST, len(run) - at), 1, -1):
            written = run[at : at + length]
            meant = _meant(written)
            if meant is not None and not _breaks_known(run, at, length):
                run = run[:at] + meant + run[at + length :]
                at += length
                break
        else:
            at += 1
    return run


def _known_at(run: str, at: int) -> int:
    """How long the longest word is that stands here as it should."""
    words = known_words()
    return next(
        (length for length in range(min(_LONGEST, len(run) - at), 1, -1) if run[at : at + length] in words), 0
    )


def _breaks_known(run: str, at: int, length: int) -> bool:
    """Whether a word that is right begins within and goes on beyond."""
    return any(_known_at(run, inside) > at + length - inside for inside in range(at + 1, at + length))


@cache
def _sounds(character: str) -> frozenset[str]:
    """How a character may sound, without tones."""
    (ways,) = pinyin(character, style=Style.NORMAL, heteronym=True)
    return frozenset(ways)


@cache
def _by_length_and_character() -> dict[tuple[int, int, str], tuple[str, ...]]:
    """Words of ours by their length, and a place and the character there."""
    found: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for word in homophone_targets():
        for place, character in enumerate(word):
            found[len(word), place, character].append(word)
    return {key: tuple(words) for key, words in found.items()}


def _meant(written: str) -> str | None:
    index = _by_length_and_character()
    most_slips = 1 if len(written) < _LONG else 2
    for place, character in enumerate(written):
        for word in index.get((len(written), place, character), ()):
            slips = [(one, other) for one, other in zip(written, word, strict=True) if one != other]
            if 0 < len(slips) <= most_slips and all(_sounds(one) & _sounds(other) for one, other in slips):
                return word
    return None


@cache
def _dictionary() -> frozenset[str]:
    """English words that are right as they are written."""
    return frozenset(
        word for word in SpellChecker(language="en").word_frequency.words() if len(word) >= _SHORTEST_ENGLISH
    )


@cache
def _spelt(written: str) -> str:
    """The English word meant: itself, unless exactly one of ours is a slip or two away."""
    words = english_words()
    if len(written) < _SHORTEST_ENGLISH or written in words or written in _dictionary():
        return written
    slips = 2 if len(written) >= _TWO_SLIPS_FROM else 1
    beginning_alike = _by_first_letter().get(written[0], ())
    near = process.extract(written, beginning_alike, scorer=OSA.distance, score_cutoff=slips, limit=2)
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return written
    return near[0][0]


@cache
def _by_first_letter() -> dict[str, tuple[str, ...]]:
    """The English words of ours: hardly anybody gets the first letter wrong."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(english_words()):
        found[word[0]].append(word)
    return {letter: tuple(words) for letter, words in found.items()}
