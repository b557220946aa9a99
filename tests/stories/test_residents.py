"""What residents do in the chat, told."""

from bot.conversation.actions import AskBook, AskCancel, Book, Cancel, Mine, ShowTicket, Slots
from tests.stories.telling import Story, told_in_both_languages
from tests.world import HAIRCUT, LUNCH, at


@told_in_both_languages
async def test_lunch_from_a_greeting_and_a_haircut_by_a_sentence(story: Story) -> None:
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
