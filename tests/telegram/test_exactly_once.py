"""Whatever goes wrong between people and their bookings: each booking once, each chat in order, everybody answered."""

import pytest

from models.tables import ChatUpdate
from models.vocabulary import ChatUpdateStatus
from tests.scheduling.acting import stored
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.shuffled import Shuffled, seen
from tests.world import World

MESSAGES_AN_ANSWER = 2
"""A ticket comes with a pin on the map."""


async def judge(shuffled: Shuffled) -> None:
    """Nothing went wrong, and nobody heard the same more often than something was lost or died."""
    wrong = await shuffled.wrongs()
    updates = await stored(shuffled.world, ChatUpdate)
    attempts = sum(row.attempts for row in updates)
    shown = sum(len(seen(user)) for user in shuffled.users)
    lost = shuffled.weather.met["lost after"]
    print(
        f"\n{len(shuffled.users)} people, {len(updates)} updates brought {len(shuffled.bot_api.updates.hooks.answers)}"
        f" times and worked on {attempts} times, {shown} messages, {shuffled.kills} kills,"
        f" faults {dict(shuffled.weather.met)}, {shuffled.lost_by_api} answers of the API lost: {dict(wrong)}"
    )
    assert wrong == {}
    assert {row.status for row in updates} == {ChatUpdateStatus.done}
    assert shown <= attempts * MESSAGES_AN_ANSWER + lost
    assert shuffled.weather.met.total() > 0
    assert shuffled.lost_by_api > 0


async def test_a_few_people_through_everything(bot_api: FakeBotApi, world: World) -> None:
    shuffled = Shuffled(world, bot_api, seed=3)
    await shuffled.run(people=8, processes=2, kill_every_s=1.5, within_s=120)
    assert shuffled.kills > 0
    await judge(shuffled)


async def test_control_what_is_not_recorded_gets_out_of_order(bot_api: FakeBotApi, world: World) -> None:
    """The same without recording, and without kills, which would lose updates for good."""
    shuffled = Shuffled(world, bot_api, forgetful=True)
    await shuffled.run(people=4, processes=2, kill_every_s=None, within_s=60)
    wrong = await shuffled.wrongs()
    print(dict(wrong))
    assert wrong["disordered"] > 0
    assert wrong["missing"] > 0


async def test_control_repeats_that_nobody_knows_book_again(bot_api: FakeBotApi, world: World) -> None:
    """The same with a key of its own for each repeat: what was cancelled is booked once more."""
    shuffled = Shuffled(world, bot_api, forgetful=True, keyless=True)
    await shuffled.run(people=6, processes=2, kill_every_s=None, within_s=60)
    wrong = await shuffled.wrongs()
    print(dict(wrong))
    assert wrong["too many"] > 0


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
async def test_many_people_through_everything(bot_api: FakeBotApi, world: World, seed: int) -> None:
    shuffled = Shuffled(world, bot_api, seed=seed, speed=4)
    await shuffled.run(people=60, processes=3, kill_every_s=2, within_s=900)
    assert shuffled.kills > 5
    await judge(shuffled)
