"""Micro-wishes: published by their owner, claimed by one volunteer, fulfilled, confirmed (微心愿)."""

from datetime import datetime
from functools import partial
from uuid import UUID

import pytest

from governance import sweeps, wishes
from models.database import in_transaction
from models.request_words import RequestState, WishState
from models.shapes.requests import RequestDetail, WishOrder
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from tests.governing import Grid
from tests.world import NOW, at

CHECKED = "一位老人想要一台能听戏的收音机"


async def publish(grid: Grid, id_: UUID, now: datetime = NOW) -> RequestDetail:
    return await grid.do(
        wishes.publish,
        actor=grid.worker,
        request_id=id_,
        wanted=WishOrder(text=CHECKED),
        language=Language.zh,
        now=now,
    )


async def fulfil(grid: Grid, id_: UUID, by: Actor, now: datetime) -> RequestDetail:
    return await grid.do(
        wishes.fulfil,
        actor=by,
        request_id=id_,
        text="已经送到",
        attachments=[],
        language=Language.zh,
        now=now,
    )


async def settle(grid: Grid, now: datetime) -> int:
    return await in_transaction(grid.world.database, partial(sweeps.settle_wishes, now=now))


@pytest.fixture
async def volunteer(grid: Grid) -> Actor:
    return await grid.world.person("周同学", phone="13600000001")


@pytest.fixture
async def wish(grid: Grid) -> UUID:
    return (await grid.ask("微心愿：陈奶奶想要一台收音机")).id


async def shown(grid: Grid, by: Actor) -> list[str]:
    items, _ = await grid.do(wishes.published, actor=by, division=None, limit=20, after=None)
    return [item.text for item in items]


async def test_a_wish_comes_true(grid: Grid, wish: UUID, volunteer: Actor) -> None:
    assert await shown(grid, volunteer) == []
    with pytest.raises(NotFoundError):
        await grid.claim(wish, volunteer)
    await publish(grid, wish)
    assert await shown(grid, volunteer) == [CHECKED]
    claimed = await grid.claim(wish, volunteer)
    assert claimed.asker is not None
    assert (claimed.asker.phone, claimed.text) == ("13900000001", CHECKED), "who has it must call"
    assert await shown(grid, volunteer) == []
    seen = await grid.see(wish, grid.resident)
    assert seen.claim is not None
    assert (seen.claim.volunteer.name, seen.claim.phone) == ("周同学", "13600000001")
    with pytest.raises(ActionRefusedError) as refused:
        await grid.resolve(wish, grid.worker)
    assert [reason.code for reason in refused.value.reasons] == ["wish-with-volunteer"]
    for _ in range(2):
        await fulfil(grid, wish, volunteer, at(2, 9))
    for _ in range(2):
        done = await grid.do(
            wishes.confirm, actor=grid.resident, request_id=wish, language=Language.zh, now=at(2, 10)
        )
    assert done.state is RequestState.resolved
    assert [step.said for step in done.story] == [
        "收到诉求，由网格员李明负责。",
        "李明已把心愿发布给志愿者。",
        "志愿者周同学认领了心愿。",
        "志愿者周同学说心愿已完成，等待确认。“已经送到”",
        "您确认心愿已实现，感谢志愿者周同学。",
    ]
    assert await grid.told(volunteer) == ["confirmed"]
    assert await grid.told(grid.resident) == ["wish_published", "wish_claimed", "wish_fulfilled"]
    await grid.rate(wish, 5, now=at(2, 11))
    await grid.assert_sound(at(2, 11))


async def test_nobody_claims_ones_own_or_a_second_one_or_too_many(
    grid: Grid, wish: UUID, volunteer: Actor
) -> None:
    await publish(grid, wish)
    with pytest.raises(ForbiddenError):
        await grid.claim(wish, grid.resident)
    await grid.claim(wish, volunteer)
    await grid.claim(wish, volunteer)
    with pytest.raises(ActionRefusedError) as refused:
        await grid.claim(wish, await grid.world.person("别人"))
    assert [reason.code for reason in refused.value.reasons] == ["wish-taken"]
    others = [
        (await grid.ask(f"微心愿：第 {number} 个", by=await grid.world.person("邻居"))).id
        for number in range(3)
    ]
    for id_ in others:
        await publish(grid, id_)
    for id_ in others[:2]:
        await grid.claim(id_, volunteer)
    with pytest.raises(ActionRefusedError) as refused:
        await grid.claim(others[2], volunteer)
    assert [reason.code for reason in refused.value.reasons] == ["wish-claims-full"]
    assert len(await grid.do(wishes.claimed, actor=volunteer)) == 3
    await grid.assert_sound()


async def test_unclaimed_it_goes_back_to_its_owner_in_full_time(grid: Grid, wish: UUID) -> None:
    await publish(grid, wish)
    assert await settle(grid, at(13, 8)) == 0
    assert await settle(grid, at(14, 9)) == 1
    assert await settle(grid, at(14, 9)) == 0
    view = await grid.see(wish, grid.worker, at(14, 9))
    assert (view.wish, view.owner.name, view.due_at) == (WishState.unpublished, "李明", at(23, 18))
    assert view.story[-1].said == "没有志愿者认领，仍由网格员李明负责落实。"
    assert (await grid.told(grid.worker))[-1] == "wish_unclaimed"
    await grid.assert_sound(at(14, 9))


async def test_a_claim_is_given_back_or_lapses_and_others_can_take_it(
    grid: Grid, wish: UUID, volunteer: Actor
) -> None:
    await publish(grid, wish)
    await grid.claim(wish, volunteer)
    await grid.do(wishes.give_back, actor=volunteer, request_id=wish, text="要考试了", now=at(1, 9))
    with pytest.raises(NotFoundError):
        await grid.see(wish, volunteer)
    other = await grid.world.person("吴同学")
    await grid.claim(wish, other, at(1, 10))
    assert await settle(grid, at(15, 11)) == 1
    assert await grid.told(other) == ["lapsed"]
    view = await grid.see(wish, grid.resident, at(15, 11))
    assert view.wish is WishState.published
    assert [step.what for step in view.story][-2:] == ["wish_claimed", "wish_lapsed"]
    await grid.assert_sound(at(15, 11))


async def test_silence_is_a_yes_and_a_no_brings_it_back(grid: Grid, wish: UUID, volunteer: Actor) -> None:
    await publish(grid, wish)
    await grid.claim(wish, volunteer)
    await fulfil(grid, wish, volunteer, at(1, 9))
    again = await grid.reopen(wish, text="收音机不响", now=at(2, 9))
    assert (again.wish, again.state, again.claim) == (WishState.unpublished, RequestState.received, None)
    assert await grid.told(volunteer) == ["not_yet"]
    await publish(grid, wish, at(2, 10))
    await grid.claim(wish, volunteer, at(2, 11))
    await fulfil(grid, wish, volunteer, at(3, 9))
    assert await settle(grid, at(10, 9)) == 1
    done = await grid.see(wish, grid.resident, at(10, 9))
    assert done.state is RequestState.resolved
    assert done.story[-1].said == "没有异议，心愿已实现，感谢志愿者周同学。"
    await grid.assert_sound(at(10, 9))


async def test_what_is_no_wish_is_not_published(grid: Grid) -> None:
    id_ = (await grid.ask("路灯坏了")).id
    with pytest.raises(ActionRefusedError) as refused:
        await publish(grid, id_)
    assert [reason.code for reason in refused.value.reasons] == ["wish-otherwise"]
