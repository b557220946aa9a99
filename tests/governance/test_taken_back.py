"""A consent that was taken back, where requests and wishes need it (product: People 1)."""

import pytest

from governance import asking, wishes
from models.shapes.people import ConsentGiven
from models.shapes.requests import FollowOrder, WishOrder
from models.vocabulary import Language
from scheduling import people
from scheduling.actors import Actor
from scheduling.errors import ConsentWithdrawnError
from scheduling.identity import consents
from tests.governing import Grid
from tests.world import NOW


async def took_back(grid: Grid, who: Actor, purpose: str) -> ConsentGiven:
    given = ConsentGiven(purpose=purpose, version="1")
    await grid.do(people.consent, actor=who, given=given, now=NOW)
    await grid.do(consents.withdraw, actor=who, purpose=purpose, now=NOW)
    return given


async def test_nothing_is_asked_or_joined_by_whom_agrees_no_more(grid: Grid) -> None:
    """What was sent before goes on, and can be withdrawn."""
    sent = await grid.ask()
    for who in (grid.resident, grid.neighbour):
        given = await took_back(grid, who, "service")
    with pytest.raises(ConsentWithdrawnError):
        await grid.ask()
    with pytest.raises(ConsentWithdrawnError):
        await grid.do(
            asking.follow,
            actor=grid.neighbour,
            request_id=sent.id,
            said=FollowOrder(),
            language=Language.zh,
            now=NOW,
        )
    assert (await grid.withdraw(sent.id)).state == "withdrawn"
    await grid.do(people.consent, actor=grid.resident, given=given, now=NOW)
    await grid.ask("又坏了一盏灯")
    await grid.assert_sound()


async def test_no_wish_is_taken_in_hand_by_whom_agrees_no_more(grid: Grid) -> None:
    volunteer, wish = await grid.world.person("周同学"), await grid.ask("微心愿：陈奶奶想要一台收音机")
    await grid.do(
        wishes.publish,
        actor=grid.worker,
        request_id=wish.id,
        wanted=WishOrder(text="一位老人想要一台收音机"),
        language=Language.zh,
        now=NOW,
    )
    given = await took_back(grid, volunteer, "volunteering")
    with pytest.raises(ConsentWithdrawnError):
        await grid.claim(wish.id, volunteer)
    await grid.do(people.consent, actor=volunteer, given=given, now=NOW)
    await grid.claim(wish.id, volunteer)
    await grid.assert_sound()
