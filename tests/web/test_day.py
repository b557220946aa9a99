"""The day of a point, and the door."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from models.database import transaction
from models.shapes.bookings import BookingOrder, BookingView
from models.tables import Booking
from models.vocabulary import BookingStatus
from scheduling import bookings
from tests.web.office import Desk, Drawn, Office, staff_of
from tests.world import CANTEEN, DISTRICT, HAIRCUT, HILL_HOUSE, HILL_LUNCH, NOW, World, at

DAY = f"/manage/points/{CANTEEN}"
BOOKED_AT = NOW - timedelta(days=1)


@pytest.fixture
async def lunch(world: World) -> UUID:
    """Today's lunch at 11:00, two hours after the tests' present."""
    return await world.slot(start=at(0, 11), capacity=10)


@pytest.fixture
async def booking(world: World, lunch: UUID) -> BookingView:
    """Two places in it, booked yesterday."""
    person = await world.person("王桂英", phone="138 0000 5678")
    return await world.book(person, lunch, party=2, now=BOOKED_AT)


async def status_of(world: World, booking_id: UUID) -> BookingStatus:
    async with transaction(world.database) as session:
        return (await session.get_one(Booking, booking_id)).status


async def test_the_day_shows_who_comes_when(liu: Desk, world: World, booking: BookingView) -> None:
    haircut = await world.slot(HAIRCUT, start=at(0, 9, 30), capacity=1)
    await world.book(await world.person("李大爷"), haircut, now=BOOKED_AT)
    person = await world.person("<b>赵</b>")
    async with transaction(world.database) as session:
        order = BookingOrder(slot_id=booking.slot.id, note="少盐")
        await bookings.book(session, actor=person, wanted=order, now=BOOKED_AT)
    page = await liu.see(DAY)
    assert "11月23日周一 今天" in page.text
    assert page.text.index("09:30–10:30 上门理发") < page.text.index("11:00–12:00 长者午餐")
    assert "3 /10 还剩 7 位" in page.text
    assert "1 /1 已约满" in page.text
    assert "共预约 4 位" in page.text
    assert f"王桂英 {booking.code} 2 位 138 0000 5678" in page.text
    assert "tel:13800005678" in page.links()
    assert "<b>赵</b>" in page.text, "names are text"
    assert "少盐" in page.text


async def test_whoever_has_no_phone_is_reached_through_who_booked(
    liu: Desk, world: World, lunch: UUID
) -> None:
    mother, daughter = await world.person("妈妈"), await world.person("女儿", phone="13900001111")
    await world.link(daughter, mother)
    await world.book(daughter, lunch, now=BOOKED_AT, attendee=mother)
    assert "tel:13900001111" in (await liu.see(DAY)).links()


async def test_one_goes_from_day_to_day_and_back_to_today(liu: Desk, world: World) -> None:
    await world.slot(start=at(1, 11))
    today = await liu.see(DAY)
    assert "这一天没有开放的时段" in today.text
    tomorrow = await liu.see(f"{DAY}?date=2026-11-24")
    assert f"{DAY}?date=2026-11-24" in today.links()
    assert "11月24日周二 明天" in tomorrow.text
    assert "11:00–12:00 长者午餐" in tomorrow.text
    assert {f"{DAY}?date=2026-11-23", f"{DAY}?date=2026-11-25", DAY} <= set(tomorrow.links())
    assert not [form for form in tomorrow.forms if form.action.endswith("/check-in")]


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01", "2028-01-01"])
async def test_a_day_beyond_all_days_leads_to_today(liu: Desk, far: str) -> None:
    assert "今天" in (await liu.see(f"{DAY}?date={far}")).text


async def test_a_press_checks_in_and_comes_back_to_the_person(
    liu: Desk, world: World, booking: BookingView, office: Office
) -> None:
    office.now = at(0, 10, 30)
    answer = await liu.press(await liu.see(DAY), f"/bookings/{booking.id}/check-in")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{DAY}#at-{booking.id}"
    assert await status_of(world, booking.id) is BookingStatus.attended
    page = await liu.see(DAY)
    assert "已签到：王桂英，2 位。11:00 长者午餐" in page.text
    assert "共预约 2 位 · 已到 2 位" in page.text
    assert not [form for form in page.forms if str(booking.id) in form.action]
    assert "已签到" not in (await liu.see(DAY)).text, "said once"


@pytest.mark.parametrize("written", ["{0}", " {0} ", "spaced", "full-width"])
async def test_a_number_checks_in_however_it_is_written(
    liu: Desk, world: World, booking: BookingView, office: Office, written: str
) -> None:
    office.now = at(0, 10, 30)
    code = {
        "spaced": f"{booking.code[:3]} {booking.code[3:]}",
        "full-width": booking.code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
    }.get(written, written.format(booking.code))
    page = await liu.send(await liu.see(DAY), f"{CANTEEN}/check-in", code=code)
    assert "已签到：王桂英" in page.text
    assert await status_of(world, booking.id) is BookingStatus.attended


async def test_a_number_that_was_used_says_when(liu: Desk, booking: BookingView, office: Office) -> None:
    office.now = at(0, 10, 42)
    page = await liu.send(await liu.see(DAY), f"{CANTEEN}/check-in", code=booking.code)
    office.now = at(0, 10, 55)
    page = await liu.send(page, f"{CANTEEN}/check-in", code=booking.code)
    assert "10:42 已经签到过了：王桂英，2 位" in page.text
    assert ("p", {"class": "said warn", "role": "alert"}) in page.tags


@pytest.mark.parametrize("code", ["", "1", "000000", "12345678901234567890", "abc", "<i>", "12\x0034"])
async def test_a_number_that_nobody_has_is_said_kindly(liu: Desk, booking: BookingView, code: str) -> None:
    if code == booking.code:
        code = "000001"
    page = await liu.send(await liu.see(DAY), f"{CANTEEN}/check-in", code=code)
    assert "今天的预约里没有号码" in page.text
    assert "i" not in {tag for tag, _ in page.tags}


async def test_too_early_says_from_when(liu: Desk, world: World, booking: BookingView) -> None:
    page = await liu.send(await liu.see(DAY), f"{CANTEEN}/check-in", code=booking.code)
    assert "还没到签到时间（10:00 起可以）" in page.text
    page = await liu.send(page, f"/bookings/{booking.id}/check-in")
    assert "还没到签到时间（10:00 起可以）" in page.text
    assert await status_of(world, booking.id) is BookingStatus.confirmed


async def test_what_is_over_is_shown_and_no_longer_changed(
    liu: Desk, world: World, lunch: UUID, booking: BookingView, office: Office
) -> None:
    before = await liu.see(DAY)
    office.now = at(0, 13)
    page = await liu.see(DAY)
    assert "已结束" in page.text
    assert "未签到" in page.text
    assert f"/manage/slots/{lunch}" not in page.links()
    page = await liu.send(before, f"/bookings/{booking.id}/check-in")
    assert "已经结束了" in page.text
    assert await status_of(world, booking.id) is BookingStatus.confirmed


async def test_other_peoples_points_are_not_shown(
    liu: Desk, world: World, booking: BookingView, office: Office
) -> None:
    office.now = at(0, 10, 30)
    elsewhere = await world.slot(HILL_LUNCH, start=at(0, 11))
    other = await world.book(await world.person("孙伯伯", phone="13700002222"), elsewhere, now=BOOKED_AT)
    for address, status in (
        (f"/manage/points/{HILL_HOUSE}", 403),
        (f"/manage/points/{uuid4()}", 404),
        ("/manage/points/x", 404),
    ):
        page = await liu.see(address, status=status)
        assert "/manage" in page.links()
        assert "13700002222" not in page.text
    drawn = await liu.see(DAY)
    for address in (f"/manage/points/{HILL_HOUSE}/check-in", f"{DAY}/bookings/{other.id}/check-in"):
        answer = await liu.client.post(
            address,
            data={"form": drawn.form("/sign-out").fields["form"], "code": other.code},
            follow_redirects=True,
        )
        assert answer.status_code in {403, 404}
        assert "孙伯伯" not in Drawn(answer.text).text
    assert await status_of(world, other.id) is BookingStatus.confirmed


async def test_staff_of_the_district_may_stand_at_every_door(
    desk: Desk, booking: BookingView, office: Office
) -> None:
    await office.staff("qu", staff_of(DISTRICT))
    office.now = at(0, 10, 30)
    await desk.sign_in("qu")
    page = await desk.send(await desk.see(DAY), f"{CANTEEN}/check-in", code=booking.code)
    assert "已签到：王桂英" in page.text
