"""Which intent a sentence has: the first of a list of questions that is answered with yes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.understanding import cues
from bot.understanding.lexicon import LIKELY, PERHAPS, SURE, Found
from bot.understanding.meaning import Intent
from bot.understanding.mentions import TAKEN

_FILLERS = re.compile(
    rf"[\s{TAKEN},.!?;:。，！？；：、~…()（）\"'“”【】\[\]-]|的|吧|呢|啊|呀|了|哈|嗯|那|就|都|也|还|行|可以|好|请问|您好|你好|麻烦|谢谢|我|们|在|要|想|有|吗|嘛|空|来|去|到|是|个|问一?下|the|for|on|at|in|please|i|a|an|any|is|me|my"
)


@dataclass(frozen=True, slots=True)
class Clues:
    """What the questions look at: the sentence without days, times and places (and without counts), and what was there."""

    said: str
    uncounted: str
    words: Sequence[Found]
    dated: bool
    timed: bool
    placed: bool
    counted: bool

    def has(self, cue: re.Pattern[str]) -> bool:
        """Whether the sentence has such a cue."""
        return cue.search(self.said) is not None

    def of(self, category: str, surety: int = LIKELY) -> bool:
        """Whether a word of a category is there, at least so sure."""
        return any(one.category == category and one.surety >= surety for one in self.words)

    @property
    def surety(self) -> int:
        """How surely a category is asked for; 0 when there is none."""
        return max((one.surety for one in self.words), default=0)

    @property
    def rest(self) -> str:
        """What is left without fillers."""
        return _FILLERS.sub("", self.uncounted)


def intent_of(clues: Clues) -> Intent:
    """The intent of a sentence."""
    return next((intent for intent, asked in _QUESTIONS if asked(clues)), Intent.unknown)


_DONE_WITH_A_BOOKING = re.compile(
    r"取消|退|约|订|改|报名|换|志愿|班|\b(?:cancel|book|move|change|reschedule|shift|volunteer|sign)\w*\b"
)


_HOW_TO = re.compile(
    r"^(?:请问)?(?:我)?(?:要|想知道|该)?(?:怎么|咋|怎样|如何)(?:才能)?(?:预约|约|订|取消|改期|改时间|改|报名|查|退)(?:预约|订单|时间)?[呀啊呢的吗?!]*$"
    r"|^how (?:do i|can i|to|does one) (?:book|cancel|reschedule|change|make|sign)\b.{0,20}$"
    r"|\bwhat happens if\b|(?:取消|爽约|不去|没去|迟到|晚到)[^,。]{0,4}(?:会怎么样|会怎样|有什么后果|有影响吗|要罚)"
)


def _service_for_trouble(clues: Clues) -> bool:
    """Whether the trouble told is one that a service is for: a dispute, a worry, a question of law, a thing to mend."""
    return any(clues.of(category, SURE) for category in ("mediation", "legal", "counselling", "volunteering"))


def _request(clues: Clues) -> bool:
    if clues.has(cues.COMPLAINT):
        return not (clues.of("mediation", SURE) or clues.of("legal", SURE))
    if _service_for_trouble(clues) or (clues.surety >= SURE and "上门" in clues.said):
        return False
    if clues.has(cues.WISH):
        return clues.surety < SURE or clues.has(cues.FAULT)
    if not clues.has(cues.FAULT):
        wrong = clues.has(cues.THING) and clues.has(cues.WRONG)
        return wrong and clues.surety < LIKELY and not clues.has(_DONE_WITH_A_BOOKING)
    return not (clues.surety >= LIKELY and (clues.dated or clues.timed) and clues.has(cues.BOOK))


_ON_DUTY = re.compile(
    "(?:律师|医生|大夫|护士|师傅|老师|专家|调解员|咨询师|法律顾问)[^,。]{0,5}(?:值班|坐班|当班)"
)
"""Who is on duty there gives a service; it is no shift of one's own."""


def _talks_of_shifts(clues: Clues) -> bool:
    """班 is a shift, unless it is a class that was named."""
    if not clues.has(cues.SHIFT):
        return False
    if _ON_DUTY.search(clues.said):
        return False
    if re.search(
        r"志愿(?!者帮|者上门|者来)|义工|volunteer|shift|值班|排班|班次|班表|替班|换班|顶班|代班|岗",
        clues.said,
    ):
        return not clues.of("volunteering", SURE)
    classes = [match.start() for match in re.finditer("班", clues.said)]
    return not any(
        one.end <= place <= one.end + 2
        for one in clues.words
        if one.surety >= LIKELY and clues.said[one.end - 1] not in "馆堂室房站点餐饭"
        for place in classes
    )


def _swap(clues: Clues) -> bool:
    if clues.has(re.compile(r"替班|换班|顶班|代班|调班|\bcover my\b|stand[- ]?in")):
        return True
    if not _talks_of_shifts(clues):
        return False
    return clues.has(cues.SWAP) or (
        clues.has(cues.CANNOT_COME) and not clues.has(re.compile("取消|cancel|请假"))
    )


def _my_hours(clues: Clues) -> bool:
    return clues.has(cues.MY_HOURS)


def _my_shifts(clues: Clues) -> bool:
    if re.search(r"报名(?!了|的)|报(?!名|了|的|过|上)|想报|要报|可以报", clues.said):
        return False
    return (
        _talks_of_shifts(clues)
        and clues.has(cues.MINE_SHIFT)
        and not clues.has(cues.CANCEL)
        and not clues.has(cues.MOVE)
    )


def _closes(clues: Clues) -> bool:
    return (
        clues.has(cues.CLOSED)
        and not clues.has(cues.ASKED)
        and not clues.has(re.compile(r"噪音|太吵|投诉|\bnearby\b"))
    )


def _changes_capacity(clues: Clues) -> bool:
    if not clues.has(cues.CAPACITY):
        return False
    if clues.has(re.compile(r"容量|扩容|限量|capacity|上限")):
        return True
    return not (
        clues.has(
            re.compile(
                r"太少|不够坐|能不能多|可不可以多|可以多|还有(?:没有)?.{0,3}(?:名额|座|位)|有没有(?:名额|座|位)|给我|帮我(?:留|订|约)|预约|改到"
            )
        )
    )


def _cancels(clues: Clues) -> bool:
    kept = cues.NOT_CANCEL.sub("", clues.said)
    if cues.CANCEL.search(kept) is None:
        return False
    only_weak = cues.CANCEL.search(cues.WEAK_CANCEL.sub("", kept)) is None
    return not (only_weak and re.search(r"上门|送餐|送饭|想(?:请|找|约)|能不能|代", kept))


def _moves(clues: Clues) -> bool:
    moving = cues.MOVE.search(clues.said)
    if moving is None:
        return False
    if re.fullmatch("改天|再约", moving[0]) and clues.has(cues.CANCEL) and not clues.dated:
        return False
    correcting = cues.CORRECTION.search(clues.said)
    if correcting is not None and correcting.end() <= moving.start():
        return cues.BOOK.search(clues.said[: correcting.start()]) is None and not clues.words
    return True


def _asks_for_human(clues: Clues) -> bool:
    return clues.has(cues.HUMAN) and not clues.of("counselling", PERHAPS) and not clues.of("mediation")


def _asks_how(clues: Clues) -> bool:
    asked = clues.has(_HOW_TO) and not clues.has(cues.VOLUNTEER)
    return asked and not clues.dated and not clues.timed and clues.surety < LIKELY


_SPEAKS = re.compile(
    r"(?:can you |do you |please )?speak|(?:你们?)?(?:能不能|可不可以|能|可以)(?:说|讲|用)(?:英文|英语|中文)"
)


def _asks_how_it_is_shown(clues: Clues) -> bool:
    plainly = _SPEAKS.match(clues.said) is not None
    return clues.has(cues.SHOWN) and not clues.dated and (plainly or clues.surety < PERHAPS)


def _asks_for_help(clues: Clues) -> bool:
    return clues.has(cues.HELP) and clues.surety < LIKELY


def _mine(clues: Clues) -> bool:
    if clues.has(cues.MINE):
        return True
    rest = cues.NOT_CANCEL.sub("", clues.said)
    return rest != clues.said and cues.BOOK.search(rest) is None and cues.MOVE.search(rest) is None


def _declines(clues: Clues) -> bool:
    """不用了谢谢 says no to what was offered; it gives nothing up."""
    return clues.has(cues.NO_THANKS) and not clues.words and not clues.dated


_VOLUNTEER_FOR_ME = re.compile(
    r"\bcan (?:a|some|one of your) volunteers? (?:visit|come|help|teach|bring|take)\b|\bvolunteers? (?:to|who can) (?:visit|help me|come to|teach me)\b"
)
"""Somebody wants a volunteer, and does not want to be one."""


def _volunteers(clues: Clues) -> bool:
    return (
        clues.has(cues.VOLUNTEER)
        and not clues.of("volunteering", SURE)
        and not clues.has(_VOLUNTEER_FOR_ME)
        and (
            _talks_of_shifts(clues)
            or (not clues.has(cues.SHIFT) and clues.surety < SURE)
            or (
                clues.has(re.compile(r"\bhelp\b|lend a hand|pair of hands|义务|人手|缺人|帮忙|帮厨"))
                and not _service_for_trouble(clues)
            )
        )
    )


def _finds(clues: Clues) -> bool:
    if clues.has(cues.WHERE) or (
        clues.placed and re.search(r"有(?:什么|啥|哪些)服务|提供(?:什么|哪些)", clues.said)
    ):
        return True
    if clues.dated or clues.timed:
        return False
    return clues.has(cues.FIND) or (clues.placed and clues.has(cues.IS_THERE) and clues.surety >= LIKELY)


_ASKING = re.compile("想|要|能|来不来|行吗|可以|麻烦|帮|请")


def _books(clues: Clues) -> bool:
    asked_otherwise = clues.dated or clues.timed or clues.counted
    if clues.surety >= LIKELY:
        return True
    if clues.surety >= PERHAPS and (asked_otherwise or clues.has(cues.BOOK)):
        return True
    if clues.has(cues.BOOK_PLAINLY):
        return True
    return (clues.dated or clues.timed) and (
        clues.has(cues.BOOK) or clues.has(_ASKING) or len(clues.rest) <= 1
    )


def _tells_of_a_thing(clues: Clues) -> bool:
    """Somebody who says something about the road, the lift, the neighbours, and wants nothing else, wants that seen to."""
    return (
        clues.has(cues.THING)
        and len(clues.rest) > 3
        and not clues.has(re.compile(r"买|卖|推荐|哪|什么|怎么|\bwhat\b|\bwho\b|\bhow\b"))
    )


def _small_talk(clues: Clues) -> bool:
    return clues.has(cues.SMALL_TALK)


_QUESTIONS: tuple[tuple[Intent, Callable[[Clues], bool]], ...] = (
    (Intent.my_hours, _my_hours),
    (Intent.volunteer_swap, _swap),
    (Intent.human, _asks_for_human),
    (Intent.close_point, _closes),
    (Intent.manage_capacity, _changes_capacity),
    (Intent.request, _request),
    (Intent.help, _asks_how),
    (Intent.help, _asks_how_it_is_shown),
    (Intent.unknown, _declines),
    (Intent.reschedule, _moves),
    (Intent.cancel, _cancels),
    (Intent.my_shifts, _my_shifts),
    (Intent.help, _asks_for_help),
    (Intent.volunteer, _volunteers),
    (Intent.my_bookings, _mine),
    (Intent.unknown, _small_talk),
    (Intent.find_points, _finds),
    (Intent.book, _books),
    (Intent.request, _tells_of_a_thing),
)
