"""Requests on the pages: what is open where somebody answers, and the story of one."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from models.database import transaction
from models.shapes.requests import RequestDetail
from models.tables import RequestStep
from scheduling.accounts import NewAccount, open_accounts
from scheduling.actors import SYSTEM
from tests.governing import FAR_AWAY, Grid, person
from tests.web.office import PASSWORD, Desk, Office, staff_of
from tests.world import DISTRICT, HILLS, NOW, TOWN, World
from web.pages.requests import REQUESTS_A_PAGE

LIST = "/manage/requests"
LATE = NOW + timedelta(days=30)


@pytest.fixture
async def grid(world: World) -> Grid:
    return await Grid(world).settle()


@pytest.fixture
async def lamp(grid: Grid) -> RequestDetail:
    return await grid.ask("小区北门的路灯坏了，晚上看不见路")


def page_of(request: RequestDetail) -> str:
    return f"{LIST}/{request.id}"


async def worker_signs_in(desk: Desk, grid: Grid) -> None:
    account = NewAccount("li", PASSWORD, person(grid.worker), DISTRICT)
    async with transaction(grid.world.database) as session:
        await open_accounts(session, actor=SYSTEM, accounts=[account], now=NOW)
    await desk.sign_in("li")


async def test_a_leader_sees_what_is_open_who_answers_and_by_when(
    desk: Desk, office: Office, grid: Grid, lamp: RequestDetail
) -> None:
    await office.staff("wei", staff_of(TOWN))
    assert LIST in (await desk.sign_in("wei")).links()
    page = await desk.see(LIST)
    assert "小区北门的路灯坏了" in page.text
    assert "路灯照明 · 待受理 · 1号社区" in page.text
    assert "责任人：李明（网格员）" in page.text
    assert "期限 11月24日周二" in page.text
    assert "超期" not in page.text
    story = await desk.see(next(link for link in page.links() if str(lamp.id) in link))
    assert "收到诉求，由网格员李明负责" in story.text
    assert f"编号 {lamp.code}" in story.text
    assert "责任人 李明（网格员）" in story.text
    assert "受理期限 11月24日周二" in story.text
    assert "答复期限 12月2日周三" in story.text
    assert "13900000001" not in story.text, "the number is for the one who must call"


async def test_what_is_overdue_leads_and_says_so(
    desk: Desk, office: Office, grid: Grid, lamp: RequestDetail
) -> None:
    await office.staff("wei", staff_of(DISTRICT))
    await desk.sign_in("wei")
    await grid.ask("垃圾桶满了三天没人收", now=NOW + timedelta(hours=1))
    office.now = LATE
    async with office.desk() as later:
        await later.sign_in("wei")
        page = await later.see(LIST)
        assert page.text.index("路灯") < page.text.index("垃圾桶")
        assert page.text.count("已超期") == 2
        assert "已超期" in (await later.see(page_of(lamp))).text


async def test_what_is_answered_is_not_in_the_list_but_still_has_its_page(
    desk: Desk, office: Office, grid: Grid, lamp: RequestDetail
) -> None:
    await office.staff("wei", staff_of(TOWN))
    await desk.sign_in("wei")
    await grid.accept(lamp.id, grid.worker)
    assert "已受理" in (await desk.see(LIST)).text
    await grid.resolve(lamp.id, grid.worker)
    assert "没有在办的诉求" in (await desk.see(LIST)).text
    story = await desk.see(page_of(lamp))
    assert "已答复" in story.text
    assert "答复期限" not in story.text


async def test_a_grid_worker_sees_their_own_and_whom_to_call(
    desk: Desk, grid: Grid, lamp: RequestDetail
) -> None:
    await grid.ask("南门的井盖松了", location=FAR_AWAY)
    await worker_signs_in(desk, grid)
    home = await desk.see("/manage")
    assert LIST in home.links()
    assert "还没有站点" not in home.text
    page = await desk.see(LIST)
    assert "我在办的诉求" in page.text
    assert "路灯" in page.text
    assert "井盖" not in page.text, "it is another worker's"
    assert "tel:13900000001" in (await desk.see(page_of(lamp))).links()


async def test_many_come_page_by_page(desk: Desk, office: Office, grid: Grid) -> None:
    await office.staff("wei", staff_of(TOWN))
    await desk.sign_in("wei")
    for number in range(REQUESTS_A_PAGE + 1):
        by = await grid.world.person(f"居民{number}")
        await grid.ask(f"第{number}盏路灯坏了", by=by, now=NOW + timedelta(minutes=number))
    first = await desk.see(LIST)
    (following,) = [link for link in first.links() if "cursor=" in link]
    second = await desk.see(following)
    shown = [link for page in (first, second) for link in page.links() if link.startswith(f"{LIST}/")]
    assert len(shown) == len(set(shown)) == REQUESTS_A_PAGE + 1
    assert LIST in second.links()
    assert not [link for link in second.links() if "cursor=" in link]
    assert "填写有误" in (await desk.see(f"{LIST}?cursor=x", status=422)).text


async def test_others_see_neither_the_list_nor_one(
    desk: Desk, office: Office, liu: Desk, lamp: RequestDetail
) -> None:
    assert LIST not in (await liu.see("/manage")).links()
    await liu.see(LIST, status=403)
    await liu.see(page_of(lamp), status=404)
    await liu.see(f"{LIST}/{UUID(int=5)}", status=404)
    await office.staff("shan", staff_of(HILLS))
    async with office.desk() as elsewhere:
        await elsewhere.sign_in("shan")
        assert "没有在办的诉求" in (await elsewhere.see(LIST)).text
        await elsewhere.see(page_of(lamp), status=404)


async def test_looking_changes_nothing(desk: Desk, office: Office, world: World, lamp: RequestDetail) -> None:
    await office.staff("wei", staff_of(TOWN))
    await desk.sign_in("wei")
    await desk.see(page_of(lamp))
    async with transaction(world.database) as session:
        assert await session.scalar(select(func.count()).select_from(RequestStep)) == 1
