"""Changing how many can come."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.web.office import SITE, Desk, Drawn, Office
from tests.world import CANTEEN, HILL_LUNCH, NOW, World, at

EARLIER = NOW - timedelta(hours=1)


@pytest.fixture
async def lunch(world: World) -> UUID:
    """Tomorrow's lunch with ten places, five of them taken by three parties."""
    slot = await world.slot(capacity=10)
    for name, party in (("甲", 2), ("乙", 2), ("丙", 1)):
        await world.book(await world.person(name), slot, party=party, now=EARLIER)
        await asyncio.sleep(0.002)  # the order of making is that of the ids, which count milliseconds
    return slot


def address(slot: UUID) -> str:
    return f"/manage/slots/{slot}"


async def test_a_new_number_is_set_and_said(liu: Desk, world: World, lunch: UUID) -> None:
    answer = await liu.press(await liu.see(address(lunch)), address(lunch), capacity="25")
    assert answer.headers["location"] == f"/manage/points/{CANTEEN}?date=2026-11-24#at-{lunch}"
    page = await liu.see(answer.headers["location"])
    assert "11:00 长者午餐：名额已改为 25" in page.text
    assert await world.counts(lunch) == (5, 5, 25)


async def test_minus_and_plus_work_as_links(liu: Desk, world: World, lunch: UUID) -> None:
    page = await liu.see(address(lunch))
    assert {f"{address(lunch)}?capacity=9", f"{address(lunch)}?capacity=11"} <= set(page.links())
    page = await liu.see(f"{address(lunch)}?capacity=11")
    assert page.form(address(lunch)).fields["capacity"] == "11"
    assert "现在是 10，新的数还没有保存" in page.text
    assert await world.counts(lunch) == (5, 5, 10)
    await liu.send(page, address(lunch))
    assert await world.counts(lunch) == (5, 5, 11)


async def test_below_what_is_taken_it_shows_who_is_affected_and_asks(
    liu: Desk, world: World, lunch: UUID
) -> None:
    page = await liu.send(await liu.see(address(lunch)), address(lunch), capacity="3")
    assert "名额比已约的人少" in page.text
    assert "您想改成 3 位，可是已经约了 5 位" in page.text
    assert page.text.index("丙") < page.text.index("乙"), "the last to book first"
    assert "甲" not in page.text
    assert await world.counts(lunch) == (5, 5, 10), "nothing is changed before the answer"
    page = await liu.send(page, address(lunch))
    assert "已约的 5 位全部保留，不再接受新预约；有人取消后，名额会降到 3" in page.text
    assert await world.counts(lunch) == (5, 5, 5)
    later = await liu.see(f"/manage/points/{CANTEEN}?date=2026-11-24")
    assert "已约满 有人取消后，名额会降到 3。" in later.text, "the day keeps saying so"


async def test_whoever_changes_their_mind_changes_nothing(liu: Desk, world: World, lunch: UUID) -> None:
    page = await liu.send(await liu.see(address(lunch)), address(lunch), capacity="0")
    assert "甲" in page.text
    assert address(lunch) in page.links()
    assert await world.counts(lunch) == (5, 5, 10)


async def test_a_question_that_has_settled_itself_is_not_asked(liu: Desk, lunch: UUID) -> None:
    page = await liu.see(f"{address(lunch)}/impact?capacity=5&version=1")
    assert page.form(address(lunch)).fields["capacity"] == "5"


async def test_whoever_was_slower_learns_the_new_number_and_keeps_their_own(
    liu: Desk, world: World, lunch: UUID
) -> None:
    old = await liu.see(address(lunch))
    await liu.send(await liu.see(address(lunch)), address(lunch), capacity="12")
    page = await liu.send(old, address(lunch), capacity="8")
    assert "刚才有人把名额改成了 12。您填的 8 还没有保存" in page.text
    assert page.form(address(lunch)).fields["capacity"] == "8"
    assert await world.counts(lunch) == (5, 5, 12)
    await liu.send(page, address(lunch))
    assert await world.counts(lunch) == (5, 5, 8)


async def test_the_question_too_notices_that_somebody_was_quicker(
    liu: Desk, world: World, lunch: UUID
) -> None:
    question = await liu.send(await liu.see(address(lunch)), address(lunch), capacity="3")
    await liu.send(await liu.see(address(lunch)), address(lunch), capacity="12")
    page = await liu.send(question, address(lunch))
    assert "刚才有人把名额改成了 12" in page.text
    assert await world.counts(lunch) == (5, 5, 12)


@pytest.mark.parametrize("number", ["", "-1", "2001", "viele", "1.5", "9" * 30])
async def test_what_is_no_number_is_asked_again(liu: Desk, world: World, lunch: UUID, number: str) -> None:
    page = await liu.send(await liu.see(address(lunch)), address(lunch), capacity=number)
    assert "请填 0 到 2000 之间的整数" in page.text
    assert await world.counts(lunch) == (5, 5, 10)


async def test_what_is_over_cannot_be_changed(liu: Desk, world: World, lunch: UUID, office: Office) -> None:
    before = await liu.see(address(lunch))
    office.now = at(1, 12, 30)
    await liu.sign_in("liu")
    page = await liu.see(address(lunch))
    assert "这个时段已经结束" in page.text
    assert address(lunch) not in {form.action for form in page.forms}
    seal = page.form("/sign-out").fields["form"]
    page = await liu.send(before, address(lunch), capacity="20", form=seal)
    assert "已经结束了" in page.text
    assert await world.counts(lunch) == (5, 5, 10)


async def test_other_peoples_slots_are_closed_to_pages_and_forms(liu: Desk, world: World) -> None:
    other = await world.slot(HILL_LUNCH, capacity=10)
    seal = (await liu.see("/manage")).form("/sign-out").fields["form"]
    data = {"form": seal, "version": "1", "capacity": "1"}
    for slot, status in ((str(other), 403), (str(uuid4()), 404), ("x", 404)):
        for path in (f"/manage/slots/{slot}", f"/manage/slots/{slot}/impact?capacity=1&version=1"):
            await liu.see(path, status=status)
        answer = await liu.client.post(f"/manage/slots/{slot}", data=data)
        assert answer.status_code == status
    assert await world.counts(other) == (0, 0, 10)


async def test_a_form_with_parts_missing_is_refused_with_a_way_back(liu: Desk, lunch: UUID) -> None:
    seal = (await liu.see(address(lunch))).form("/sign-out").fields["form"]
    answer = await liu.client.post(
        address(lunch), data={"form": seal, "capacity": "3"}, headers={"Referer": SITE + address(lunch)}
    )
    assert answer.status_code == 422
    assert address(lunch) in Drawn(answer.text).links()
