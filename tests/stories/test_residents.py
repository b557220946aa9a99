"""What residents do in the chat, told: booking, for the family, every week, waiting, moving, and what comes after."""

from uuid import UUID

from bot.conversation.actions import (
    Accept,
    AskBook,
    AskCancel,
    AskMove,
    AskWait,
    Book,
    Cancel,
    Languages,
    Mine,
    Move,
    MoveWhere,
    SetLanguage,
    SetReminders,
    ShowTicket,
    Slots,
    Wait,
)
from bot.conversation.actions.family import (
    AskInvite,
    EnterCode,
    Family,
    Invite,
    InviteAs,
    InviteWho,
    JoinFamily,
)
from bot.conversation.actions.finding import Find, LiveAt, ShowPoint
from bot.conversation.actions.myself import SetLargeText
from bot.conversation.actions.ordering import OrderSeries, Preview, Repeat, Until
from bot.conversation.actions.standing import Settings
from bot.conversation.actions.visits import AskLate, Coming, Late, Rate, SayComment, Stars
from models.shapes.openings import ClosureOrder
from scheduling import bookings, closures, door
from tests.scheduling.acting import do
from tests.stories.telling import Speaker, Story, told_in_both_languages
from tests.world import CANTEEN, HAIRCUT, LUNCH, READING, at, manager_of


@told_in_both_languages
async def test_lunch_from_a_greeting_and_a_haircut_by_a_sentence(story: Story) -> None:
    """Three taps after a greeting; one sentence and one tap; a reminder; a change of mind."""
    await story.world.slot(LUNCH)
    await story.world.slot(HAIRCUT, at(1, 14))
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("/start")
    await neighbour.presses(Slots, category="lunch")
    await neighbour.presses(AskBook)
    await neighbour.presses(Book)
    story.later(at(0, 12))
    await neighbour.says("明天下午想剪头发", "a haircut tomorrow afternoon")
    await neighbour.presses(Book)
    story.later(at(0, 18))
    await story.ring()
    await neighbour.presses(ShowTicket)
    await neighbour.says("/my")
    await neighbour.presses(ShowTicket)
    await neighbour.presses(AskCancel)
    await neighbour.presses(Cancel)
    await neighbour.presses(Mine)
    story.holds("residents/lunch-and-haircut")


def code_in(speaker: Speaker) -> str:
    """The six digits that a screen shows."""
    words = speaker.shown.text.replace("：", " ").split()
    return next(word for word in words if len(word) == 6 and word.isdigit())


@told_in_both_languages
async def test_lunch_for_mother_after_she_agreed(story: Story) -> None:
    """A code from one phone to the other; agreed to by who is booked for; both are told."""
    await story.world.slot(LUNCH)
    daughter = await story.meets("李明", "Li Ming")
    mother = await story.meets("王桂英", "Mrs Wang")
    await daughter.says("家人", "family")
    await daughter.presses(InviteWho)
    await daughter.presses(InviteAs, i_act=1)
    await daughter.presses(AskInvite, relation="mother")
    await daughter.presses(Invite)
    code = code_in(daughter)
    await mother.says("家人", "family")
    await mother.presses(EnterCode)
    await mother.says(code)
    await mother.presses(JoinFamily)
    await story.ring()
    await daughter.says("给妈妈订明天午饭", "book lunch tomorrow for my mother")
    await daughter.presses(Book)
    await story.ring()
    await mother.says("我的预约", "my bookings")
    await daughter.does(Family())
    story.holds("residents/for-mother")


async def filled(story: Story, slot: UUID, places: int = 1) -> tuple[object, object]:
    """Somebody else takes the places of a slot; they and their booking."""
    other = await story.world.person()
    return other, await story.world.book(other, slot, places)


@told_in_both_languages
async def test_every_weekday_and_one_day_is_full(story: Story) -> None:
    """Exactly the days are shown before one tap orders them; a full one waits, a closed one is left out."""
    slots = [
        await story.world.slot(LUNCH, at(day, 11), capacity=1 if day == 3 else 4) for day in (1, 2, 3, 7)
    ]
    await filled(story, slots[2])
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("订午餐", "lunch")
    await neighbour.presses(AskBook)
    await neighbour.presses(Repeat)
    await neighbour.presses(Until, 1)
    await neighbour.presses(Preview)
    await neighbour.presses(OrderSeries)
    await neighbour.says("我的预约", "my bookings")
    story.holds("residents/every-weekday")


@told_in_both_languages
async def test_a_full_lunch_becomes_free(story: Story) -> None:
    """No place: what else there is, the queue, the offer, and the place."""
    slot = await story.world.slot(LUNCH, capacity=2)
    await story.world.slot(LUNCH, at(2, 11))
    other = await story.world.person()
    theirs = await story.world.book(other, slot, 2)
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("明天中午吃饭", "lunch tomorrow")
    await neighbour.presses(AskWait)
    await neighbour.presses(Wait)
    story.later(at(0, 15))
    await do(story.world, bookings.cancel, actor=other, booking_id=theirs.id, now=story.now)
    story.note(story.say("有人取消了", "Somebody cancels"))
    await story.ring()
    await neighbour.presses(Accept)
    story.holds("residents/waitlist")


@told_in_both_languages
async def test_moved_to_the_day_after_and_cancelled_late(story: Story) -> None:
    """Another day in three taps; what a late cancellation means is said before it is done."""
    await story.world.slot(LUNCH)
    await story.world.slot(LUNCH, at(2, 11))
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("明天中午吃饭", "lunch tomorrow")
    await neighbour.presses(Book)
    await neighbour.presses(MoveWhere)
    await neighbour.presses(AskMove)
    await neighbour.presses(Move)
    story.later(at(2, 10))
    await neighbour.says("我不去了，取消", "cancel my booking")
    await neighbour.presses(Cancel)
    story.holds("residents/moved-and-cancelled")


@told_in_both_languages
async def test_coming_late_and_saying_how_it_was(story: Story) -> None:
    """An answer to the reminder, a word to the point from the way, and stars afterwards."""
    slot = await story.world.slot(LUNCH)
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.resident.book(slot, 1, None)
    story.later(at(0, 18))
    await story.ring()
    story.later(at(1, 9, 5))
    await story.ring()
    await neighbour.presses(Coming)
    story.later(at(1, 10, 50))
    await neighbour.says("我的预约", "my bookings")
    await neighbour.presses(ShowTicket)
    await neighbour.presses(AskLate)
    await neighbour.presses(Late)
    story.later(at(1, 11, 20))
    (booking,) = await neighbour.resident.bookings(10)
    await do(story.world, door.check_in, actor=manager_of(CANTEEN), booking_id=booking.id, now=story.now)
    story.note(story.say("李明到了", "Li Ming is there"))
    story.later(at(1, 15, 30))
    await story.ring()
    await neighbour.presses(Stars, stars=4)
    await neighbour.presses(SayComment)
    await neighbour.says("红烧肉好吃，就是有点咸", "The pork was good, a little salty")
    await neighbour.presses(Rate)
    story.holds("residents/late-and-rated")


@told_in_both_languages
async def test_finding_by_word_by_kind_and_by_place(story: Story) -> None:
    """Words, a category and a shared location lead to the same point, with its times."""
    await story.world.slot(HAIRCUT, at(1, 14))
    await story.world.slot(READING, at(1, 15))
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("附近哪里能理发", "where can I get a haircut")
    await neighbour.presses(ShowPoint)
    await neighbour.says("有什么文化活动", "culture")
    await neighbour.does(Find())
    await neighbour.shares(31.9554, 118.8452)
    await neighbour.presses(LiveAt)
    story.holds("residents/finding")


@told_in_both_languages
async def test_another_language_larger_text_and_no_reminders(story: Story) -> None:
    """What can be set is one tap, and undone by one."""
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.says("语言", "language")
    other, own = ("en", "zh") if story.language == "zh-CN" else ("zh", "en")
    await neighbour.presses(SetLanguage, language=other)
    await neighbour.presses(Languages)
    await neighbour.presses(SetLanguage, language=own)
    await neighbour.says("设置", "settings")
    await neighbour.presses(SetLargeText)
    await neighbour.does(Settings())
    await neighbour.says("/stop")
    await neighbour.presses(SetReminders, on=0)
    await neighbour.presses(SetReminders, on=1)
    story.holds("residents/settings")


@told_in_both_languages
async def test_a_closed_day_moves_whoever_booked(story: Story) -> None:
    """What the point does is told with a way on: it suits, or another time, or none."""
    slot = await story.world.slot(LUNCH)
    await story.world.slot(LUNCH, at(2, 11))
    neighbour = await story.meets("李明", "Li Ming")
    await neighbour.resident.book(slot, 1, None)
    story.later(at(0, 15))
    manager = manager_of(CANTEEN, (await story.world.person("站长")).person_id)
    wanted = ClosureOrder(
        start=at(1, 8), end=at(1, 18), service_id=None, reason=story.say("停水", "no water")
    )
    await do(story.world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=story.now)
    story.note(story.say("食堂明天停水，关一天", "The canteen has no water tomorrow and closes for a day"))
    await story.ring()
    story.holds("residents/closed-day")
