"""One's own data in the chat, told: seeing, correcting, what one agreed to. Leaving, and a second chat, are told in test_myself.py."""

from bot.conversation.actions.myself import (
    AskBirthday,
    AskName,
    AskPhone,
    AskWithdraw,
    Consents,
    Save,
    TakeAlong,
    Withdraw,
)
from tests.stories.telling import Story, told_in_both_languages
from tests.world import LUNCH


@told_in_both_languages
async def test_what_is_stored_is_seen_corrected_and_taken_along(story: Story) -> None:
    """Everything in sight, each corrected by words and a tap, and all of it as a file."""
    await story.world.slot(LUNCH)
    neighbour = await story.meets("王桂英", "Mrs Wang")
    await neighbour.says("我的资料", "my data")
    await neighbour.presses(AskName)
    await neighbour.says("王桂英", "Wang Guiying")
    await neighbour.presses(Save)
    await neighbour.presses(AskPhone)
    await neighbour.sends_contact("13812345678")
    await neighbour.presses(Save)
    await neighbour.presses(AskBirthday)
    await neighbour.says("1950年", "1950")
    await neighbour.presses(Save)
    await neighbour.presses(TakeAlong)
    story.holds("own-data/corrected")


@told_in_both_languages
async def test_what_one_agreed_to_is_taken_back(story: Story) -> None:
    """What it was for, what ends with it, and a tap that says so."""
    slot = await story.world.slot(LUNCH)
    neighbour = await story.meets("王桂英", "Mrs Wang")
    await neighbour.resident.consent("service", "1")
    await neighbour.resident.book(slot, 1, None)
    await neighbour.says("我的资料", "my data")
    await neighbour.presses(Consents)
    await neighbour.presses(AskWithdraw)
    await neighbour.presses(Withdraw)
    story.holds("own-data/consent")
