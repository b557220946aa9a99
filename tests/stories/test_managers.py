"""What managers do in the chat between two pots, told: the day, places, closing, the door, shifts."""

from bot.conversation.actions import ShowTicket
from bot.conversation.actions.managers import (
    Commit,
    Day,
    Fill,
    Guests,
    SetPlaces,
    TakeIn,
    WalkIn,
    WalkInTo,
)
from bot.conversation.actions.rostering import AskHands, Publish, SendAsks, ShowShift
from bot.conversation.actions.volunteer_shifts import AcceptAsk
from models.database import transaction
from models.tables import Grant
from models.vocabulary import Role, ScopeKind, ShiftStatus
from tests.bot.photos import as_jpeg, code, on_paper
from tests.rostering import shift, volunteer
from tests.stories.telling import Speaker, Story, told_in_both_languages
from tests.world import CANTEEN, LUNCH, at


async def keeper(story: Story) -> Speaker:
    """Somebody at a chat who keeps the canteen."""
    speaker = await story.meets("刘站长", "Manager Liu")
    person_id = await speaker.person_id()
    async with transaction(story.world.database) as session:
        session.add(
            Grant(
                created_at=story.now,
                person_id=person_id,
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    return speaker


@told_in_both_languages
async def test_today_and_twenty_lunches_more_tomorrow(story: Story) -> None:
    """The day at a glance; a sentence, what it means, one tap; whoever waits is offered a place."""
    today = await story.world.slot(LUNCH, at(0, 11), capacity=20)
    tomorrow = await story.world.slot(LUNCH, at(1, 11), capacity=1)
    await story.world.book(await story.world.person("王桂英"), today, 2)
    await story.world.book(await story.world.person("张建国"), tomorrow)
    waiting = await story.meets("李明", "Li Ming")
    await waiting.resident.wait(tomorrow, 1, None)
    liu = await keeper(story)
    await liu.says("今天", "today")
    await liu.presses(Guests)
    await liu.says("明天午餐加二十", "20 more lunches tomorrow")
    await liu.presses(SetPlaces)
    await story.ring()
    story.holds("managers/twenty-more")


@told_in_both_languages
async def test_closed_for_a_day(story: Story) -> None:
    """Whom it meets is said before it is done; what those who booked then see."""
    tomorrow = await story.world.slot(LUNCH, at(1, 11))
    await story.world.slot(LUNCH, at(2, 11))
    resident = await story.meets("王桂英", "Mrs Wang")
    await resident.resident.book(tomorrow, 2, None)
    liu = await keeper(story)
    await liu.says("明天停开一天", "close all day tomorrow")
    await liu.presses(Fill)
    await liu.says("锅炉检修", "The boiler is being repaired")
    await liu.presses(Commit)
    await story.ring()
    await resident.says("我的预约", "my bookings")
    story.holds("managers/closed")


@told_in_both_languages
async def test_at_the_door(story: Story) -> None:
    """A code, a photo of a ticket, and somebody without a booking."""
    slot = await story.world.slot(LUNCH, at(0, 11), capacity=10)
    wang, li = await story.meets("王桂英", "Mrs Wang"), await story.meets("李明", "Li Ming")
    first = await wang.resident.book(slot, 2, None)
    await li.resident.book(slot, 1, None)
    liu = await keeper(story)
    story.later(at(0, 10, 50))
    await liu.says(first.code)
    await li.says("我的预约", "my bookings")
    await li.presses(ShowTicket)
    assert li.shown.ticket is not None
    assert li.shown.ticket.qr is not None
    await liu.sends(as_jpeg(on_paper(code(li.shown.ticket.qr))))
    await liu.does(Day(CANTEEN, None))
    await liu.presses(WalkIn)
    await liu.presses(WalkInTo)
    await liu.presses(TakeIn)
    story.holds("managers/door")


@told_in_both_languages
async def test_a_shift_is_published_and_its_gap_filled(story: Story) -> None:
    """A draft becomes visible; then those who fit are asked."""
    lin = await story.meets("小林", "Lin", await volunteer(story.world, story.say("小林", "Lin")))
    liu = await keeper(story)
    await shift(story.world, at(3, 11), needed=1, status=ShiftStatus.draft)
    await liu.says("班次", "shifts")
    await liu.presses(ShowShift)
    await liu.presses(Publish)
    await liu.presses(AskHands)
    await liu.presses(SendAsks)
    await story.ring()
    await lin.presses(AcceptAsk)
    await liu.presses(ShowShift)
    story.holds("managers/shift")
