"""Which points somebody sees."""

import pytest

from tests.web.office import Desk, Office, manages, staff_of
from tests.world import CANTEEN, DISTRICT, HILL_HOUSE, HILLS, READING_ROOM, TOWN
from web.pages import points


def point(id_: object) -> str:
    return f"/manage/points/{id_}"


async def test_staff_see_the_points_of_their_division_only(desk: Desk, office: Office) -> None:
    await office.staff("jie", staff_of(TOWN))
    page = await desk.sign_in("jie")
    assert "东山街道的站点" in page.text
    assert {point(CANTEEN), point(READING_ROOM)} <= set(page.links())
    assert point(HILL_HOUSE) not in page.links()
    page = await desk.see(f"/manage?division={HILLS}")
    assert "东山街道的站点" in page.text, "a division that is not one's own is not shown"
    assert point(HILL_HOUSE) not in page.links()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("阅览", {READING_ROOM}),
        ("驿站路", {HILL_HOUSE}),
        ("没有这个", set()),
        ("%", set()),
        ("\0", {CANTEEN, READING_ROOM, HILL_HOUSE}),
    ],
)
async def test_points_are_found_by_name_and_address(
    desk: Desk, office: Office, words: str, found: set[object]
) -> None:
    await office.staff("qu", staff_of(DISTRICT))
    await desk.sign_in("qu")
    answer = await desk.client.get("/manage", params={"q": words})
    assert answer.status_code == 200
    page = await desk.see(str(answer.url))
    assert {link for link in page.links() if link.startswith("/manage/points/")} == {
        point(id_) for id_ in found
    }
    assert ("没有找到这样的站点" in page.text) is (not found)
    assert "看全部站点" in page.text or words == "\0"


async def test_many_points_come_page_by_page(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "POINTS_A_PAGE", 2)
    await office.staff("qu", staff_of(DISTRICT))
    first = await desk.sign_in("qu")
    (more,) = [link for link in first.links() if "cursor=" in link]
    second = await desk.see(more)
    on_pages = [
        [link for link in page.links() if link.startswith("/manage/points/")] for page in (first, second)
    ]
    assert [len(links) for links in on_pages] == [2, 1]
    assert {*on_pages[0], *on_pages[1]} == {point(CANTEEN), point(READING_ROOM), point(HILL_HOUSE)}
    assert not [link for link in second.links() if "cursor=" in link]
    assert f"/manage?division={DISTRICT}" in second.links()


async def test_own_points_stand_above_those_of_a_division(desk: Desk, office: Office) -> None:
    await office.staff("liang", manages(HILL_HOUSE), staff_of(TOWN), staff_of(HILLS))
    page = await desk.sign_in("liang")
    assert "我的站点" in page.text
    assert "东山街道" in page.text
    links = page.links()
    assert links.index(point(HILL_HOUSE)) < links.index(f"/manage?division={TOWN}")
    other = await desk.see(f"/manage?division={HILLS}")
    assert other.links().count(point(HILL_HOUSE)) == 2


async def test_whoever_has_no_point_yet_is_told_whom_to_ask(desk: Desk, office: Office) -> None:
    await office.staff("xin")
    assert "请联系区管理员" in (await desk.sign_in("xin")).text


async def test_a_made_up_page_of_the_list_is_refused_kindly(desk: Desk, office: Office) -> None:
    await office.staff("qu", staff_of(DISTRICT))
    await desk.sign_in("qu")
    for cursor in ("x", "bnVsbA", "W10"):
        assert "填写有误" in (await desk.see(f"/manage?cursor={cursor}", status=422)).text
