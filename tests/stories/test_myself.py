"""One account in several chats, and leaving, told."""

import pytest

from bot.conversation.actions import Mine, More, Slots
from bot.conversation.actions.myself import (
    AskErase,
    AskEraseAgain,
    Erase,
    LinkChat,
    MakeCode,
    MyData,
    OneAccount,
    TakeAlong,
)
from models.database import transaction
from models.tables import Grant, StaffAccount
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from scheduling.identity import codes
from tests.scheduling.acting import do
from tests.stories.telling import Story, told_in_both_languages
from tests.world import CANTEEN, HAIRCUT, LUNCH, World, at


async def manager(world: World) -> Actor:
    """Somebody with a sign-in on the pages, who manages the canteen."""
    actor = await world.person("刘站长")
    async with transaction(world.database) as session:
        session.add(StaffAccount(username="liu", person_id=actor.require_person(), password_hash="none"))
        session.add(
            Grant(
                created_at=at(0, 9),
                person_id=actor.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    return actor


CODE = "K7WM3QXD"


@pytest.fixture(autouse=True)
def known_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are random: in these stories it is always the same one."""
    monkeypatch.setattr(codes, "new_code", lambda: CODE)


@told_in_both_languages
async def test_a_manager_goes_on_in_the_chat_where_they_booked_lunch(story: Story) -> None:
    """By the link of the pages: the lunch comes along, and whose the account is is said before anything happens."""
    slot = await story.world.slot(LUNCH)
    at_phone = await story.meets("老刘", "Old Liu")
    await at_phone.says("/start")
    await at_phone.resident.book(slot, 1, None)
    made = await do(
        story.world, codes.make_own, actor=await manager(story.world), bot_name=None, now=story.now
    )
    await at_phone.says(f"/start {made.start}")
    await at_phone.presses(LinkChat)
    await at_phone.presses(Mine)
    await at_phone.says(made.code)
    story.holds("myself/manager-in-the-chat")


@told_in_both_languages
async def test_a_daughter_with_a_second_phone(story: Story) -> None:
    """A code taken in one chat, typed in the other; both lunches are hers, and what clashes is named."""
    first = await story.meets("芳芳", "Fangfang")
    second = await story.meets("芳芳", "Fangfang")
    for speaker in (first, second):
        await speaker.says("/start")
    lunch = await story.world.slot(LUNCH)
    await first.resident.book(lunch, 1, None)
    theirs = await second.resident.book(await story.world.slot(HAIRCUT, at(1, 11, 30)), 1, None)
    await first.presses(More)
    await first.presses(MyData)
    await first.presses(OneAccount)
    await first.presses(MakeCode)
    await second.says("23AB-45CD")
    await second.says(CODE)
    await second.resident.cancel(theirs.id)
    await second.says("k7wm 3qxd")
    await second.presses(LinkChat)
    await second.presses(Mine)
    story.holds("myself/second-phone")


@told_in_both_languages
async def test_leaving_for_good(story: Story) -> None:
    leaving = await story.meets("老张", "Old Zhang")
    await leaving.says("/start")
    await leaving.resident.book(await story.world.slot(LUNCH), 1, None)
    await leaving.presses(More)
    await leaving.presses(MyData)
    await leaving.presses(AskErase)
    await leaving.presses(TakeAlong)
    await leaving.says("注销", "erase me")
    await leaving.presses(AskEraseAgain)
    await leaving.presses(Erase)
    await leaving.says("/my")
    await leaving.presses(Slots, category="lunch")
    story.holds("myself/leaving")
